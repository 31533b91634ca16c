// What a model in C++ can do wrong, one thing at a time: -p fault=NAME says which. In a callback it happens
// in state (1), the second one.
#include <phasic/model.hpp>

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <limits>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

using namespace phasic;

namespace {

// Nothing that the compiler could see through.
volatile int zero = 0;
const void* volatile seen = nullptr;

int deepen(int depth) {  // NOLINT(misc-no-recursion)
  volatile int room[1000];
  room[depth % 1000] = depth;
  return depth == std::numeric_limits<int>::max() ? room[0] : deepen(depth + 1) + room[depth % 1000];
}

void throw_through_noexcept() noexcept {
  if (zero == 0) fail("nobody hears this");
}

// What ends a process, or does not end.
void run_wild(std::string_view fault) {
  if (fault == "segfault") *reinterpret_cast<volatile int*>(static_cast<std::intptr_t>(zero)) = 1;
  if (fault == "divide") zero = 7 / zero;
  if (fault == "abort") std::abort();
  if (fault == "exit") std::exit(0);
  if (fault == "quick_exit") std::quick_exit(0);
  if (fault == "_exit") ::_exit(0);
  if (fault == "_Exit") std::_Exit(0);
  if (fault == "terminate") throw_through_noexcept();
  if (fault == "recursion") zero = deepen(0);
  if (fault == "loop") {
    while (zero == 0) {
    }
  }
  if (fault == "allocate") {
    for (std::string all;;) seen = all.append(1 << 20, 'x').data();
  }
  if (fault == "too_much") seen = std::string(std::size_t{1} << 60, 'x').data();
  if (fault == "throw") throw std::out_of_range("no such thing: " + std::string(40, 'x'));
  if (fault == "throw_int") throw 3;
  if (fault == "bad_alloc") throw std::bad_alloc();
  if (fault == "fail") fail("the model says no; say yes");
}

// Static, as nothing in a model may be.
int times_declared = 0;

void declare(Model& model, std::string_view fault) {
  if (fault == "static")
    model.reward("time_" + std::to_string(++times_declared), [](const State&) { return 0; });
  if (fault == "param twice") model.param("fault", "");
  if (fault == "param name") model.param("2x", 0);
  if (fault == "param default") model.param("low", 0, "", {.min = 1});
  if (fault == "param bounds") model.param("low", 3.0, nullptr, {.min = 4, .max = 2});
  if (fault == "check") model.check(false, "this never holds");
  if (fault == "parameters twice") model.parameters({"a"});
  if (fault == "derived name") model.derived("a", [](const Theta& t) { return t["a"]; });
  if (fault == "derived unknown") model.derived("b", [](const Theta& t) { return t["b"]; });
  if (fault == "derived infinite") model.derived("b", [](const Theta& t) { return t["a"] / 0 + 1 / 0.0; });
  if (fault == "term unknown") static_cast<void>(model.term("b"));
  if (fault == "indexer range") model.indexer({property("x", 2, 1)});
  if (fault == "indexer twice") {
    model.indexer({property("x", 0, 1)});
    model.indexer({property("x", 0, 1)});
  }
  if (fault == "property") model.indexer({property("x", 0, 1)})({2});
  if (fault == "property name") model.indexer({property("x", 0, 1)})({{"y", 2}});
  if (fault == "property missing") model.indexer({property("x", 0, 1), property("y", 0, 1)})({{"x", 1}});
  if (fault == "slot") static_cast<void>(model.slots({"x"}).slot("y"));
  if (fault == "group") static_cast<void>(model.indexer({group("x", {property("y", 0, 1)})}).group("y"));
  if (fault == "initial beyond") model.slots({"x"});
  if (fault == "reward twice") model.reward("reward", [](const State&) { return 0; });
}

void emit_wrongly(std::string_view fault, const State& state, const Emit& emit) {
  const double infinity = std::numeric_limits<double>::infinity();
  if (fault == "nan") emit(state.with(0, -1), {infinity - infinity});
  if (fault == "infinite") emit(state.with(0, -1), {}, infinity);
  if (fault == "negative") emit(state.with(0, -1), {-2});
  if (fault == "self") emit(state.with(0, 0), {1});
  if (fault == "index") emit(state.with(0, -1, 5, 1), {1});
  if (fault == "negative index") emit(state.with(-1, 1), {1});
  if (fault == "read") emit(state.with(0, static_cast<int>(state[7])), {1});
  if (fault == "overflow") emit(state.with(0, std::numeric_limits<std::int64_t>::max()), {1});
  if (fault == "rates") emit(state.with(0, -1), {1, 2});
  if (fault == "child") emit(std::vector<std::int32_t>{0, 0}, {1});
  if (fault == "endless") {
    for (;;) emit(state.with(0, -1), {1});
  }
}

}  // namespace

// A static object whose constructor or destructor is at fault.
struct Unlucky {
  Unlucky() { run_wild(fault_of("PHASIC_TEST_LOAD_FAULT")); }
  ~Unlucky() { run_wild(fault_of("PHASIC_TEST_UNLOAD_FAULT")); }
  static std::string fault_of(const char* variable) {
    const char* const value = std::getenv(variable);
    return value == nullptr ? "" : value;
  }
};
const Unlucky unlucky;

void define(Model& model) {
  const std::string fault = model.param("fault", "none");
  const std::string when = model.param("when", "expand");
  if (when == "define") run_wild(fault);
  model.parameters({"a"});
  if (fault != "no initial") model.initial({{0, 2}});
  model.reward("reward", [=](const State& state) {
    if (when == "reward" && state[0] == 1) run_wild(fault);
    return fault == "negative reward" ? -1.0 : fault == "nan reward" ? 0.0 / zero : 1.0;
  });
  declare(model, fault);
  if (fault == "initial beyond") model.initial({{3, 1}});
  if (fault == "no transitions") return;
  model.transitions([=](const State& state, const Emit& emit) {
    if (state[0] == 1 && when == "expand") {
      run_wild(fault);
      emit_wrongly(fault, state, emit);
    }
    if (state[0] > 0) emit(state.with(0, -1), {1});
  });
}
