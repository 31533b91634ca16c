/* A model in C, as phasic/model.h has it: two stages, each left at rate `a`. What it hands over wrongly, -p
 * fault=N says, by number. */
#include <math.h>
#include <phasic/model.h>
#include <stdlib.h>

struct instance {
  phasic_host* host;
  int64_t fault;
  int32_t child[2];
  double coefficients[4];
  uint32_t rows[2];
};

static int declare(phasic_host* host, struct instance* instance, phasic_place here) {
  const phasic_param param = {"fault", "what goes wrong", {PHASIC_INTEGER, {0}}, NULL, NULL};
  const char* const theta[] = {"a"};
  const char* const broken_names[] = {NULL};
  const phasic_entry start = {0, 2};
  const phasic_node forward[] = {{PHASIC_EXP, {1, 0, 0, 0}, 0}, {PHASIC_PARAMETER, {0, 0, 0, 0}, 0}};
  const phasic_node unknown[] = {{99, {0, 0, 0, 0}, 0}};
  const phasic_node beyond[] = {{PHASIC_PARAMETER, {5, 0, 0, 0}, 0}};
  const phasic_group empty = {"", NULL, 3};
  phasic_value fault;
  if (host->param(host, here, &param, &fault) != 0) return 1;
  instance->fault = fault.integer;
  switch (fault.integer) {
    case 1:
      return host->param(host, here, NULL, &fault);
    case 2:
      return host->parameters(host, here, broken_names, 1);
    case 3:
      return host->parameters(host, here, NULL, 4);
    case 4:
      return host->parameters(host, here, theta, SIZE_MAX);
    case 5:
      return host->initial(host, here, NAN, &start, 1);
    case 6:
      return host->initial(host, here, 1, NULL, 0);
    case 7:
      return host->time(host, here, 7);
    case 8:
      return host->indexer(host, here, &empty, 1, NULL, 0);
    case 9:
      return 1; /* without a reason */
    case 10:
      host->initial(host, here, 2, &start, 1); /* and goes on as if nothing were */
      break;
    default:
      break;
  }
  if (host->parameters(host, here, theta, 1) != 0) return 1;
  if (fault.integer == 11) return host->derived(host, here, "b", forward, 2, 1);
  if (fault.integer == 12) return host->derived(host, here, "b", unknown, 1, 0);
  if (fault.integer == 13) return host->derived(host, here, "b", beyond, 1, 0);
  if (fault.integer == 14) return host->derived(host, here, "b", beyond, 1, 7);
  if (fault.integer == 15 && host->reward(host, here, "without_a_function") != 0) return 1;
  return host->initial(host, here, 1, &start, 1);
}

static int create(phasic_host* host, void** made) {
  const phasic_place here = {"plain.c", 0};
  struct instance* const instance = calloc(1, sizeof *instance);
  if (instance == NULL) return host->fail(host, here, PHASIC_OUT_OF_MEMORY, "out of memory");
  instance->host = host;
  if (declare(host, instance, here) != 0) {
    free(instance);
    return 1;
  }
  *made = instance;
  return 0;
}

static void destroy(void* instance) {
  free(instance);
}

static int expand(void* self, const int32_t* state, size_t length, phasic_expansion* found) {
  struct instance* const instance = self;
  (void)length;
  if (state[0] == 0) return 0;
  instance->child[0] = state[0] - 1;
  instance->coefficients[1] = 1;
  found->edge_count = 1;
  found->child_count = 1;
  found->state_length = 1;
  found->term_count = 2;
  found->children = instance->child;
  found->coefficients = instance->coefficients;
  switch (instance->fault) {
    case 20:
      found->state_length = 2;
      break;
    case 21:
      found->term_count = 3;
      break;
    case 22:
      found->edge_count = SIZE_MAX;
      break;
    case 23:
      found->children = NULL;
      break;
    case 24:
      found->coefficients = NULL;
      break;
    case 25:
      instance->rows[0] = 1;
      found->rows = instance->rows;
      break;
    case 26:
      instance->coefficients[1] = NAN;
      break;
    case 27:
      instance->child[0] = state[0];
      break;
    case 28:
      return 1;
    case 29:
      instance->host->fail(instance->host, (phasic_place){"plain.c", 12}, PHASIC_WRONG, "and yet it goes on");
      break;
    case 30:
      return instance->host->parameters(instance->host, (phasic_place){"plain.c", 13}, NULL, 0);
    case 31: /* an edge of nothing before the other one: no fault */
      found->edge_count = 2;
      found->rows = instance->rows;
      instance->coefficients[1] = 0;
      instance->coefficients[3] = 1;
      break;
    default:
      break;
  }
  return 0;
}

const phasic_model_library phasic_model = {
    PHASIC_MODEL_ABI, sizeof(phasic_model_library), create, destroy, expand, NULL};
