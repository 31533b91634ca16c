// Covariances and gradients: what takes more than the moments of one reward.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "moments/evaluate.hpp"
#include "support/cases.hpp"
#include "support/chains.hpp"
#include "support/dense.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

using ::testing::HasSubstr;
using enum StatisticKind;
using test::DenseOracle;

Answer ask(const Graph& graph, const std::vector<double>& theta, std::vector<Statistic> columns,
           std::vector<Reward> rewards = {Reward{}}, Precision precision = {}) {
  const Trace trace = record(graph);
  return Evaluator(graph, trace, {std::move(columns), std::move(rewards), precision, best_simd()})
      .answer(theta);
}

double only(const Answer& answer) {
  return answer.values.at(0).value;
}

/// The same random chain with its rates handed out among a constant and two parameters, all 1 where it is
/// asked.
Graph random_graph(std::uint64_t seed, const test::RandomChain& options) {
  const GraphParts parts = test::random_parts(seed, options);
  std::mt19937_64 random(seed);
  test::ChainBuilder chain({"a", "b"}, options.time);
  for (std::size_t s = 0; s < parts.state_count; ++s) {
    for (std::uint64_t t = parts.row_offsets[s]; t < parts.row_offsets[s + 1]; ++t) {
      const double rate = parts.coefficients[parts.transitions[t].coefficients][1];
      std::vector<double> coefficients(3, 0.0);
      coefficients[random() % 3] = rate;
      chain.edge(parts.transitions[t].target, coefficients);
    }
    chain.state();
  }
  for (const auto& start : parts.start) chain.start(start.state, start.probability);
  return chain.graph();
}

std::vector<double> random_reward(const Graph& graph, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<double> reward(graph.vertex_count(), 0);
  for (VertexId v = 1; v <= graph.transient_count(); ++v) reward[v] = static_cast<double>(random() % 4);
  return reward;
}

std::vector<double> sum(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> result(a);
  for (std::size_t i = 0; i < b.size(); ++i) result[i] += b[i];
  return result;
}

/// E[AB] - E[A] E[B], with 2 E[AB] = E[(A + B)^2] - E[A^2] - E[B^2].
Mpfr dense_covariance(DenseOracle oracle, const std::vector<double>& a, const std::vector<double>& b) {
  const auto of_a = oracle.moments(2, a);
  const auto of_b = oracle.moments(2, b);
  Mpfr result = oracle.moments(2, sum(a, b))[1];
  mpfr_sub(result.get(), result.get(), of_a[1].get(), MPFR_RNDN);
  mpfr_sub(result.get(), result.get(), of_b[1].get(), MPFR_RNDN);
  mpfr_div_ui(result.get(), result.get(), 2, MPFR_RNDN);
  Mpfr product = of_a[0];
  mpfr_mul(product.get(), product.get(), of_b[0].get(), MPFR_RNDN);
  mpfr_sub(result.get(), result.get(), product.get(), MPFR_RNDN);
  return result;
}

/// (f(theta + h) - f(theta - h)) / 2h with h = 2^-100: 200 bits of the derivative at 512 bits.
template <class Function>
Mpfr dense_derivative(const std::vector<double>& theta, std::size_t parameter, Function of) {
  constexpr mpfr_prec_t bits = 512;
  const auto shifted = [&](double by) {
    std::vector<Mpfr> at = DenseOracle::in_mpfr(theta, bits);
    mpfr_add_d(at[parameter].get(), at[parameter].get(), by, MPFR_RNDN);
    return at;
  };
  const double h = std::exp2(-100);
  Mpfr result = of(shifted(h));
  const Mpfr below = of(shifted(-h));
  mpfr_sub(result.get(), result.get(), below.get(), MPFR_RNDN);
  mpfr_div_d(result.get(), result.get(), 2 * h, MPFR_RNDN);
  return result;
}

const TimeKind both_kinds[] = {TimeKind::continuous, TimeKind::discrete};

