#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/model/models.hpp"

namespace phasic::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string rest = " initial { [1] = 1 } transitions(function() end)";

TEST(Parameters, NameThetaInOrder) {
  const Graph graph = graph_of("parameters { 'b', 'a' }" + rest);
  EXPECT_THAT(graph.terms().parameters, ElementsAre("b", "a"));
  EXPECT_THAT(graph_of(rest).terms().parameters, ElementsAre());
}

TEST(Parameters, AreNamedOnceEach) {
  EXPECT_THAT(complaint("parameters { 'a', 'a' }"), HasSubstr("'a' is there twice"));
  EXPECT_THAT(complaint("parameters { 'a' } parameters { 'b' }"), HasSubstr("parameters was called twice"));
  EXPECT_THAT(complaint("parameters { a = 1 }"),
              StartsWith("65 m.lua:1: the parameters have the key 'a'; write them as a list"));
  EXPECT_THAT(complaint("parameters { 'a', [3] = 'b' }"), HasSubstr("the parameters have the key 3"));
  for (const char* bytes :
       {"\\xff", "a\\xc3", "\\xc0\\xaf", "\\xed\\xa0\\x80", "\\xf4\\x90\\x80\\x80", "\\x80"}) {
    EXPECT_THAT(complaint(fmt::format("parameters {{ '{}' }}", bytes)),
                HasSubstr("use letters, digits and _"))
        << bytes;
  }
  EXPECT_THAT(complaint("parameters 'a'"), HasSubstr("write them as a list"));
  for (const char* name : {"a b", "a=b", "a,b", "1a", "a.b", "count:a", ""}) {
    EXPECT_THAT(complaint(fmt::format("parameters {{ '{}' }}", name)), HasSubstr("use letters, digits and _"))
        << name;
  }
  EXPECT_THAT(graph_of("parameters { 'θ_1' }" + rest).terms().parameters, ElementsAre("θ_1"));
  EXPECT_THAT(complaint("parameters { 1 }"), HasSubstr("number 1 of the parameters is 1; it is a string"));
}

TEST(Initial, OfOneStateHasProbabilityOne) {
  const auto model = load("initial { [3] = 2, [1] = 5 } transitions(function() end)");
  const Declaration& declaration = model->declaration();
  ASSERT_EQ(declaration.start.size(), 1U);
  EXPECT_EQ(declaration.start[0].probability, 1);
  EXPECT_THAT(declaration.start[0].entries, ElementsAre(5, 0, 2));
}

TEST(Initial, OfSeveralStatesIsADistribution) {
  const auto model =
      load("initial { {0.3, {[1] = 2}}, {0.5, {0, 0, 7}}, {0, {[1] = 1}} } transitions(function() end)");
  const Declaration& declaration = model->declaration();
  ASSERT_EQ(declaration.start.size(), 2U);
  EXPECT_EQ(declaration.start[0].probability, 0.3);
  EXPECT_THAT(declaration.start[0].entries, ElementsAre(2, 0, 0));
  EXPECT_THAT(declaration.start[1].entries, ElementsAre(0, 0, 7));
}

TEST(Initial, TakesItsLengthFromTheIndexerIfThereIsOne) {
  const auto model = load("indexer { property('a', 0, 6) } initial { [2] = 1 } transitions(function() end)");
  EXPECT_EQ(model->declaration().state_length, 7U);
  EXPECT_THAT(complaint("indexer { property('a', 0, 1) }\ninitial { [3] = 1 } transitions(function() end)"),
              StartsWith("65 m.lua:2: initial names index 3, and the indexer has 2"));
}

TEST(Initial, TakesItsLengthFromStatesThatHaveProbability0Too) {
  EXPECT_EQ(load("initial { {0, {[5] = 1}}, {1, {[1] = 1}} } transitions(function() end)")
                ->declaration()
                .state_length,
            5U);
}

TEST(Initial, RefusesWhatIsNoDistributionOfStates) {
  for (const auto& [code, expected] : std::vector<std::pair<std::string, std::string>>{
           {"initial {}", "the initial state is empty"},
           {"initial(5)", "initial takes a table"},
           {"initial { [1] = 1 } initial { [1] = 2 }", "initial was called twice"},
           {"initial { [1] = 1.5 }", "entry [1] of a state is 1.5; it is an integer"},
           {"initial { [1] = 2^40 }", "integers of 32 bits"},
           {"initial { [-1] = 2 }", "index -1 of a state; indices run from 1"},
           {"initial { [1 << 40] = 2 }", "indices run from 1"},
           {"initial { a = 2 }", "an index of a state is the string \"a\"; it is an integer"},
           {"initial { {0.6, {[1] = 1}}, {0.6, {[1] = 2}} }", "the initial probabilities sum to 1.2"},
           {"initial { {-0.5, {[1] = 1}} }", "has probability -0.5"},
           {"initial { {0/0, {[1] = 1}} }", "has probability "},
           {"initial { {'a', {[1] = 1}} }", "the probability of initial state 1 is the string \"a\""},
           {"initial { {0, {[1] = 1}} }", "every initial state has probability 0; give one of them more"},
           {"initial { {0.5} }", "initial state 1 is no pair"},
           {"initial { {0.5, {}} }", "the initial state has no entries"}}) {
    EXPECT_THAT(complaint(code + " transitions(function() end)"), HasSubstr(expected)) << code;
  }
}

TEST(Reward, IsEvaluatedOnStatesWithTransitions) {
  const Graph graph = graph_of(
      "initial { [1] = 2 } reward('r', function(state) return 10 * state[1] end)\n"
      "transitions(function(state, emit) if state[1] > 0 then emit(state:with(1, -1), {}, 1) "
      "end end)");
  ASSERT_TRUE(graph.reward("r"));
  EXPECT_THAT(*graph.reward("r"), ElementsAre(0, 10, 20, 0));
}

TEST(Reward, IsAFiniteNumberThatIsNotNegative) {
  for (const char* value : {"-1", "0/0", "1/0", "nil", "'a'", "{}"}) {
    EXPECT_THAT(
        complaint(
            std::string("initial { [1] = 1 }\nreward('r', function(state) return ") + value +
            " end)\ntransitions(function(state, emit) if state[1] > 0 then emit(state:with(1, -1), {}, 1) "
            "end end)"),
        StartsWith("65 m.lua:2: in state (1): reward 'r' is "))
        << value;
  }
  EXPECT_THAT(complaint("reward('r', function() end) reward('r', function() end)"),
              HasSubstr("declared twice"));
  EXPECT_THAT(complaint("reward('r', 5)"), HasSubstr("5 instead of a function"));
}

TEST(Time, IsContinuousUnlessSaidOtherwise) {
  EXPECT_EQ(graph_of(rest).time(), TimeKind::continuous);
  EXPECT_EQ(graph_of("time 'discrete'" + rest).time(), TimeKind::discrete);
  EXPECT_EQ(graph_of("time 'continuous'" + rest).time(), TimeKind::continuous);
  EXPECT_THAT(complaint("time 'discrete' time 'continuous'"), HasSubstr("time was called twice"));
  EXPECT_THAT(complaint("time 'discret'"), HasSubstr("write time \"continuous\" or time \"discrete\""));
}

TEST(Transitions, AreDeclaredOnce) {
  EXPECT_THAT(complaint("transitions(function() end)\ntransitions(function() end)"),
              HasSubstr("2: transitions was called twice (first in m.lua:1)"));
  EXPECT_THAT(complaint("transitions {}"), HasSubstr("a table instead of a function"));
}

}  // namespace
}  // namespace phasic::test
