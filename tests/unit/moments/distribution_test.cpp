#include "moments/distribution.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "support/chains.hpp"
#include "support/dense_exponential.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

/// Keeps graph and trace alive beside the distribution.
struct Subject {
  Subject(Graph graph_in, std::vector<double> theta, std::vector<double> reward = {})
      : graph(std::move(graph_in)), trace(record(graph)), of(graph, trace, std::move(reward)) {
    EXPECT_EQ(of.begin(theta), "");
  }
  Graph graph;
  Trace trace;
  Distribution of;
};

/// Of n lineages, each pair coalesces at rate theta.
Graph kingman(std::uint32_t n) {
  test::ChainBuilder chain({"rate"});
  for (std::uint32_t k = n; k > 1; --k) chain.edge(n - k + 1, {0, 0.5 * k * (k - 1)}).state();
  return chain.state().start(0).graph();
}

TEST(Distribution, TransformsKingmansCoalescent) {
  Subject subject(kingman(4), {1});
  EXPECT_NEAR(subject.of.laplace(0.5), 6 / 6.5 * 3 / 3.5 * 1 / 1.5, 1e-16);
  EXPECT_NEAR(subject.of.laplace(0.5), 0.5274725275, 1e-10);
  EXPECT_EQ(subject.of.laplace(0), 1);
  EXPECT_NEAR(subject.of.laplace(1e100) / (18e-300), 1, 1e-14);
}

// p z / (1 - (1 - p) z) at z = exp(-s), squared.
TEST(Distribution, TransformsDiscreteTime) {
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  Subject subject(chain.edge(1, {0, 1}).state().edge(2, {0, 1}).state().state().start(0).graph(), {0.3});
  const double z = std::exp(-0.25);
  EXPECT_NEAR(subject.of.laplace(0.25), std::pow(0.3 * z / (1 - 0.7 * z), 2), 1e-15);
}

TEST(Distribution, TransformsToNothingWhatIsBeyondDoubles) {
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  const Graph graph = chain.edge(1, {0, 1}).state().state().start(0, 0.5).graph();
  for (const double s : {720.0, 1e5, 1e300}) {
    EXPECT_EQ(Subject(graph, {0.3}).of.laplace(s), 0.5);
    const auto bounded = Subject(graph, {0.3}).of.bounded_laplace(s, 0);
    EXPECT_EQ(bounded.value, 0.5);
    EXPECT_LT(bounded.error, 1e-12);
    // Who earns nothing is not overwhelmed.
    test::ChainBuilder two({"p"}, TimeKind::discrete);
    const Graph both =
        two.edge(1, {0, 1}).edge(2, {0.25}).state().edge(2, {0, 1}).state().state().start(0).graph();
    EXPECT_NEAR(Subject(both, {0.5}, {0, 0, 1, 0}).of.laplace(s), 1 / 3.0, 1e-15);
  }
}

TEST(Distribution, KnowsThatEverythingEndsHoweverSlowly) {
  Subject slow(kingman(2), {1e-295});
  EXPECT_EQ(slow.of.laplace(0), 1);
  EXPECT_NEAR(slow.of.quantile(0.5).value() * 1e-295, std::log(2), 1e-14);
  Subject rich(kingman(2), {1}, {0, 1e290, 0});
  EXPECT_NEAR(rich.of.quantile(0.9).value() / 1e290, std::log(10), 1e-14);
  EXPECT_NEAR(rich.of.laplace(1e-300), 1, 1e-9);
}

TEST(Distribution, FindsTheQuantilesOfAnExponential) {
  Subject subject(test::erlang(1), {2});
  for (const double p : {1e-290, 1e-12, 0.01, 0.5, 0.9, 1 - 0x1p-40})
    EXPECT_NEAR(subject.of.quantile(p).value() / (-std::log1p(-p) / 2), 1, 1e-14) << p;
}

TEST(Distribution, FindsQuantilesThatTheDistributionFunctionInverts) {
  test::RandomChain options;
  options.states = 30;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    options.decades = static_cast<double>(seed);
    Subject subject(make_graph(test::random_parts(seed, options)), {1});
    for (const double p : {0.01, 0.3, 0.75, 0.999}) {
      const double t = subject.of.quantile(p).value();
      EXPECT_NEAR(subject.of.at(t)->distribution, p, 1e-13) << seed << " " << p;
    }
    EXPECT_EQ(subject.of.quantile(0.0005).value(), 0);  // below the atom at 0
  }
}

