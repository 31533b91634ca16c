#include "moments/evaluate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "support/chains.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

using ::testing::HasSubstr;

const std::vector<Statistic> mean_and_variance{{StatisticKind::mean, 1}, {StatisticKind::variance, 2}};

Answer ask(const Graph& graph, std::vector<double> theta,
           std::vector<Statistic> statistics = mean_and_variance, Precision precision = {},
           std::vector<double> reward = {}) {
  const Trace trace = record(graph);
  return Evaluator(graph, trace, {std::move(statistics), {{"", std::move(reward)}}, precision, best_simd()})
      .answer(theta);
}

std::vector<Statistic> moments(unsigned order) {
  std::vector<Statistic> statistics;
  for (unsigned k = 1; k <= order; ++k) statistics.push_back({StatisticKind::moment, k});
  return statistics;
}

TEST(Evaluator, GivesMeanAndVarianceOfAnErlang) {
  const Answer answer = ask(test::erlang(9), {3});
  EXPECT_NEAR(answer.values[0].value, 3, 1e-15);
  EXPECT_NEAR(answer.values[1].value, 1, 1e-14);
  EXPECT_EQ(answer.error, "");
}

std::vector<double> values_of(const Answer& answer) {
  std::vector<double> values;
  for (const Number& number : answer.values) values.push_back(number.value);
  return values;
}

TEST(Evaluator, GivesTheShapeOfAnErlang) {
  // Mean n/rate, variance n/rate^2, skewness 2/sqrt(n), kurtosis 3 + 6/n.
  using enum StatisticKind;
  const auto values =
      values_of(ask(test::erlang(16), {2},
                    {{mean, 1}, {variance, 1}, {standard_deviation, 1}, {skewness, 1}, {kurtosis, 1}}));
  const double expected[] = {8, 4, 2, 0.5, 3.375};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(values[i] / expected[i], 1, 1e-12) << i;
}

TEST(Evaluator, GivesCentralMomentsOfAnExponentialAsNumbersOfDerangements) {
  // E[(T-1)^k] = !k: 1, 2, 9, 44, 265, ... and !100 = 100!/e to the nearest integer.
  std::vector<Statistic> statistics;
  for (unsigned k = 1; k <= 100; ++k) statistics.push_back({StatisticKind::central, k});
  const auto values = values_of(ask(test::erlang(1), {1}, statistics));
  EXPECT_EQ(values[0], 0);
  double derangements = 1;
  for (unsigned k = 2; k <= 100; ++k) {
    derangements = k * derangements + (k % 2 == 0 ? 1 : -1);
    if (k == 2) derangements = 1;
    EXPECT_NEAR(values[k - 1] / derangements, 1, 1e-12) << k;
  }
}

TEST(Evaluator, TakesAsManyBitsAsACancellationNeeds) {
  // A binomial number of failures before ten successes, with a failure once in 2^40: skewness (2-p)/sqrt(10
  // (1-p)), where the third central moment is 2^-120 of its addends.
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  for (std::uint32_t i = 0; i < 10; ++i) chain.edge(i + 1, {0, 1}).state();
  const double q = std::exp2(-40);
  chain.state().start(0);
  const Answer answer = ask(chain.graph(), {1 - q}, {{StatisticKind::skewness, 1}});
  EXPECT_NEAR(answer.values[0].value / ((1 + q) / std::sqrt(10 * q)), 1, 1e-14);
  EXPECT_THAT(answer.escalation, HasSubstr("mpfr:"));
  const Answer from_few =
      ask(chain.graph(), {1 - q}, {{StatisticKind::skewness, 1}}, {Precision::Kind::mpfr, 64});
  EXPECT_EQ(from_few.values[0].value, answer.values[0].value);
}

TEST(Evaluator, FindsNoSpreadInWhatIsCertain) {
  using enum StatisticKind;
  test::ChainBuilder chain({}, TimeKind::discrete);
  const Graph graph = chain.edge(1, {1}).state().edge(2, {1}).state().state().start(0).graph();
  const auto values = values_of(
      ask(graph, {}, {{mean, 1}, {variance, 1}, {standard_deviation, 1}, {central, 3}, {skewness, 1}}));
  EXPECT_EQ(values[0], 2);
  EXPECT_EQ(values[1], 0);
  EXPECT_EQ(values[2], 0);
  EXPECT_EQ(values[3], 0);
  EXPECT_TRUE(std::isnan(values[4]));
}