TEST(Covariance, AgreesWithDenseMpfrOnRandomChains) {
  for (const TimeKind time : both_kinds) {
    for (std::uint64_t seed = 0; seed < test::cases(40); ++seed) {
      const Graph graph = random_graph(seed, {.states = 15, .decades = 8, .time = time});
      const auto a = random_reward(graph, seed);
      const auto b = random_reward(graph, seed + 1000);
      const Answer answer = ask(graph, {1, 1}, {{covariance, 1, 0, 1}}, {{"a", a}, {"b", b}});
      const Mpfr truth = dense_covariance(DenseOracle(graph, std::vector<double>{1, 1}), a, b);
      if (std::fabs(truth.to_double()) < 1e-60) {
        EXPECT_EQ(only(answer), 0) << seed;
      } else {
        EXPECT_LT(test::relative_error(only(answer), truth), 1e-8) << seed;
      }
    }
  }
}

TEST(Covariance, IsTheVarianceOfWhatIsTakenTwice) {
  const Graph graph = random_graph(3, {.states = 12});
  const auto a = random_reward(graph, 3);
  const Answer answer = ask(graph, {1, 1}, {{covariance, 1, 0, 1}, {variance}, {correlation, 1, 0, 1}},
                            {{"a", a}, {"again", a}});
  EXPECT_NEAR(answer.values[0].value / answer.values[1].value, 1, 1e-13);
  EXPECT_NEAR(answer.values[2].value, 1, 1e-13);
}

TEST(Covariance, IsZeroOfStagesThatDoNotKnowOfEachOther) {
  // Two exponential stages in a row are independent: E[AB] = E[A] E[B], and nothing is left of either.
  test::ChainBuilder chain({"a", "b"});
  const Graph graph =
      chain.edge(1, {0, 1}).state({2}).edge(2, {0, 0, 1}).state({1}).state({0}).start(0).graph();
  const std::vector<Reward> rewards{{"first", {0, 0, 1, 0}}, {"second", {0, 1, 0, 0}}};
  const Answer answer = ask(graph, {3, 0.7}, {{covariance, 1, 0, 1}, {correlation, 1, 0, 1}}, rewards);
  EXPECT_EQ(answer.values[0].value, 0);
  EXPECT_EQ(answer.values[1].value, 0);
}

TEST(Covariance, HasNoValueWhereARewardIsInfinite) {
  test::ChainBuilder chain({"rate", "exit"});
  chain.edge(1, {0, 1}).edge(2, {0, 1}).state().edge(2, {0, 0, 1}).state().state().start(0);
  const std::vector<Reward> rewards{{"time", {}}, {"first", {0, 3, 0, 0}}};
  const Answer answer =
      ask(chain.graph(), {1, 0}, {{mean, 1, 0}, {mean, 1, 1}, {covariance, 1, 0, 1}}, rewards);
  EXPECT_TRUE(answer.infinite);
  EXPECT_TRUE(std::isinf(answer.values[0].value));
  EXPECT_EQ(answer.values[1].value, 1.5);
  EXPECT_TRUE(std::isnan(answer.values[2].value));
}

TEST(SeveralRewards, GiveEachTheBitsItHasAlone) {
  for (const TimeKind time : both_kinds) {
    const Graph graph = random_graph(5, {.states = 30, .decades = 6, .time = time});
    const Reward a{"a", random_reward(graph, 1)};
    const std::vector<Reward> rewards{a, Reward{}};
    const auto columns = for_each_reward(std::vector<Statistic>{{mean}, {variance}, {skewness}}, 2);
    const Answer together = ask(graph, {1, 1}, columns, rewards);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      Statistic alone = columns[i];
      alone.reward = 0;
      EXPECT_EQ(only(ask(graph, {1, 1}, {alone}, {rewards[columns[i].reward]})), together.values[i].value);
    }
  }
}

