#include "moments/powers.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/chains.hpp"
#include "support/dense_exponential.hpp"
#include "support/dense_flow.hpp"
#include "support/theta_chain.hpp"

namespace phasic {
namespace {

using test::relative_error;

TEST(Powers, AgreeWithTheDenseExponentialWhereAWalkWouldNeedTenToTheThirteen) {
  test::RandomChain options;
  options.states = 8;
  options.decades = 13;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Graph graph = make_graph(test::random_parts(seed, options));
    const test::ThetaChain of(graph, {1});
    const Walk walk = of.walk();
    Powers powers(walk);
    const test::DenseExponential oracle(graph, {1}, {}, 600);
    for (const double steps : {1e3, 1e8, 1e13}) {
      const double t = steps / walk.rate();
      const Point found = powers.at(t);
      const Point truth = oracle.at(t);
      EXPECT_NEAR(found.distribution, truth.distribution, 2e-13) << seed << " " << steps;
      EXPECT_NEAR(found.survival, truth.survival, 2e-13) << seed << " " << steps;
      if (truth.distribution < 0.5) {
        EXPECT_LT(relative_error(found.distribution, truth.distribution), 1e-11) << seed << " " << steps;
      }
      EXPECT_LT(relative_error(found.density, truth.density), 1e-8) << seed << " " << steps;
    }
  }
}

TEST(Powers, KeepStatesApart) {
  test::RandomChain options;
  options.states = 6;
  const Graph graph = make_graph(test::random_parts(2, options));
  const test::ThetaChain of(graph, {1});
  const Walk walk = of.walk();
  const auto truth = test::DenseExponential(graph, {1}).probabilities(3.3);
  const auto found = Powers(walk).occupation(3.3).probability;
  for (std::size_t i = 0; i < 6; ++i)
    EXPECT_LT(relative_error(found[i], truth[of.trace.vertices()[i] - 1]), 1e-13);
}

TEST(Powers, KnowHowLongAStateWasThere) {
  test::RandomChain options;
  options.states = 6;
  options.decades = 13;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Graph graph = make_graph(test::random_parts(seed, options));
    const test::ThetaChain of(graph, {1});
    const Walk walk(make_chain_with_absorbing_states(of.trace, of.weights));
    Powers powers(walk, Times::kept);
    const test::DenseFlow oracle(graph, {Mpfr(600, 1)}, 600);
    for (const double steps : {0.0, 0.25, 1e3, 1e8, 1e13}) {
      const double t = steps / walk.rate();
      const auto found = powers.occupation(t);
      const auto truth = oracle.at(t);
      for (std::size_t i = 0; i < 7; ++i) {
        const std::size_t v = i < 6 ? of.trace.vertices()[i] - 1 : i;
        EXPECT_LT(relative_error(found.time[i], truth.time[v].to_double()), 1e-12)
            << seed << " " << steps << " " << i;
      }
    }
  }
}

// Visited at 0, and with probability 1 - p at each step after, until t: (1 - (1 - p)^t) / p.
TEST(Powers, CountVisits) {
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  const Walk walk =
      test::ThetaChain(chain.edge(1, {0, 1}).state().state().start(0).graph(), {0x1p-30}).walk();
  Powers powers(walk, Times::kept);
  for (const double t : {0.0, 1.0, 2.0, 3.5, 1e9, 1e12}) {
    const double expected = -std::expm1(std::floor(t) * std::log1p(-0x1p-30)) * 0x1p30;
    EXPECT_LT(relative_error(powers.occupation(t).time[0], expected), 1e-13) << t;
  }
}

// Left with probability 2^-30 in each step: P(N > t) = (1 - 2^-30)^t.
TEST(Powers, CountSteps) {
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  const Walk walk =
      test::ThetaChain(chain.edge(1, {0, 1}).state().state().start(0).graph(), {0x1p-30}).walk();
  Powers powers(walk);
  for (const double t : {0.0, 1.0, 1e9, 1e11}) {
    const double survival = std::exp(t * std::log1p(-0x1p-30));
    EXPECT_LT(relative_error(powers.at(t).survival, survival), 1e-12) << t;
    if (t > 0) {
      EXPECT_LT(relative_error(powers.at(t).density, 0x1p-30 * survival), 1e-8) << t;
    }
  }
  EXPECT_FALSE(powers.reaches(1e16));
  EXPECT_TRUE(powers.reaches(1e15));
}

}  // namespace
}  // namespace phasic