TEST(Evaluator, GivesAHundredMoments) {
  // E[T^k] = k! for an exponential of rate 1.
  const Answer answer = ask(test::erlang(1), {1}, moments(100));
  EXPECT_NEAR(answer.values[99].value / std::tgamma(101.0), 1, 1e-13);
}

TEST(Evaluator, WritesMomentsBeyondTheRangeOfDoublesAsDecimals) {
  // 100! 2^100000 and its mirror image, by exact
  // integers: 9.32330845616115843...e30260, 9.341943935506885871...e-29946.
  const Answer large = ask(test::erlang(1), {std::ldexp(1.0, -1000)}, moments(100));
  EXPECT_TRUE(std::isinf(large.values[99].value));
  EXPECT_EQ(large.values[99].decimal, "9.3233084561611584e+30260");
  EXPECT_FALSE(large.infinite);
  EXPECT_NE(large.escalation, "");
  const Answer small = ask(test::erlang(1), {std::ldexp(1.0, 1000)}, moments(100));
  EXPECT_EQ(small.values[99].value, 0);
  EXPECT_EQ(small.values[99].decimal, "9.3419439355068859e-29946");
}

TEST(Evaluator, KeepsTheVarianceOfANearlyDeterministicTime) {
  // Ten steps, each made with probability 1 - 1e-12: variance 10 q (1-q)^-2 with q the double next to 1e-12.
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  for (std::uint32_t i = 0; i < 10; ++i) chain.edge(i + 1, {0, 1}).state();
  const double p = 1 - 1e-12;
  const double q = 1 - p;
  const Answer answer = ask(chain.state().start(0).graph(), {p});
  EXPECT_NEAR(answer.values[1].value / (10 * q / (p * p)), 1, 1e-12);
  EXPECT_NE(answer.escalation, "");
}

TEST(Evaluator, AgreesWithItselfInDoubleAndMpfr) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Graph graph = make_graph(test::random_parts(seed, {.states = 20, .decades = 8}));
    const Answer plain = ask(graph, {1});
    const Answer precise = ask(graph, {1}, mean_and_variance, {Precision::Kind::mpfr, 256});
    for (std::size_t i = 0; i < 2; ++i)
      EXPECT_NEAR(plain.values[i].value / precise.values[i].value, 1, 1e-12);
  }
}

TEST(Evaluator, CallsANegativeRateABadTheta) {
  test::ChainBuilder chain({"p"});
  chain.edge(1, {0, 1}).edge(2, {1, -1}).state({3}).edge(2, {1}).state({2}).state({1}).start(0);
  const Answer answer = ask(chain.graph(), {1.5});
  EXPECT_THAT(answer.error, HasSubstr("the rate from state (3) to state (1) is negative (1 - p = -0.5)"));
  EXPECT_TRUE(std::isnan(answer.values[0].value));
  EXPECT_EQ(ask(chain.graph(), {0.5}).error, "");
}

TEST(Evaluator, CallsProbabilitiesAboveOneABadTheta) {
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  chain.edge(1, {0, 1}).edge(2, {0, 1}).state().edge(2, {1}).state().state().start(0);
  EXPECT_EQ(ask(chain.graph(), {0.5}).error, "");
  EXPECT_THAT(ask(chain.graph(), {0.6}).error, HasSubstr("add up to 1.2"));
}

TEST(Evaluator, CallsTheMeanInfiniteWhereAZeroRateCutsEveryExit) {
  test::ChainBuilder chain({"migration", "death"});
  chain.edge(1, {0, 1}).edge(2, {0, 0, 1}).state().edge(0, {0, 1}).state().state().start(0);
  const Answer cut = ask(chain.graph(), {1, 0});
  EXPECT_TRUE(cut.infinite);
  EXPECT_TRUE(std::isinf(cut.values[0].value));
  EXPECT_EQ(cut.error, "");
  EXPECT_FALSE(ask(chain.graph(), {1, 1e-300}).infinite);
}