void expect_derivatives_of_moments(TimeKind time, double decades) {
  for (std::uint64_t seed = 0; seed < test::cases(20); ++seed) {
    const Graph graph = random_graph(seed, {.states = 10, .decades = decades, .time = time});
    const auto reward = seed % 2 == 0 ? std::vector<double>{} : random_reward(graph, seed);
    const std::vector<double> theta{1, 1};
    const auto columns = with_gradients({{moment, 1}, {moment, 2}, {moment, 3}}, 2);
    const Answer answer = ask(graph, theta, columns, {{"", reward}});
    for (std::size_t i = 3; i < columns.size(); ++i) {
      const Mpfr truth = dense_derivative(theta, *columns[i].parameter, [&](const std::vector<Mpfr>& at) {
        return DenseOracle(graph, at, 512).moments(3, reward)[columns[i].order - 1];
      });
      if (mpfr_zero_p(truth.get()) != 0) {
        EXPECT_EQ(answer.values[i].value, 0);
      } else {
        EXPECT_LT(test::relative_error(answer.values[i].value, truth), 1e-8) << seed << ' ' << i;
      }
    }
  }
}

TEST(Gradient, OfMomentsAgreesWithDenseMpfrDifferencesInContinuousTime) {
  expect_derivatives_of_moments(TimeKind::continuous, 2);
  expect_derivatives_of_moments(TimeKind::continuous, 16);
}

TEST(Gradient, OfMomentsAgreesWithDenseMpfrDifferencesInDiscreteTime) {
  expect_derivatives_of_moments(TimeKind::discrete, 2);
  expect_derivatives_of_moments(TimeKind::discrete, 8);
}

TEST(Gradient, OfACovarianceAgreesWithDenseMpfrDifferences) {
  for (const TimeKind time : both_kinds) {
    for (std::uint64_t seed = 0; seed < test::cases(20); ++seed) {
      const Graph graph = random_graph(seed, {.states = 10, .decades = 4, .time = time});
      const auto a = random_reward(graph, seed);
      const auto b = random_reward(graph, seed + 1000);
      const std::vector<double> theta{1, 1};
      const auto columns = with_gradients({{covariance, 1, 0, 1}}, 2);
      const Answer answer = ask(graph, theta, columns, {{"a", a}, {"b", b}});
      for (std::size_t p = 0; p < 2; ++p) {
        const Mpfr truth = dense_derivative(theta, p, [&](const std::vector<Mpfr>& at) {
          return dense_covariance(DenseOracle(graph, at, 512), a, b);
        });
        if (std::fabs(truth.to_double()) < 1e-100) continue;
        EXPECT_LT(test::relative_error(answer.values[1 + p].value, truth), 1e-8) << seed;
      }
    }
  }
}

TEST(Gradient, TellsTwoStagesApartThatDifferByEightDecades) {
  // E[T^2] = 2 / a^2 + 2 / (a b) + 2 / b^2 at a = 1, b = 1e-8. The variance is 1 / a^2 + 1 / b^2.
  test::ChainBuilder chain({"a", "b"});
  const Graph graph = chain.edge(1, {0, 1}).state().edge(2, {0, 0, 1}).state().state().start(0).graph();
  const Answer answer =
      ask(graph, {1, 1e-8}, with_gradients({{moment, 2}, {variance}, {standard_deviation}}, 2));
  const auto expect = [&](std::size_t i, double value) {
    EXPECT_NEAR(answer.values[i].value / value, 1, 1e-14) << i;
  };
  expect(3, -2.00000004e8);
  expect(4, -4.00000002e24);
  expect(5, -2);
  expect(6, -2e24);
  expect(7, -1 / std::sqrt(1 + 1e16));
  expect(8, -2e24 / (2 * std::sqrt(1 + 1e16)));
}

