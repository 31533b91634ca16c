// What the language has, in one model: everything.lua says the same in Lua, and both are one object.
#include <phasic/model.hpp>
#include <string>
#include <vector>

using namespace phasic;

namespace {

void derive(Model& model) {
  model.derived("ancient", [](const Theta& t) {
    return t["birth"] * exp(-2 * t["growth"]) - t["death"] / 3 + pow(t["growth"], 2);
  });
  model.derived("bounded", [](const Theta& t) {
    return min(max(t["birth"], t["death"], 0.25), sqrt(t["ancient"]), log(t["birth"] + 1)) *
           logistic(-t["growth"]);
  });
  model.derived("switched", [](const Theta& t) {
    const Formula part =
        select(t["birth"] < t["death"], select(t["growth"] >= 1, 2, t["birth"]), -t["ancient"]);
    return select(part == 0, 1, select(part <= 1, 0.5, select(Formula(3) > 2, part, 7)));
  });
  model.derived("plain", [](const Theta&) { return 2.5; });
}

}  // namespace

void define(Model& model) {
  const Integer n = model.param("n", 3, "juveniles and adults of each sex", {.min = 1, .max = 9});
  const double share = model.param("share", 0.5, "of the first start", {.max = 1});
  const bool mark = model.param("mark", true);
  const std::string name = model.param("name", "x", "decides the length");
  model.check(n < 9, "too many");

  const Indexer index = model.indexer({group("female", {property("age", 1, 2), property("stage", 0, n)}),
                                       group("male", {property("age", 1, 2)})},
                                      {"epoch", "clock"});
  const Group female = index.group("female");
  const Group male = index.group("male");
  const std::size_t epoch = index.slot("epoch");
  const std::size_t clock = index.slot("clock");

  const auto theta = model.parameters({"birth", "death", "growth"});
  const Term birth = theta[0];
  const Term death = theta[1];
  const Term growth = theta[2];
  derive(model);
  const Term ancient = model.term("ancient");
  const Term bounded = model.term("bounded");
  const Term switched = model.term("switched");
  const Term plain = model.term("plain");

  model.initial(share / 2, {{female({{"stage", 0}, {"age", 1}}), n}, {epoch, 1}});
  model.initial(0.25, {{male({2}), n}, {clock, name.size()}});

  const std::vector<std::size_t> adult = female.all({{"age", 2}});
  model.reward("adults", [=](const State& state) {
    Integer adults = 0;
    for (const std::size_t i : adult) adults += state[i];
    return adults + state[male({2})];
  });
  model.reward("constant", [=](const State&) { return mark ? 0.125 : 1; });

  model.transitions([=](const State& state, const Emit& emit) {
    for (const auto [i, count] : state.occupied()) {
      if (female.contains(i)) {
        const Integer stage = female.value(i, "stage");
        if (stage < n && female.values(i)[0] == 1) {
          emit(state.with(i, -1, female({2, stage + 1}), 1), count * birth + ancient);
        } else {
          emit(state.with(i, -1), 0.125 + count * death + switched * 0.5);
        }
      } else if (male.contains(i)) {
        emit(state.with(i, -1), {0, count, 0}, 1);
        emit(state.with(i, -1), bounded - -2 * plain);
      } else if (i == epoch) {
        emit(state.with(clock, 1).with(epoch, -1), count * growth);
      } else {
        emit(state.with(i, -1), {}, 2);
        std::vector<std::int32_t> child(state.begin(), state.end());
        child[i] = 0;
        emit(child, {0, 0, 0.5});
      }
    }
  });
}
