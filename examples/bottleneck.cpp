// A population that was smaller once, in C++: the same graph as bottleneck.lua, which says what it is. It
// shows slots, a derived term, rates by name and a reward.
//
//   phasic-build examples/bottleneck.cpp -p n=2 | phasic-moments --theta 1,1,0.5
//
// prints   mean  0.8032653298563167         (1 + change exp(-decline) / coalescence) / (coalescence + change)
#include <phasic/model.hpp>

using namespace phasic;

void define(Model& model) {
  const auto n = model.param("n", 2, "lineages sampled", {.min = 2});

  const auto entry = model.slots({"lineages", "epoch"});
  const auto lineages = entry.slot("lineages");
  const auto epoch = entry.slot("epoch");

  model.parameters({"coalescence", "change", "decline"});
  const Term coalescence = model.term("coalescence");
  const Term change = model.term("change");
  const Term ancient =
      model.derived("ancient", [](const Theta& t) { return t["coalescence"] * exp(t["decline"]); });
  model.initial({{lineages, n}, {epoch, 1}});

  model.reward("total_length", [=](const State& state) { return state[lineages]; });

  model.transitions([=](const State& state, const Emit& emit) {
    const auto left = state[lineages];
    if (left == 1) return;
    const auto pairs = left * (left - 1) / 2;

    if (state[epoch] == 1) {
      emit(state.with(lineages, -1), pairs * coalescence);
      emit(state.with(epoch, 1), 1 * change);
    } else {
      emit(state.with(lineages, -1), pairs * ancient);
    }
  });
}