TEST(Distribution, FindsTheSmallestWholeNumberInDiscreteTime) {
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  Subject subject(chain.edge(1, {0, 1}).state().state().start(0).graph(), {0.5});
  EXPECT_EQ(subject.of.quantile(0.5).value(), 1);
  EXPECT_EQ(subject.of.quantile(0.5001).value(), 2);
  EXPECT_EQ(subject.of.quantile(0.75).value(), 2);
  EXPECT_EQ(subject.of.quantile(0.999).value(), 10);
}

// Half of the time the chain ends in a closed class that it does not leave at this theta.
TEST(Distribution, SaysInfinityBeyondWhatEverEnds) {
  test::ChainBuilder chain({"a"});
  Subject subject(chain.edge(1, {1}).edge(2, {1}).state().edge(2, {0, 1}).state().state().start(0).graph(),
                  {0});
  EXPECT_NEAR(subject.of.finite_share(), 0.5, 1e-15);
  EXPECT_EQ(subject.of.quantile(0.6).value(), std::numeric_limits<double>::infinity());
  EXPECT_NEAR(subject.of.quantile(0.25).value(), std::log(2) / 2, 1e-14);
  EXPECT_NEAR(subject.of.at(1e300)->survival, 0.5, 1e-12);
}

// E R = 1 for rewards 1 in the first, 0 in the second state: both ways end with R exponential.
TEST(Distribution, KnowsOfRewardsThatAreZero) {
  test::ChainBuilder chain({});
  Subject subject(
      chain.edge(1, {1}).state().edge(2, {7}).state().state().start(0, 0.5).start(1, 0.25).graph(), {},
      {0, 1, 0, 0});
  EXPECT_NEAR(subject.of.at(0)->distribution, 0.5, 1e-15);
  EXPECT_NEAR(subject.of.at(2)->survival, 0.5 * std::exp(-2), 1e-15);
  EXPECT_NEAR(subject.of.laplace(3), 0.5 + 0.5 / 4, 1e-15);
  EXPECT_EQ(subject.of.quantile(0.3).value(), 0);
}

TEST(Distribution, IntegratesItsDensity) {
  Subject subject(kingman(6), {1});
  constexpr int intervals = 2000;
  const double end = 4;
  double integral = 0;
  for (int i = 0; i <= intervals; ++i) {
    const double factor = i == 0 || i == intervals ? 1 : i % 2 == 1 ? 4 : 2;
    integral += factor * subject.of.at(end * i / intervals)->density * end / intervals / 3;
  }
  EXPECT_NEAR(integral, subject.of.at(end)->distribution, 1e-10);
}

/// Birth-death with fast births and deaths and a slow way out.
Graph slow_exit(std::uint32_t states) {
  test::ChainBuilder chain({"fast", "slow"});
  for (std::uint32_t i = 0; i < states; ++i) {
    if (i > 0) chain.edge(i - 1, {0, 1});
    if (i + 1 < states) chain.edge(i + 1, {0, 1});
    chain.edge(states, {0, 0, 1}).state();
  }
  return chain.state().start(0).graph();
}

// Every state is left for good at the same rate, so R is exponential whatever else goes on.
TEST(Distribution, TakesTheRouteThatGetsThere) {
  using enum Distribution::Route;
  const auto expect = [](std::uint32_t states, double fast, Distribution::Route route) {
    Subject subject(slow_exit(states), {fast, 0.5});
    EXPECT_EQ(subject.of.route(2), route) << states << " " << fast;
    EXPECT_NEAR(subject.of.at(2)->survival, std::exp(-1), 1e-12) << states << " " << fast;
    EXPECT_NEAR(subject.of.quantile(0.5).value(), 2 * std::log(2), 1e-11);
  };
  expect(20, 10, steps);
  expect(20, 1e12, squaring);
  expect(300, 10, steps);
  expect(300, 1e12, contour);
}

