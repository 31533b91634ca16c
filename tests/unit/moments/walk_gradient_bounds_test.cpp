// What bounds of derivatives say where little is known. That they hold where much is: tests/property.
#include "moments/walk_gradient_bounds.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "moments/ask.hpp"
#include "moments/walk_gradient.hpp"
#include "support/chains.hpp"
#include "support/theta_chain.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

using enum AskKind;

constexpr double infinity = std::numeric_limits<double>::infinity();

AskAnswer ask(const Graph& graph, const std::vector<double>& theta, std::vector<Ask> asks,
              std::vector<double> reward = {}) {
  const Trace trace = record(graph);
  const std::vector<Reward> rewards{{"", std::move(reward)}};
  return AskAnswerer(graph, trace, rewards, best_simd(),
                     {std::move(asks), Derivatives::by_every_parameter, Precision::Bounds::told})
      .answer(theta);
}

/// Of the slopes alone, with the errors that they have.
std::vector<Point> bounds_at(const Graph& graph, const std::vector<double>& theta, double t,
                             double rate_count, double time_count = 0) {
  const test::ThetaChain of(graph, theta);
  ChainGradient gradient = of.chain_gradient();
  const RateReader reader(graph, of.trace, RateReader::Slopes::wanted);
  RatesAt rates(reader, theta);
  rates.doubles.count = rate_count;
  add_errors(gradient, of.trace, rates, {}, of.fates);
  const double rate = WalkGradient(of.chain_gradient()).rate();
  return WalkGradientBounds(gradient, rate, rate_count).at(t, time_count);
}

// 0.1 + 0.2 - 0.3, which doubles say is 2.8e-17.
TEST(WalkGradientBounds, AreInfiniteWhereNotEvenASignIsKnown) {
  test::ChainBuilder chain({"a", "b"});
  const Graph graph = chain.edge(1, {0.1, 0.1, -0.1}).edge(2, {1}).state().state().state().start(0).graph();
  const AskAnswer found = ask(graph, {2, 3}, {{distribution, 1}, {laplace, 1}, {quantile, 0.5}});
  ASSERT_EQ(found.error, "");
  ASSERT_EQ(found.bounds.size(), 9U);
  for (const double bound : found.bounds) EXPECT_EQ(bound, infinity);
}

// At b = 0 state 1 is never left; b > 0 opens it, and R jumps.
TEST(WalkGradientBounds, AreInfiniteWhereThereIsNoDerivative) {
  test::ChainBuilder chain({"a", "b"});
  const Graph graph = chain.edge(1, {0, 1}).state().edge(2, {0, 0, 1}).state().state().start(0).graph();
  const AskAnswer found = ask(graph, {2, 0}, {{distribution, 1}}, {0, 1, 0, 0});
  ASSERT_EQ(found.error, "");
  EXPECT_LT(found.bounds[1], 1e-13);
  EXPECT_TRUE(std::isnan(found.values[2]));
  EXPECT_EQ(found.bounds[2], infinity);
}

// Within the atom a quantile stays 0.
TEST(WalkGradientBounds, AreZeroWithinAnAtom) {
  test::ChainBuilder chain({"a"});
  const Graph graph = chain.edge(1, {0, 1}).state().state().start(0, 0.5).graph();
  const AskAnswer found = ask(graph, {2}, {{quantile, 0.3}});
  EXPECT_EQ(found.values, (std::vector<double>{0, 0}));
  EXPECT_EQ(found.bounds, (std::vector<double>{0, 0}));
}

TEST(WalkGradientBounds, GrowWithWhatTheyAreMadeOf) {
  const Graph graph = test::erlang(3);
  const auto exact = bounds_at(graph, {2}, 1, 0);
  const auto rounded = bounds_at(graph, {2}, 1, 1000);
  const auto moved = bounds_at(graph, {2}, 1, 0, 1000);
  for (double Point::*part : {&Point::density, &Point::distribution, &Point::survival}) {
    EXPECT_GT(exact[0].*part, 0);
    EXPECT_GT(rounded[0].*part, 5 * exact[0].*part);
    EXPECT_GT(moved[0].*part, 5 * exact[0].*part);
    EXPECT_LT(moved[0].*part, 1000 * exact[0].*part);
    EXPECT_EQ(bounds_at(graph, {2}, 1, infinity)[0].*part, infinity);
  }
}

// A hundred states that earn nothing between two that do. The errors of a derivative that is carried through
// them double at each, so it takes more bits to know it.
TEST(WalkGradientBounds, AreSmallBeyondManyStatesThatEarnNothing) {
  test::ChainBuilder chain({"a", "b"});
  constexpr std::uint32_t n = 102;
  for (std::uint32_t i = 0; i < n; ++i) {
    chain.edge(i + 1, {0, 1});
    if (i > 0) chain.edge(i - 1, {0, 0, 1});
    chain.state();
  }
  const Graph graph = chain.state().start(0).graph();
  std::vector<double> reward(graph.vertex_count(), 0);
  reward[1] = reward[n] = 1;
  const AskAnswer found = ask(graph, {2, 1}, {{distribution, 1}}, reward);
  ASSERT_EQ(found.error, "");
  for (const double bound : found.bounds) {
    EXPECT_GT(bound, 0);
    EXPECT_LT(bound, 1e-9);
  }
}

}  // namespace
}  // namespace phasic
