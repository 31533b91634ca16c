#include "moments/power_gradient.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "moments/powers.hpp"
#include "moments/walk_gradient.hpp"
#include "support/cases.hpp"
#include "support/chains.hpp"
#include "support/dense_slopes.hpp"
#include "support/theta_chain.hpp"

namespace phasic {
namespace {

using test::relative_error;

/// A random chain whose rates are handed out between two parameters.
Graph of_two_parameters(std::uint64_t seed, const test::RandomChain& options) {
  const GraphParts parts = test::random_parts(seed, options);
  std::mt19937_64 random(seed);
  test::ChainBuilder chain({"a", "b"}, options.time);
  for (std::uint32_t s = 0; s < parts.state_count; ++s) {
    for (std::uint64_t e = parts.row_offsets[s]; e < parts.row_offsets[s + 1]; ++e) {
      const double rate = parts.coefficients[parts.transitions[e].coefficients][1];
      const bool is_first = random() % 2 == 0;
      chain.edge(parts.transitions[e].target, {0, is_first ? rate : 0, is_first ? 0 : rate});
    }
    chain.state();
  }
  for (const auto& start : parts.start) chain.start(start.state, start.probability);
  return chain.graph();
}

/// The values and their derivatives of one chain.
struct Subject {
  Subject(const Graph& graph, const std::vector<double>& theta, const std::vector<double>& reward = {})
      : of(graph, theta, reward),
        walk(of.walk()),
        values(walk),
        steps(of.chain_gradient()),
        powers(of.chain_gradient(), steps.rate()) {}
  test::ThetaChain of;
  Walk walk;
  Powers values;
  WalkGradient steps;
  PowerGradient powers;
};

// At theta = (1, 1) these are derivatives by logarithms. Errors are units of roundoff of the probabilities
// that change, a survival function's even where little of it is left.
TEST(PowerGradient, AgreesWithDenseDifferencesWhereAWalkWouldNeedTenToTheThirteen) {
  test::RandomChain options;
  options.states = 8;
  options.decades = 13;
  for (std::uint64_t seed = 1; seed <= test::cases(12); ++seed) {
    const Graph graph = of_two_parameters(seed, options);
    const std::vector<double> theta{1, 1};
    Subject subject(graph, theta);
    for (const double steps : {1e3, 1e8, 1e13}) {
      const double t = steps / subject.walk.rate();
      const Point value = subject.values.at(t);
      const auto found = subject.powers.at(t);
      for (std::size_t p = 0; p < 2; ++p) {
        const auto truth = test::DenseSlopes(graph, theta, p).at(t);
        EXPECT_NEAR(found[p].density, truth.density, 1e-10 * value.density)
            << seed << " " << steps << " " << p;
        EXPECT_NEAR(found[p].distribution, truth.distribution, 5e-15 * value.distribution)
            << seed << " " << steps;
        EXPECT_NEAR(found[p].survival, truth.survival, 1e-11 * value.survival)
            << seed << " " << steps << " " << p;
      }
    }
  }
}

// Both parameters scale all rates together, so a dF/da + b dF/db = t f.
TEST(PowerGradient, SatisfiesEulersIdentityOnStiffChains) {
  test::RandomChain options;
  options.states = 24;
  options.decades = 15;
  for (std::uint64_t seed = 1; seed <= test::cases(20); ++seed) {
    Subject subject(of_two_parameters(seed, options), {1e-5, 3e4});
    for (const double steps : {1e2, 1e6, 1e10, 1e14}) {
      const double t = steps / subject.walk.rate();
      const auto slopes = subject.powers.at(t);
      const double euler = 1e-5 * slopes[0].distribution + 3e4 * slopes[1].distribution;
      EXPECT_NEAR(euler, t * subject.values.at(t).density, 1e-14) << seed << " " << steps;
    }
  }
}

// Rewards of 0, 1, 2: states that earn nothing are eliminated; in discrete time others are two in a row.
TEST(PowerGradient, AgreesWithSteps) {
  for (const TimeKind time : {TimeKind::continuous, TimeKind::discrete}) {
    test::RandomChain options;
    options.time = time;
    for (std::uint64_t seed = 0; seed < test::cases(10); ++seed) {
      const Graph graph = of_two_parameters(seed, options);
      std::vector<double> reward(graph.vertex_count(), 0);
      for (VertexId v = 1; v <= graph.transient_count(); ++v) reward[v] = v % 3;
      Subject subject(graph, {1, 1}, reward);
      for (const double t : {0.0, 0.37, 1.0, 4.0, 4.5, 40.0}) {
        const auto found = subject.powers.at(t);
        const auto expected = subject.steps.at(t);
        ASSERT_EQ(found.size(), 2U);
        for (std::size_t p = 0; p < 2; ++p) {
          EXPECT_NEAR(found[p].density, expected[p].density, 1e-13) << seed << " " << t;
          EXPECT_NEAR(found[p].distribution, expected[p].distribution, 1e-13) << seed << " " << t;
          EXPECT_NEAR(found[p].survival, expected[p].survival, 1e-13) << seed << " " << t;
        }
      }
    }
  }
}

TEST(PowerGradient, KeepsStatesApart) {
  test::RandomChain options;
  options.states = 6;
  options.decades = 12;
  const std::vector<double> theta{1, 1};
  for (std::uint64_t seed = 0; seed < test::cases(12); ++seed) {
    const Graph graph = of_two_parameters(seed, options);
    const test::ThetaChain of(graph, theta);
    const Walk walk(make_chain_with_absorbing_states(of.trace, of.weights));
    Powers values(walk, Times::kept);
    PowerGradient powers(make_chain_gradient_with_absorbing_states(of.trace, of.weights, of.slopes),
                         walk.rate(), Times::kept);
    for (const double steps : {0.0, 0.5, 1e3, 1e9, 1e13}) {
      const double t = steps / walk.rate();
      const auto found = powers.occupation(t);
      const auto value = values.occupation(t);
      for (std::size_t p = 0; p < 2; ++p) {
        const auto truth = test::DenseSlopes(graph, theta, p).occupation(t);
        for (std::size_t i = 0; i < 7; ++i) {
          const std::size_t v = i < 6 ? of.trace.vertices()[i] - 1 : i;
          EXPECT_NEAR(found[p].probability[i], truth.probability[v], 1e-11 * value.probability[i])
              << seed << " " << steps << " " << p << " " << i;
          EXPECT_NEAR(found[p].time[i], truth.time[v], 1e-12 * value.time[i])
              << seed << " " << steps << " " << p << " " << i;
        }
      }
    }
  }
}

// A way out and a way to another state, both shut: only the derivative knows of them.
TEST(PowerGradient, LooksBeyondZeroRates) {
  test::ChainBuilder chain({"shut", "fast"});
  chain.edge(1, {0, 0, 1}).edge(3, {0, 0, 1e-12}).state();
  chain.edge(0, {0, 0, 1}).edge(2, {0, 1}).edge(3, {0, 2}).state();
  chain.edge(3, {1}).state().state().start(0);
  const Graph graph = chain.graph();
  const std::vector<double> theta{0, 1e6};
  Subject subject(graph, theta);
  for (const double t : {1e-3, 1.0, 1e4}) {
    const auto found = subject.powers.at(t);
    for (std::size_t p = 0; p < 2; ++p) {
      const auto truth = test::DenseSlopes(graph, theta, p).at(t);
      EXPECT_LT(relative_error(found[p].density, truth.density), p == 0 ? 1e-12 : 1e-6) << t << " " << p;
      EXPECT_LT(relative_error(found[p].distribution, truth.distribution), 1e-11) << t << " " << p;
      EXPECT_LT(relative_error(found[p].survival, truth.survival), 1e-11) << t << " " << p;
    }
  }
}

// A pair of states that the chain changes between at a rate f, and that are left at rates 1 and 3: it is
// left at rate 2 - 1 / (2 f) and what is smaller. What f does is lost among 10^12 changes of either sign,
// unless rows of derivatives add up to 0.
TEST(PowerGradient, MakesNothingOfWhatGoesToAndFro) {
  test::ChainBuilder chain({"fast", "slow"});
  chain.edge(1, {0, 1}).edge(2, {0, 0, 1}).state();
  chain.edge(0, {0, 1}).edge(2, {0, 0, 3}).state();
  const Graph graph = chain.state().start(0, 0.5).start(1, 0.5).graph();
  const std::vector<double> theta{1e12, 1};
  Subject subject(graph, theta);
  const auto found = subject.powers.at(1);
  const auto truth = test::DenseSlopes(graph, theta, 0).at(1);
  EXPECT_NEAR(truth.survival, -std::exp(-2) / 2e24, 1e-30);
  EXPECT_NEAR(1e12 * found[0].survival, 1e12 * truth.survival, 1e-15);
  EXPECT_NEAR(1e12 * found[0].distribution, 1e12 * truth.distribution, 1e-15);
  EXPECT_NEAR(found[1].survival, -2 * std::exp(-2), 1e-12);
}

// Left with probability p = 2^-30 in each step: P(N > t) = (1 - p)^t, P(N = t) = (1 - p)^(t - 1) p.
TEST(PowerGradient, CountsSteps) {
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  Subject subject(chain.edge(1, {0, 1}).state().state().start(0).graph(), {0x1p-30});
  for (const double t : {1.0, 2.0, 1e9, 1e11}) {
    const double last = std::exp((t - 1) * std::log1p(-0x1p-30));
    const Point slope = subject.powers.at(t)[0];
    EXPECT_LT(relative_error(slope.survival, -t * last), 1e-12) << t;
    EXPECT_NEAR(0x1p-30 * slope.distribution, 0x1p-30 * t * last, 1e-15) << t;
    EXPECT_NEAR(slope.density, last * (1 - (t - 1) * 0x1p-30 / (1 - 0x1p-30)),
                1e-11 * last * t * 0x1p-30 + 1e-15)
        << t;
    EXPECT_EQ(subject.powers.at(t + 0.5)[0].density, 0);
    EXPECT_EQ(subject.powers.at(t + 0.5)[0].survival, slope.survival);
  }
}

TEST(Squaring, CountsWhatItTakes) {
  const Squaring few{10, 2, 0x1p40};
  EXPECT_EQ(few.cost(), 1000 * 5 * 41.0);
  EXPECT_EQ(few.numbers(), 110 * 3 * 41.0);
  EXPECT_TRUE(few.gets_there());
  EXPECT_EQ((Squaring{10, 2, 0}.cost()), 1000 * 5 * 2.0);
  EXPECT_FALSE((Squaring{10, 2, 1e16}.gets_there()));
}

}  // namespace
}  // namespace phasic
