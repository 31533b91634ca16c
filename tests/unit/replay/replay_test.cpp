#include "replay/replay.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "replay/arithmetic.hpp"
#include "replay/terms.hpp"
#include "support/cases.hpp"
#include "support/chains.hpp"
#include "support/dense.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

using test::RandomChain;

std::unique_ptr<Replay<double>> replay_like(const Trace& trace, double) {
  return make_replay(trace);
}
std::unique_ptr<Replay<Mpfr>> replay_like(const Trace& trace, const Mpfr& zero) {
  return make_replay(trace, zero.bits());
}

template <class Scalar>
std::vector<Scalar> raw_moments(const Graph& graph, const std::vector<double>& theta, unsigned order,
                                Scalar zero, const std::vector<double>& reward = {}) {
  const Trace trace = record(graph);
  std::vector<double> rewards;
  for (const VertexId vertex : trace.vertices()) {
    if (!reward.empty()) rewards.push_back(reward[vertex]);
  }
  const std::vector<Scalar> terms = evaluate_terms(graph.terms(), theta, zero);
  auto result = replay_like(trace, zero)
                    ->moments(class_weights(trace, std::span<const Scalar>(terms)), rewards, order, {});
  EXPECT_FALSE(result.met_closed_state);
  for (unsigned k = 2; k <= order; ++k) {
    for (unsigned j = 2; j <= k; ++j) multiply(result.scaled[k - 1], static_cast<double>(j));
  }
  return result.scaled;
}

std::vector<double> random_reward(const Graph& graph, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<double> reward(graph.vertex_count(), 0);
  for (VertexId v = 1; v <= graph.transient_count(); ++v)
    reward[v] = uniform(random) < 0.3 ? 0 : 3 * uniform(random);
  return reward;
}

/// The largest relative error of four moments over many random chains, against 256-bit dense elimination.
double worst_error(const RandomChain& options, std::uint64_t seeds, bool with_reward) {
  double worst = 0;
  for (std::uint64_t seed = 0; seed < test::cases(seeds); ++seed) {
    const Graph graph = make_graph(test::random_parts(seed, options));
    const std::vector<double> reward = with_reward ? random_reward(graph, seed) : std::vector<double>{};
    const std::vector<double> theta{options.time == TimeKind::continuous ? 0.37 : 1.0};
    const auto got = raw_moments(graph, theta, 4, 0.0, reward);
    const auto truth = test::DenseOracle(graph, theta).moments(4, reward);
    for (unsigned k = 0; k < 4; ++k) worst = std::max(worst, test::relative_error(got[k], truth[k]));
  }
  return worst;
}

TEST(Replay, AgreesWithDenseMpfrOnRandomChains) {
  EXPECT_LT(worst_error({.states = 25, .density = 0.15}, 100, false), 1e-13);
  EXPECT_LT(worst_error({.states = 25, .density = 0.15}, 100, true), 1e-13);
  EXPECT_LT(worst_error({.states = 1, .density = 0}, 5, true), 1e-14);
}

TEST(Replay, KeepsRelativeAccuracyWhenRatesSpanTwentyFourDecades) {
  EXPECT_LT(worst_error({.states = 25, .density = 0.15, .decades = 24}, 100, false), 1e-13);
  EXPECT_LT(worst_error({.states = 25, .density = 0.15, .decades = 24}, 100, true), 1e-13);
}

TEST(Replay, AgreesWithDenseMpfrInDiscreteTime) {
  const RandomChain options{.states = 20, .density = 0.2, .decades = 6, .time = TimeKind::discrete};
  EXPECT_LT(worst_error(options, 100, false), 1e-13);
  EXPECT_LT(worst_error(options, 100, true), 1e-13);
}

