#include "model/explore.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/model/models.hpp"

namespace phasic::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Exploration, TheOrderOfEmitDoesNotMatter) {
  const auto model = [](const std::string& emits) {
    return graph_of(
               "parameters { 'a', 'b' } initial { [1] = 3, [2] = 0 }\ntransitions(function(state, emit)\n"
               "if state[1] + state[2] == 0 then return end\n" +
               emits + " end)")
        .hash();
  };
  const std::string one = "if state[1] > 0 then emit(state:with(1, -1, 2, 1), { 0.1, 0 }) end ";
  const std::string two = "if state[2] > 0 then emit(state:with(2, -1, 1, 1), { 0.2, 0 }) end ";
  const std::string three = "emit({ 0, 0 }, { 0.1, 0.3 }) ";
  const std::string four = "emit({ 0, 0 }, { 0.2, 0.7 }) ";
  const std::string five = "emit({ 0, 0 }, { 1e17, 1e-17 }) ";
  const auto expected = model(one + two + three + four + five);
  EXPECT_EQ(model(five + four + three + two + one), expected);
  EXPECT_EQ(model(three + five + one + four + two), expected);
  EXPECT_NE(model(one + two + three + five), expected);
}

TEST(Exploration, HowTheCallbackIsWrittenDoesNotMatter) {
  const std::string by_difference =
      "initial { [1] = 4 }\ntransitions(function(state, emit) if state[1] > 0 then "
      "emit(state:with(1, -1), {}, 1) end end)";
  const std::string by_table =
      "-- other words\nlocal function step(count) return { count - 1 } end\ninitial { {1, {4}} }\n"
      "transitions(function(s, out) for i, c in s:occupied() do out(step(c), nil, 1) end end)";
  EXPECT_EQ(graph_of(by_difference).hash(), graph_of(by_table).hash());
}

TEST(Exploration, AParameterThatChangesNothingLandsOnTheSameGraph) {
  const std::string model =
      "local n, dummy = param('n', 3), param('dummy', 0) initial { [1] = n }\n"
      "transitions(function(state, emit) if state[1] > 0 then emit(state:with(1, -1), {}, 1) end end)";
  EXPECT_EQ(graph_of(model).hash(), graph_of(model, {"dummy=42"}).hash());
  EXPECT_NE(graph_of(model).hash(), graph_of(model, {"n=4"}).hash());
}

TEST(Exploration, StartProbabilitiesBecomeEdgesOfTheStart) {
  const Graph graph = graph_of(
      "initial { {0.3, {[1] = 2}}, {0.4, {[1] = 1}}, {0.1, {[1] = 2}} }\n"
      "transitions(function(state, emit) if state[1] > 0 then emit(state:with(1, -1), {}, 1) end end)");
  EXPECT_EQ(graph.vertex_count(), 4U);
  ASSERT_EQ(graph.row_offsets()[1], 2U);
  EXPECT_EQ(graph.state_entry(graph.targets()[0], 0), 1);
  EXPECT_EQ(graph.coefficients(graph.classes()[0])[0], 0.4);
  EXPECT_EQ(graph.coefficients(graph.classes()[1])[0], 0.3 + 0.1);
}

TEST(Exploration, TheGraphKeepsTheIndexersLayout) {
  const Graph graph = graph_of(
      "local kind = indexer { group('ball', property('size', 1, 2)), slots { 'epoch' } }\n"
      "initial { [kind.ball { size = 2 }] = 1 }\n"
      "transitions(function(state, emit) if state:sum() > 0 then emit({ 0, 0, 0 }, {}, 1) end end)");
  const std::vector<StateProperty> expected{{"size", {{0, 1}, {1, 2}}}, {"epoch", {{2, 1}}}};
  EXPECT_EQ(graph.properties(), expected);
}

TEST(Exploration, AStateWithoutTransitionsIsAbsorbing) {
  const Graph graph = graph_of("initial { [1] = 1 } transitions(function() end)");
  EXPECT_EQ(graph.vertex_count(), 2U);
  EXPECT_EQ(graph.absorbing_count(), 1U);
}

TEST(Exploration, RefusesAStateFromWhichAbsorptionCannotBeReached) {
  EXPECT_EQ(
      complaint(
          "initial { [1] = 2 }\ntransitions(function(state, emit)\nif state[1] == 2 then "
          "emit(state:with(1, 5), {}, 1) emit(state:with(1, -2), {}, 1) elseif state[1] == 7 then "
          "emit(state:with(1, 1), {}, 1) elseif state[1] == 8 then emit(state:with(1, -1), {}, 1) end end)"),
      "65 m.lua:2: in state (7): absorption cannot be reached from here; some path from every state leads to "
      "one "
      "without transitions");
}

TEST(Exploration, RatesThatOverflowTogetherAreAnErrorOfTheModel) {
  EXPECT_EQ(
      complaint(
          "parameters { 'a' } initial { [1] = 2 }\ntransitions(function(state, emit) if state[1] > 0 then "
          "emit(state:with(1, -1), { 1e308 }) emit(state:with(1, -1), { 1e308 }) end end)"),
      "65 m.lua:2: in state (1): a rate's coefficient is not finite; coefficients are finite numbers");
}

TEST(Exploration, StopsAtTheLimitOfVertices) {
  Limits limits;
  limits.vertices = 10;
  const std::string chain =
      "initial { [1] = 8 }\ntransitions(function(state, emit) if state[1] > 0 then "
      "emit(state:with(1, -1), {}, 1) end end)";
  EXPECT_EQ(complaint(chain, {}, limits), "no complaint");  // start, 8..0
  limits.vertices = 9;
  EXPECT_EQ(complaint(chain, {}, limits),
            "69 m.lua:2: in state (1): the exploration found more than 9 vertices; is the state space "
            "finite? If so, raise "
            "--max-vertices (0: no limit)");
}

TEST(Exploration, OneVertexIsALimitTooAndTheStartTakesIt) {
  Limits limits;
  limits.vertices = 1;
  EXPECT_THAT(complaint("initial { [1] = 1 } transitions(function() end)", {}, limits),
              ::testing::HasSubstr("the exploration found more than 1 vertices"));
  limits.vertices = 2;
  EXPECT_EQ(complaint("initial { [1] = 1 } transitions(function() end)", {}, limits), "no complaint");
}

TEST(Exploration, EntriesMayBeNegative) {
  const Graph graph = graph_of(
      "initial { [1] = 1 }\ntransitions(function(state, emit) if state[1] > -2 then "
      "emit(state:with(1, -1), {}, 1) end end)");
  EXPECT_EQ(graph.vertex_count(), 5U);
  EXPECT_EQ(graph.state_entry(1, 0), -1);
  EXPECT_EQ(graph.state_entry(4, 0), -2);
}

TEST(Exploration, EverySourceOfAModelSaysTheSame) {
  const auto model = load(example("two_locus_arg.lua"), {"n=3"});
  const auto first = model->make_source();
  const auto second = model->make_source();
  const std::vector<std::int32_t>& start = model->declaration().start[0].entries;
  const Expansion left = first->expand(start);
  const Expansion right = second->expand(start);
  ASSERT_EQ(left.size(), right.size());
  for (std::size_t edge = 0; edge < left.size(); ++edge) {
    EXPECT_TRUE(std::ranges::equal(left[edge].child, right[edge].child));
    EXPECT_TRUE(std::ranges::equal(left[edge].coefficients, right[edge].coefficients));
  }
}

}  // namespace
}  // namespace phasic::test
