// examples/erlang.lua in the C interface, for tests that have it compiled by phasic-build: that takes no
// time.
#include <phasic/model.h>

namespace {

struct Erlang {
  int32_t child = 0;
  double coefficients[2] = {0, 1};
};

int create(phasic_host* host, void** instance) {
  const phasic_param stages{"stages", "number of stages", {PHASIC_INTEGER, {3}}, nullptr, nullptr};
  phasic_value effective{};
  if (host->param(host, {"", 0}, &stages, &effective) != 0) return 1;
  const char* const theta[] = {"rate"};
  if (host->parameters(host, {nullptr, 0}, theta, 1) != 0) return 1;
  const phasic_entry start{0, static_cast<int32_t>(effective.integer)};
  if (host->initial(host, {nullptr, 0}, 1, &start, 1) != 0) return 1;
  *instance = new Erlang;
  return 0;
}

void destroy(void* instance) {
  delete static_cast<Erlang*>(instance);
}

int expand(void* instance, const int32_t* state, size_t length, phasic_expansion* found) {
  Erlang& erlang = *static_cast<Erlang*>(instance);
  if (length != 1 || state[0] == 0) return 0;
  erlang.child = state[0] - 1;
  found->edge_count = found->child_count = found->state_length = 1;
  found->term_count = 2;
  found->children = &erlang.child;
  found->coefficients = erlang.coefficients;
  return 0;
}

}  // namespace

const phasic_model_library phasic_model = {
    PHASIC_MODEL_ABI, sizeof(phasic_model_library), create, destroy, expand, nullptr};
