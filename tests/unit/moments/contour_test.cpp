#include "moments/contour.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "moments/walk_gradient.hpp"
#include "support/cases.hpp"
#include "support/chains.hpp"
#include "support/dense_exponential.hpp"
#include "support/theta_chain.hpp"

namespace phasic {
namespace {

double distance(const Point& a, const Point& b, double t) {
  return std::max({t * std::fabs(a.density - b.density), std::fabs(a.distribution - b.distribution),
                   std::fabs(a.survival - b.survival)});
}

TEST(Contour, GivesAnExponentialToFourteenDigitsAtEveryTime) {
  const test::ThetaChain of(test::erlang(1), {1});
  Contour contour = of.contour();
  for (double t = 1e-9; t < 1e9; t *= 1.7) {
    const Inverted found = contour.at(t);
    EXPECT_LT(distance(found.point, {std::exp(-t), -std::expm1(-t), std::exp(-t)}, t), 2e-14) << t;
    EXPECT_LT(found.error, 1e-12) << t;
  }
}

TEST(Contour, SharesItsNodesAmongTheTimesOfAWindow) {
  const test::ThetaChain of(test::erlang(3), {1});
  Contour contour = of.contour();
  for (double t = 1; t < 8; t += 0.1) contour.at(t);
  EXPECT_EQ(contour.transform_count(), 64U);
  contour.at(8);
  EXPECT_EQ(contour.transform_count(), 128U);
}

// Rates over thirteen decades, and as many steps of uniformisation.
TEST(Contour, AgreesWithTheDenseExponentialOnStiffChains) {
  test::RandomChain options;
  options.states = 8;
  options.decades = 13;
  for (std::uint64_t seed = 1; seed <= test::cases(12); ++seed) {
    const Graph graph = make_graph(test::random_parts(seed, options));
    const test::ThetaChain of(graph, {1});
    Contour contour = of.contour();
    const test::DenseExponential oracle(graph, {1}, {}, 600);
    for (const double t : {1e-4, 1.0, 1e5}) {
      const Inverted found = contour.at(t);
      EXPECT_LT(found.error, 2e-10) << seed << " " << t;
      EXPECT_LT(distance(found.point, oracle.at(t), t), 1e-11) << seed << " " << t;
    }
  }
}

/// Where the contour claims an error that is good enough to be used, it is right to that.
void expect_truth(const Graph& graph, double theta) {
  const test::ThetaChain of(graph, {theta});
  Contour contour = of.contour();
  Walk walk = of.walk();
  for (double t = 0.001; t < 1000; t *= 1.13) {
    const Inverted found = contour.at(t);
    if (!(found.error < 2e-10)) continue;
    EXPECT_LE(distance(found.point, walk.at(t), t), 2e-10) << theta << " " << t;
  }
}

TEST(Contour, ClaimsNoLessThanItsErrorForManyEqualStages) {
  for (std::uint32_t stages = 1; stages <= test::cases(120); ++stages)
    expect_truth(test::erlang(stages), stages);
  expect_truth(test::erlang(3000), 3000);
}

/// k states in a circle, one of which is left for good now and then: eigenvalues far from the real axis.
Graph circle(std::uint32_t states) {
  test::ChainBuilder chain({"speed"});
  for (std::uint32_t i = 0; i < states; ++i) {
    chain.edge((i + 1) % states, {0, 1});
    if (i == 0) chain.edge(states, {0.5});
    chain.state();
  }
  return chain.state().start(0).graph();
}

TEST(Contour, KnowsWhenItLeavesOutSlowlyDampedOscillations) {
  for (const std::uint32_t states : {3U, 4U, 5U, 6U, 7U, 8U, 10U, 14U, 20U, 50U, 100U, 200U})
    expect_truth(circle(states), states);
  const test::ThetaChain of(circle(200), {200});
  Contour contour = of.contour();
  EXPECT_FALSE(contour.at(3).error < 1e-6);
}

TEST(Contour, TakesRewardsThatAreZeroInSomeStates) {
  test::RandomChain options;
  options.states = 15;
  for (std::uint64_t seed = 1; seed <= test::cases(5); ++seed) {
    const Graph graph = make_graph(test::random_parts(seed, options));
    std::vector<double> reward(graph.vertex_count(), 0.0);
    for (VertexId v = 1; v <= 15; ++v) reward[v] = v % 3;
    const test::ThetaChain of(graph, {1}, reward);
    Contour contour = of.contour();
    Walk walk = of.walk();
    for (const double t : {0.01, 0.7, 3.0, 20.0})
      EXPECT_LT(distance(contour.at(t).point, walk.at(t), t), 1e-13) << seed << " " << t;
  }
}

TEST(Contour, ReachesToTheEndsOfTheRangeOfDoubles) {
  for (const double rate : {1e-300, 4.0, 1e300}) {
    const test::ThetaChain of(test::erlang(2), {rate});
    Contour contour = of.contour();
    EXPECT_NEAR(contour.at(1e300).point.survival, rate > 1 ? 0 : 2 * std::exp(-1), 1e-13) << rate;
    EXPECT_LT(contour.at(1e300).error, 1e-12) << rate;
  }
}

// Two ways to one number: steps of the chain, and derivatives of its transform.
TEST(Contour, HasTheSlopesThatStepsHave) {
  for (std::uint64_t seed = 1; seed <= test::cases(12); ++seed) {
    const Graph graph = make_graph(test::random_parts(seed, {.states = 25, .decades = 3}));
    std::vector<double> reward(graph.vertex_count(), 0);
    for (VertexId v = 1; v <= graph.transient_count(); ++v) reward[v] = 0.5 * (v % 4);
    for (const auto& earned : {std::vector<double>{}, reward}) {
      const test::ThetaChain of(graph, {1.5}, earned);
      Contour contour = of.contour();
      WalkGradient walk(of.chain_gradient());
      for (const double t : {0.3, 2.0, 9.0}) {
        const Inverted found = contour.slopes_at(t).at(0);
        EXPECT_LT(found.error, 1e-9) << seed << ' ' << t;
        EXPECT_LT(distance(found.point, walk.at(t).at(0), t), 1e-11) << seed << ' ' << t;
      }
    }
  }
}

}  // namespace
}  // namespace phasic
