// Gambler's ruin, in C++: the same graph as gamblers_ruin.lua, which says what it is. It shows discrete time,
// a check of parameters and a rate with a constant.
//
//   phasic-build examples/gamblers_ruin.cpp -p stake=3 -p goal=10 | phasic-moments --theta 0.5
//
// prints   mean  21
#include <phasic/model.hpp>

using namespace phasic;

void define(Model& model) {
  const auto stake = model.param("stake", 3, "coins at the start", {.min = 1});
  const auto goal = model.param("goal", 10, "coins to stop at", {.min = 2});
  model.check(stake < goal, "the goal is more than the stake");

  model.time(Time::discrete);
  model.parameters({"win"});
  const Term win = model.term("win");
  model.initial({{0, stake}});

  model.transitions([=](const State& state, const Emit& emit) {
    const auto coins = state[0];
    if (coins == 0 || coins == goal) return;

    emit(state.with(0, +1), win);
    emit(state.with(0, -1), 1 - win);
  });
}