TEST(Distribution, WalksWhereAContourDoesNotFit) {
  Subject subject(test::erlang(3000), {3000});
  EXPECT_EQ(subject.of.route(1), Distribution::Route::steps);
  EXPECT_NEAR(subject.of.at(1)->distribution, 0.5, 0.01);
}

TEST(Distribution, SaysThatItCannotWhereNoRouteGetsThere) {
  test::ChainBuilder chain({}, TimeKind::discrete);
  Subject subject(chain.edge(1, {1e-20}).state().state().start(0).graph(), {});
  EXPECT_FALSE(subject.of.at(1e20).has_value());
  EXPECT_FALSE(subject.of.quantile(0.5).has_value());
  EXPECT_TRUE(subject.of.at(1e10).has_value());
}

TEST(Distribution, NoticesThatNothingIsLeft) {
  test::ChainBuilder chain({}, TimeKind::discrete);
  for (std::uint32_t i = 0; i < 3000; ++i) chain.edge(i + 1, {0.5}).state();
  Subject subject(chain.state().start(0).graph(), {});
  for (const double t : {1e18, 1e19, 1e30, 1e300}) {
    EXPECT_EQ(subject.of.at(t)->distribution, subject.of.at(1e6)->distribution) << t;
    EXPECT_NEAR(subject.of.at(t)->distribution, 1, 1e-12) << t;
    EXPECT_EQ(subject.of.at(t)->density, 0) << t;
  }
}

// Beyond the steps that can be followed: half of the time in either of two states, until one is left for
// good.
TEST(Distribution, TellsHowLongAStiffChainIsSomewhere) {
  for (const double fast : {1e3, 1e6, 1e9, 1e12}) {
    Subject subject(slow_exit(2), {fast, 0.5});
    for (const double t : {0.3, 700.0}) {
      const double expected = -std::expm1(-t / 2);
      const auto times = subject.of.state_times(t).value();
      const double head_start = 1 / (4 * fast + 1);  // the chain starts in the first
      EXPECT_NEAR(times[1] / (expected + head_start), 1, 2e-12) << fast << " " << t;
      EXPECT_NEAR(times[2] / (expected - head_start), 1, 2e-12) << fast << " " << t;
      EXPECT_EQ(times[3], 0);
    }
  }
}

TEST(Distribution, TellsWhereTheChainIs) {
  test::ChainBuilder chain({});
  Subject subject(
      chain.edge(1, {1}).state().edge(2, {2}).edge(3, {6}).state().state().state().start(0).graph(), {});
  const double t = 0.8;
  const double second = (std::exp(-t) - std::exp(-8 * t)) / 7;
  const auto states = subject.of.state_probabilities(t).value();
  EXPECT_EQ(states[0], 0);
  EXPECT_NEAR(states[1], std::exp(-t), 1e-15);
  EXPECT_NEAR(states[2], second, 1e-15);
  EXPECT_NEAR(states[3] / states[4], 2.0 / 6, 1e-14);
  EXPECT_NEAR(states[1] + states[2] + states[3] + states[4], 1, 1e-15);
  const auto times = subject.of.state_times(t).value();
  EXPECT_NEAR(times[1], -std::expm1(-t), 1e-15);
  EXPECT_EQ(times[3], 0);
}

TEST(Distribution, WantsWholeRewardsInDiscreteTime) {
  test::ChainBuilder chain({}, TimeKind::discrete);
  Subject subject(chain.edge(1, {0.5}).state().state().start(0).graph(), {}, {0, 0.5, 0});
  EXPECT_THROW(subject.of.at(1), InputError);
  const double z = std::exp(-0.5);
  EXPECT_NEAR(subject.of.laplace(1), 0.5 * z / (1 - 0.5 * z), 1e-15);
}

TEST(Distribution, SaysWhatIsWrongWithTheta) {
  const Graph graph = test::erlang(2);
  const Trace trace = record(graph);
  Distribution distribution(graph, trace, {});
  EXPECT_NE(distribution.begin(std::vector<double>{-1}), "");
  EXPECT_EQ(distribution.begin(std::vector<double>{1}), "");
}

}  // namespace
}  // namespace phasic
