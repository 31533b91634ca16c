/* The interface between phasic-build and a model that was compiled to a shared library (`phasic-build
 * ./model.so`). It is plain C11, so a model may be written in any language that can export a C struct. C++
 * has a kinder face: phasic/model.hpp. The language's words (theta, derived terms, indexers) are explained in
 * phasic-model(5).
 *
 * The one invariant: a model is pure. Expanding a state gives the same children whenever, in whichever
 * instance and on whichever thread it happens.
 *
 * How it goes
 *
 *   1. The tool loads the library and reads the symbol `phasic_model`: its `abi` first, then its `size`.
 *   2. `create` is called with a table of the host's functions. It declares the model by calling them, and
 * makes an instance. One instance is made for each thread that explores, several at once; each is used by the
 *      thread that made it, and by no other.
 *   3. `expand` is called for each state that is reached, `rewards` for each one that has transitions.
 *   4. `destroy` is called at the end, unless an error ends the process first.
 *
 * Rules for both sides
 *
 *   - Functions that return int return 0 when all is well. When one of the host's returns anything else, the
 * model returns at once from whatever called it, with anything but 0; the host has kept what is wrong and
 * reports it.
 *   - No exception, longjmp or signal leaves a function of the library.
 *   - Texts are UTF-8, end with a 0 byte, and belong to whoever passed them. Those given to the host are
 * copied.
 *   - Indices count from 0.
 *
 * How it changes: a new meaning of anything below, a removed or reordered field, is a new PHASIC_MODEL_ABI,
 * and a library of another number is refused. Within one number, fields are only added at the end of
 * phasic_host, phasic_model_library and phasic_expansion; `size` says how much there is. A library that is
 * larger than the host knows is refused; a field that a smaller one lacks is taken as 0. A library reads
 * beyond phasic_host's fields of its first version only after a look at its `size`.
 */
#ifndef PHASIC_MODEL_H
#define PHASIC_MODEL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PHASIC_MODEL_ABI 1

/* A place in the model's source, for messages. `file` may be NULL: then the message names the library. */
typedef struct phasic_place {
  const char* file;
  uint32_t line; /* 0: unknown */
} phasic_place;

/* --- Parameters of the model (`-p name=value`)
 * --------------------------------------------------------------- */

enum { PHASIC_INTEGER = 0, PHASIC_NUMBER = 1, PHASIC_BOOLEAN = 2, PHASIC_STRING = 3 };

typedef struct phasic_value {
  uint32_t type; /* PHASIC_INTEGER ...: says which member of the union is meant */
  union {
    int64_t integer;
    double number;
    int64_t boolean; /* 0 or 1 */
    const char* string;
  };
} phasic_value;

typedef struct phasic_param {
  const char* name;            /* A to Z, a to z, digits and _, no digit first */
  const char* help;            /* may be NULL */
  phasic_value standard;       /* the default; its type is the parameter's */
  const phasic_value* minimum; /* of the same type, or NULL; only integers and numbers have bounds */
  const phasic_value* maximum;
} phasic_param;

/* --- The indexer: names for the entries of a state
 * ----------------------------------------------------------- */

/* A property takes the values minimum..maximum. */
typedef struct phasic_property {
  const char* name;
  int64_t minimum;
  int64_t maximum;
} phasic_property;

/* Index `first + sum over i of (value[i] - minimum[i]) * (product of the sizes of the properties before i)`:
 * the first property is fastest. Groups lie end to end, the first group's `first` is 0; slots follow. */
typedef struct phasic_group {
  const char* name; /* "" for the only group of an indexer without names */
  const phasic_property* properties;
  size_t property_count;
} phasic_group;

/* --- Derived terms: formulas of theta
 * ------------------------------------------------------------------------ */

enum {
  PHASIC_CONSTANT = 0,  /* node.value */
  PHASIC_PARAMETER = 1, /* theta[operands[0]]: not a node */
  PHASIC_ADD = 2,
  PHASIC_SUBTRACT = 3,
  PHASIC_MULTIPLY = 4,
  PHASIC_DIVIDE = 5,
  PHASIC_POWER = 6,
  PHASIC_NEGATE = 7,
  PHASIC_EXP = 8,
  PHASIC_LOG = 9,
  PHASIC_SQRT = 10,
  PHASIC_LOGISTIC = 11, /* 1 / (1 + exp(-x)) */
  PHASIC_MIN = 12,
  PHASIC_MAX = 13,
  PHASIC_SELECT_LESS = 14,       /* [0] < [1] ? [2] : [3] */
  PHASIC_SELECT_LESS_EQUAL = 15, /* [0] <= [1] ? [2] : [3] */
  PHASIC_SELECT_EQUAL = 16       /* [0] == [1] ? [2] : [3] */
};