TEST(Gradient, SatisfiesEulersIdentity) {
  // Times are homogeneous of degree -1 in all rates: sum over t of t dm_k/dt = -k m_k.
  for (std::uint64_t seed = 0; seed < test::cases(20); ++seed) {
    test::ChainBuilder chain({"a", "b"});
    std::mt19937_64 random(seed);
    for (std::uint32_t i = 0; i < 12; ++i) {
      for (std::uint32_t j = 0; j < 12; ++j) {
        if (j != i && random() % 4 == 0) chain.edge(j, {0, 1.0 + static_cast<double>(random() % 9), 0});
      }
      chain.edge(12, {0, 0, 0.25 * (1.0 + static_cast<double>(random() % 9))}).state();
    }
    const Graph graph = chain.state().start(0).graph();
    const std::vector<double> theta{0.3, 2};
    const auto columns = with_gradients({{moment, 1}, {moment, 2}, {moment, 3}}, 2);
    const Answer answer = ask(graph, theta, columns);
    for (std::size_t k = 1; k <= 3; ++k) {
      const double euler =
          theta[0] * answer.values[1 + 2 * k].value + theta[1] * answer.values[2 + 2 * k].value;
      EXPECT_NEAR(euler / (-static_cast<double>(k) * answer.values[k - 1].value), 1, 1e-12);
    }
  }
}

TEST(Gradient, FollowsDerivedTermsByTheChainRule) {
  // One stage at rate exp(-x) y: mean exp(x) / y.
  test::ChainBuilder chain({"x", "y"});
  using enum Operation;
  chain.parts().terms.derived = {{"pace",
                                  {{parameter, {0, 0, 0, 0}, 0},
                                   {negate, {0, 0, 0, 0}, 0},
                                   {exponential, {1, 0, 0, 0}, 0},
                                   {parameter, {1, 0, 0, 0}, 0},
                                   {multiply, {2, 3, 0, 0}, 0}}}};
  chain.parts().coefficients = CoefficientTable(4);
  const Graph graph = chain.edge(1, {0, 0, 0, 1}).state().state().start(0).graph();
  const Answer answer = ask(graph, {0.7, 3}, with_gradients({{mean}}, 2));
  EXPECT_NEAR(answer.values[1].value / (std::exp(0.7) / 3), 1, 1e-14);
  EXPECT_NEAR(answer.values[2].value / (-std::exp(0.7) / 9), 1, 1e-14);
}

TEST(Gradient, IsZeroForAParameterThatChangesNothing) {
  test::ChainBuilder chain({"rate", "idle"});
  const Graph graph = chain.edge(1, {0, 1}).state().state().start(0).graph();
  const Answer answer = ask(graph, {2, 5}, with_gradients({{mean}, {variance}}, 2));
  EXPECT_EQ(answer.values[3].value, 0);
  EXPECT_EQ(answer.escalation, "");
}

TEST(Gradient, HasNoValueWhereAZeroRateKeepsAClosedClassShut) {
  // The least migration would lead to an island that nobody leaves in time.
  test::ChainBuilder chain({"migration", "death"});
  chain.edge(1, {0, 1}).edge(2, {0, 0, 1}).state().edge(0, {0, 1}).state().state().start(0);
  const Answer answer = ask(chain.graph(), {0, 4}, with_gradients({{mean}}, 2));
  EXPECT_EQ(answer.values[0].value, 0.25);
  EXPECT_TRUE(std::isnan(answer.values[1].value));
  EXPECT_EQ(answer.values[2].value, -0.0625);
}

TEST(Gradient, LooksBeyondAZeroRateToStatesThatNothingReaches) {
  // 0 leaves at rate 1, or at rate e to a second stage of rate 2: mean (1 + e/2) / (1 + e), so -1/2 at e = 0.
  test::ChainBuilder chain({"e"});
  chain.edge(1, {0, 1}).edge(2, {1}).state().edge(2, {2}).state().state().start(0);
  const Answer answer = ask(chain.graph(), {0}, with_gradients({{mean}}, 1));
  EXPECT_EQ(answer.values[0].value, 1);
  EXPECT_EQ(answer.values[1].value, -0.5);
}

TEST(Gradient, OfAVarianceThatCancelsIsComputedInMoreBits) {
  const Graph graph = [] {
    test::ChainBuilder chain({"a", "b"});
    return chain.edge(1, {0, 1}).state().edge(2, {0, 0, 1}).state().state().start(0).graph();
  }();
  const Answer answer = ask(graph, {1, 1e-8}, with_gradients({{variance}}, 2));
  EXPECT_THAT(answer.escalation, HasSubstr("cancels"));
}

}  // namespace
}  // namespace phasic