TEST(Evaluator, DoesNotMindAClosedStateThatIsNotReached) {
  // With migration 0 the second island is left by nobody, and entered by nobody.
  test::ChainBuilder chain({"migration", "death"});
  chain.edge(1, {0, 1}).edge(2, {0, 0, 1}).state().edge(0, {0, 1}).state().state().start(0);
  const Answer answer = ask(chain.graph(), {0, 4});
  EXPECT_FALSE(answer.infinite);
  EXPECT_EQ(answer.values[0].value, 0.25);
  EXPECT_EQ(answer.values[1].value, 0.0625);
}

TEST(Evaluator, AccumulatesOnlyTheRewardBeforeAClosedClassWithoutReward) {
  // Half of the paths end in a state that is never left and earns nothing.
  test::ChainBuilder chain({"rate", "exit"});
  chain.edge(1, {0, 1}).edge(2, {0, 1}).state().edge(2, {0, 0, 1}).state().state().start(0);
  const Graph graph = chain.graph();
  std::vector<double> reward{0, 3, 0, 0};
  const Answer answer = ask(graph, {1, 0}, mean_and_variance, {}, reward);
  EXPECT_FALSE(answer.infinite);
  EXPECT_EQ(answer.values[0].value, 1.5);
  EXPECT_TRUE(ask(graph, {1, 0}).infinite);
}

TEST(Evaluator, AnswersForAGraphThatStartsAbsorbed) {
  test::ChainBuilder chain({});
  const Answer answer = ask(chain.state().start(0).graph(), {});
  EXPECT_EQ(answer.values[0].value, 0);
  EXPECT_EQ(answer.values[1].value, 0);
}

TEST(Evaluator, AnswersManyThetasAsItAnswersEach) {
  // Good ones, a bad one, an infinite one, and one beyond the range of doubles, in every place of a pack.
  test::ChainBuilder chain({"a", "b"});
  chain.edge(1, {0, 1})
      .edge(2, {0, 0, 1})
      .state()
      .edge(0, {0, 1})
      .edge(2, {1, -0.125})
      .state()
      .state()
      .start(0);
  const Graph graph = chain.graph();
  const Trace trace = record(graph);
  std::vector<std::vector<double>> thetas;
  for (int i = 0; i < 150; ++i) {
    thetas.push_back({0.1 + i % 7, 0.5 * (i % 11) + 0.01});
    if (i % 29 == 0) thetas.push_back({9, 1});
    if (i % 31 == 0) thetas.push_back({8, 0});
    if (i % 37 == 0) thetas.push_back({1e-300, 1e-300});
  }
  for (const Simd simd : {Simd::baseline, best_simd()}) {
    Evaluator evaluator(graph, trace, {mean_and_variance, {Reward{}}, {}, simd});
    const std::vector<Theta> views(thetas.begin(), thetas.end());
    const std::vector<Answer> together = evaluator.answers(views);
    ASSERT_EQ(together.size(), thetas.size());
    for (std::size_t i = 0; i < thetas.size(); ++i) {
      const Answer alone = ask(graph, thetas[i]);
      EXPECT_EQ(together[i].error, alone.error);
      EXPECT_EQ(together[i].infinite, alone.infinite);
      for (std::size_t k = 0; k < 2; ++k) {
        EXPECT_EQ(together[i].values[k].decimal, alone.values[k].decimal);
        if (alone.error.empty()) {
          EXPECT_EQ(together[i].values[k].value, alone.values[k].value);
        }
      }
    }
  }
}

TEST(Evaluator, RefusesTheTraceOfAnotherGraph) {
  const Trace other = record(test::erlang(4));
  const Graph graph = test::erlang(5);
  EXPECT_THROW(Evaluator(graph, other, {mean_and_variance, {Reward{}}, {}, {}}), InternalError);
}

// Its vertices are not looked up in the rewards of a graph that has none of them.
TEST(Evaluator, RefusesATraceOfAnotherGraphBeforeItIsUsed) {
  const Graph graph = test::erlang(2);
  const Trace longer = record(test::erlang(2000));
  const std::vector<double> reward(graph.vertex_count(), 1);
  EXPECT_THROW(Evaluator(graph, longer, {mean_and_variance, {{"", reward}}, {}, best_simd()}), InternalError);
}

}  // namespace
}  // namespace phasic