/* One step of a formula. Operands are numbers of nodes before this one; those that are not used, and the
 * value of what is no constant, are 0. */
typedef struct phasic_node {
  uint32_t operation;
  uint32_t operands[4];
  double value;
} phasic_node;

/* --- States and what leaves them
 * ----------------------------------------------------------------------------- */

/* One entry of an initial state; entries that are not named are 0. */
typedef struct phasic_entry {
  size_t index;
  int32_t count;
} phasic_entry;

/* The transitions of one state, in flat arrays that belong to the instance and stay as they are until it is
 * called again. Edge e leads to row rows[e] of `children` at the rate `dot(coefficients of e, terms)`; the
 * terms are the constant 1, theta in order, derived terms in order. Several edges to one child add up.
 * Coefficients are finite. In continuous time no child is the state itself. An edge whose coefficients are
 * all 0 is no edge. */
typedef struct phasic_expansion {
  size_t size; /* set by the host: how many bytes of this struct there are */
  size_t edge_count;
  size_t child_count;
  size_t state_length;  /* entries of a child, as the model has it */
  size_t term_count;    /* coefficients of an edge: 1 + parameters + derived terms */
  const uint32_t* rows; /* edge_count numbers below child_count; NULL: edge e leads to row e */
  const int32_t* children;
  const double* coefficients;
  const phasic_place* places; /* of each edge, for messages; may be NULL */
} phasic_expansion;

/* --- The host
 * ------------------------------------------------------------------------------------------------ */

/* Kinds of failure. PHASIC_THROWN: the text is an exception's own. Exit status 65, but 69 for memory. */
enum { PHASIC_WRONG = 0, PHASIC_OUT_OF_MEMORY = 1, PHASIC_THROWN = 2 };
enum { PHASIC_CONTINUOUS = 0, PHASIC_DISCRETE = 1 };

/* Valid from `create` until `destroy` returns. All but `fail` are for `create` only. */
typedef struct phasic_host phasic_host;
struct phasic_host {
  uint32_t abi;  /* PHASIC_MODEL_ABI */
  uint32_t size; /* sizeof(phasic_host) */

  /* Says what is wrong, as `what is wrong; what would be right`. The first failure counts. Returns 1. */
  int (*fail)(phasic_host* host, phasic_place place, uint32_t kind, const char* text);

  /* Declares a parameter; `effective` gets what the command line says, else the default. A string in it
   * belongs to the host and lives as long as the instance. */
  int (*param)(phasic_host* host, phasic_place place, const phasic_param* param, phasic_value* effective);
  /* A check of parameters did not hold: `fail`, with the values of all parameters. Returns 1. */
  int (*check_failed)(phasic_host* host, phasic_place place, const char* message);

  /* The kind of time; continuous unless called. */
  int (*time)(phasic_host* host, phasic_place place, uint32_t kind);
  /* The entries of a state; without it the state's length is the highest index of an initial state, plus 1.
   */
  int (*indexer)(phasic_host* host, phasic_place place, const phasic_group* groups, size_t group_count,
                 const char* const* slots, size_t slot_count);
  /* The names of theta, all at once, before any derived term. */
  int (*parameters)(phasic_host* host, phasic_place place, const char* const* names, size_t count);
  /* One more term: the value of nodes[result]. */
  int (*derived)(phasic_host* host, phasic_place place, const char* name, const phasic_node* nodes,
                 size_t node_count, uint32_t result);
  /* An initial state. Several have probabilities that sum to at most 1. */
  int (*initial)(phasic_host* host, phasic_place place, double probability, const phasic_entry* entries,
                 size_t entry_count);
  /* The name of the next number that `rewards` fills in. */
  int (*reward)(phasic_host* host, phasic_place place, const char* name);
  /* Where the rule for transitions begins, for messages about states; need not be called. */
  int (*transitions)(phasic_host* host, phasic_place place);
};

/* --- The library
 * --------------------------------------------------------------------------------------------- */

typedef struct phasic_model_library {
  uint32_t abi;  /* PHASIC_MODEL_ABI */
  uint32_t size; /* sizeof(phasic_model_library) */
  /* Declares the model and makes an instance, which may be NULL if the model needs none. */
  int (*create)(phasic_host* host, void** instance);
  void (*destroy)(void* instance);
  /* Fills `found` with the transitions of a state of `length` entries; none: the state is absorbing. */
  int (*expand)(void* instance, const int32_t* state, size_t length, phasic_expansion* found);
  /* Fills in the declared rewards of a state, finite and at least 0. May be NULL if there are none. */
  int (*rewards)(void* instance, const int32_t* state, size_t length, double* values, size_t count);
} phasic_model_library;

/* What a library exports, and all that it has to. */
#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
extern const phasic_model_library phasic_model;

#ifdef __cplusplus
}
#endif

#endif