TEST(Replay, AgreesWithDenseMpfrToEveryBitThatMpfrIsAskedFor) {
  const Graph graph = make_graph(test::random_parts(11, {.states = 20, .decades = 12}));
  const auto got = raw_moments(graph, {0.37}, 3, Mpfr(200));
  const auto truth = test::DenseOracle(graph, std::vector{0.37}, 600).moments(3);
  for (unsigned k = 0; k < 3; ++k) {
    Mpfr error(600);
    mpfr_sub(error.get(), got[k].get(), truth[k].get(), MPFR_RNDN);
    mpfr_div(error.get(), error.get(), truth[k].get(), MPFR_RNDN);
    EXPECT_LT(std::fabs(error.to_double()), 1e-57);
  }
}

TEST(Replay, ScalesWithTheRates) {
  const Graph graph = make_graph(test::random_parts(4, {.states = 30}));
  const auto one = raw_moments(graph, {1}, 3, 0.0);
  const auto faster = raw_moments(graph, {1024}, 3, 0.0);
  // A power of two changes no significand, so the equality is exact.
  for (unsigned k = 0; k < 3; ++k) EXPECT_EQ(faster[k] * std::pow(1024, k + 1), one[k]);
}

TEST(Replay, DoesNotDependOnHowVerticesAreNumbered) {
  for (std::uint64_t seed = 0; seed < test::cases(30); ++seed) {
    GraphParts parts = test::random_parts(seed, {.states = 20, .decades = 10});
    const auto expected = raw_moments(make_graph(parts), {1}, 2, 0.0);
    parts.order = GraphParts::Order::as_given;
    const auto other = raw_moments(make_graph(test::permuted(parts, seed)), {1}, 2, 0.0);
    for (unsigned k = 0; k < 2; ++k) EXPECT_NEAR(other[k] / expected[k], 1, 1e-13);
  }
}

TEST(Replay, GivesTheErlangMoments) {
  // E[T^k] = n (n+1) ... (n+k-1) / rate^k
  const auto moments = raw_moments(test::erlang(50), {4}, 5, 0.0);
  double expected = 1;
  for (unsigned k = 0; k < 5; ++k) {
    expected *= (50.0 + k) / 4;
    EXPECT_NEAR(moments[k] / expected, 1, 1e-14);
  }
}

TEST(Replay, SolvesACycleAsExactFractionsDo) {
  // v1 -> v2 at 0.9, v2 -> v1 at 0.9, v2 absorbed at 0.1: m1 = 10/9 + m2, m2 = 1 + 0.9 m1, so m1 = 190/9.
  test::ChainBuilder chain({});
  chain.edge(1, {0.9}).state().edge(0, {0.9}).edge(2, {0.1}).state().state().start(0);
  EXPECT_NEAR(raw_moments(chain.graph(), {}, 1, 0.0)[0], 190.0 / 9.0, 1e-14);
}

TEST(Replay, CountsStepsInDiscreteTimeWithMissingMassAsSelfLoop) {
  // Two phases passed with probability 0.3 each: negative binomial, mean 2/0.3, variance 2 (1-0.3)/0.3^2.
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  chain.edge(1, {0, 1}).state().edge(2, {0, 1}).state().state().start(0);
  const auto moments = raw_moments(chain.graph(), {0.3}, 2, 0.0);
  EXPECT_NEAR(moments[0], 2 / 0.3, 1e-14);
  EXPECT_NEAR(moments[1] - moments[0] * moments[0], 2 * 0.7 / 0.09, 1e-13);
}

TEST(Replay, LeavesAnAtomAtZeroWhereStartProbabilitiesDoNotAddUpToOne) {
  test::ChainBuilder chain({"rate"});
  chain.edge(1, {0, 1}).state().state().start(0, 0.25).start(1, 0.25);
  EXPECT_EQ(raw_moments(chain.graph(), {2}, 1, 0.0)[0], 0.125);
}

TEST(Replay, ReportsAStateThatNothingLeaves) {
  test::ChainBuilder chain({"rate"});
  const Graph graph = chain.edge(1, {0, 1}).state().state().start(0).graph();
  const Trace trace = record(graph);
  const std::vector<double> weights(trace.class_count(), 0.0);
  EXPECT_TRUE(make_replay(trace)->moments(weights, {}, 1, {}).met_closed_state);
}

}  // namespace
}  // namespace phasic
