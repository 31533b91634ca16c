#include "moments/distribution_gradient.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "moments/distribution.hpp"
#include "support/cases.hpp"
#include "support/chains.hpp"
#include "support/differences.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

const TimeKind both_kinds[] = {TimeKind::continuous, TimeKind::discrete};
const std::vector<double> at_one{1, 1};

/// Keeps graph and trace alive beside what is asked of them.
struct Subject {
  explicit Subject(Graph graph_in, std::vector<double> reward_in = {})
      : graph(std::move(graph_in)),
        trace(record(graph)),
        reward(std::move(reward_in)),
        values(graph, trace, reward),
        of(graph, trace, reward) {}
  void begin(const std::vector<double>& theta) {
    EXPECT_EQ(values.begin(theta), "");
    of.begin(theta);
  }
  Graph graph;
  Trace trace;
  std::vector<double> reward;
  Distribution values;
  DistributionGradient of;
};

/// A random chain, its rates handed out among a constant and two parameters, of which one also slows some of
/// them down.
Graph random_graph(std::uint64_t seed, TimeKind time, std::uint32_t states = 12) {
  const GraphParts parts = test::random_parts(seed, {.states = states, .exit_share = 0.4, .time = time});
  const double room = time == TimeKind::discrete ? 0.9 : 1;  // for probabilities that are moved a little
  std::mt19937_64 random(seed);
  test::ChainBuilder chain({"a", "b"}, time);
  for (std::uint32_t s = 0; s < parts.state_count; ++s) {
    for (std::uint64_t t = parts.row_offsets[s]; t < parts.row_offsets[s + 1]; ++t) {
      const double rate = room * parts.coefficients[parts.transitions[t].coefficients][1];
      const std::vector<std::vector<double>> shares{
          {rate, 0, 0}, {0, rate, 0}, {0, 0, rate}, {1.25 * rate, -0.25 * rate, 0}};
      chain.edge(parts.transitions[t].target, shares[random() % 4]);
    }
    chain.state();
  }
  for (const auto& start : parts.start) chain.start(start.state, start.probability);
  return chain.graph();
}

/// 0, 1, 2, 0, 1, 2...: in discrete time a state of reward 2 is two in a row.
std::vector<double> some_reward(const Graph& graph) {
  std::vector<double> reward(graph.vertex_count(), 0);
  for (VertexId v = 1; v <= graph.transient_count(); ++v) reward[v] = v % 3;
  return reward;
}

std::vector<double> numbers_of(const Point& point) {
  return {point.density, point.distribution, point.survival};
}

void expect_differences(Subject& subject, double t) {
  subject.begin(at_one);
  const auto slopes = subject.of.at(t).value();
  const auto transforms = subject.of.laplace(t);
  for (std::size_t p = 0; p < 2; ++p) {
    std::vector<double> theta = at_one;
    const auto expected = test::differences(
        1,
        [&](double x) {
          theta[p] = x;
          EXPECT_EQ(subject.values.begin(theta), "");
          auto numbers = numbers_of(subject.values.at(t).value());
          numbers.push_back(subject.values.laplace(t));
          return numbers;
        },
        0x1p-5);
    auto got = numbers_of(slopes[p]);
    got.push_back(transforms[p]);
    for (std::size_t i = 0; i < 4; ++i)
      EXPECT_NEAR(got[i], expected[i], 1e-9) << "t " << t << " parameter " << p << " number " << i;
  }
}

TEST(DistributionGradient, AgreesWithDifferences) {
  for (const TimeKind time : both_kinds) {
    for (std::uint64_t seed = 0; seed < test::cases(10); ++seed) {
      Subject subject(random_graph(seed, time));
      for (const double t : {0.0, 1.0, 3.0, 20.0}) expect_differences(subject, t);
    }
  }
}

TEST(DistributionGradient, IsZeroOfATransformAtZeroWhereRIsFinite) {
  for (const TimeKind time : both_kinds) {
    Subject subject(random_graph(3, time));
    subject.begin(at_one);
    const RateReader rates(subject.graph, subject.trace, RateReader::Slopes::wanted);
    const auto bounded = subject.of.bounded_laplace(0, RatesAt(rates, at_one));
    for (std::size_t p = 0; p < 2; ++p) {
      EXPECT_EQ(subject.of.laplace(0)[p], 0);
      EXPECT_EQ(bounded[p].value, 0);
      EXPECT_EQ(bounded[p].error, 0);
    }
  }
}

TEST(DistributionGradient, GoesThroughRewardsAndStatesThatEarnNothing) {
  for (const TimeKind time : both_kinds) {
    for (std::uint64_t seed = 0; seed < test::cases(10); ++seed) {
      Graph graph = random_graph(seed, time);
      auto reward = some_reward(graph);
      Subject subject(std::move(graph), std::move(reward));
      for (const double t : {0.0, 1.0, 4.0, 11.0}) expect_differences(subject, t);
    }
  }
}

// F = 1 - exp(-a t): dF = t exp(-a t), far into either tail.
TEST(DistributionGradient, HasRelativeAccuracyInBothTailsOfAnExponential) {
  Subject subject(test::erlang(1));
  subject.begin({2});
  for (const double t : {1e-9, 0.01, 1.0, 30.0, 300.0}) {
    const Point slope = subject.of.at(t).value()[0];
    EXPECT_NEAR(slope.distribution / (t * std::exp(-2 * t)), 1, 1e-11) << t;
    EXPECT_NEAR(slope.survival / (-t * std::exp(-2 * t)), 1, 1e-11) << t;
    EXPECT_NEAR(slope.density / ((1 - 2 * t) * std::exp(-2 * t)), 1, 1e-10) << t;
  }
  EXPECT_NEAR(subject.of.laplace(3)[0], 3.0 / 25, 1e-15);
}

// Of 40 stages only the last terms of the sum count at t = 0.01: f = a^40 t^39 e^(-at) / 39!, dF/da = f t /
// a.
TEST(DistributionGradient, HasRelativeAccuracyInALowerTail) {
  Subject subject(test::erlang(40));
  subject.begin({2});
  const Point value = subject.values.at(0.01).value();
  const Point slope = subject.of.at(0.01).value()[0];
  EXPECT_LT(value.density, 1e-100);
  EXPECT_NEAR(slope.distribution / (value.density * 0.01 / 2), 1, 1e-12);
  EXPECT_NEAR(slope.density / (value.density * (40 / 2. - 0.01)), 1, 1e-12);
}

// (1-p)^(k-1) p and 1 - (1-p)^k.
TEST(DistributionGradient, KnowsAGeometricDistribution) {
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  Subject subject(chain.edge(1, {0, 1}).state().state().start(0).graph());
  subject.begin({0.3});
  const Point slope = subject.of.at(5).value()[0];
  EXPECT_NEAR(slope.density, std::pow(0.7, 4) - 4 * 0.3 * std::pow(0.7, 3), 1e-15);
  EXPECT_NEAR(slope.distribution, 5 * std::pow(0.7, 4), 1e-15);
  EXPECT_EQ(subject.of.at(2.5).value()[0].density, 0);
}

// All rates are times a or b: at rates c times as large everything happens c times as fast, so
// a dF/da + b dF/db = t f(t).
TEST(DistributionGradient, SatisfiesEulersIdentity) {
  for (std::uint64_t seed = 0; seed < test::cases(10); ++seed) {
    test::ChainBuilder chain({"a", "b"});
    std::mt19937_64 random(seed);
    for (std::uint32_t i = 0; i < 12; ++i) {
      for (std::uint32_t j = 0; j < 12; ++j) {
        if (j != i && random() % 4 == 0) chain.edge(j, {0, 1.0 + static_cast<double>(random() % 9), 0});
      }
      chain.edge(12, {0, 0, 0.25 * (1.0 + static_cast<double>(random() % 9))}).state();
    }
    Subject subject(chain.state().start(0).graph());
    for (const std::vector<double>& theta : {std::vector{0.3, 2.0}, std::vector{1e7, 2.0}}) {
      subject.begin(theta);
      for (const double t : {0.01, 0.3, 1.7}) {
        const Point value = subject.values.at(t).value();
        const auto slopes = subject.of.at(t).value();
        const double euler = theta[0] * slopes[0].distribution + theta[1] * slopes[1].distribution;
        EXPECT_NEAR(euler, t * value.density, 1e-11) << seed << ' ' << t << ' ' << theta[0];
      }
    }
  }
}

/// Birth-death with fast births and deaths and a slow way out: R is exponential whatever else goes on.
Graph slow_exit(std::uint32_t states) {
  test::ChainBuilder chain({"fast", "slow"});
  for (std::uint32_t i = 0; i < states; ++i) {
    if (i > 0) chain.edge(i - 1, {0, 1});
    if (i + 1 < states) chain.edge(i + 1, {0, 1});
    chain.edge(states, {0, 0, 1}).state();
  }
  return chain.state().start(0).graph();
}

TEST(DistributionGradient, TakesTheRouteThatGetsThere) {
  using enum DistributionGradient::Route;
  const auto expect = [](std::uint32_t states, double fast, DistributionGradient::Route route) {
    Subject subject(slow_exit(states));
    subject.begin({fast, 0.5});
    EXPECT_EQ(subject.of.route(2), route) << states << " " << fast;
    const auto slopes = subject.of.at(2).value();
    EXPECT_NEAR(slopes[0].distribution, 0, 1e-14);
    EXPECT_NEAR(slopes[1].distribution, 2 * std::exp(-1), 1e-11) << states << " " << fast;
    EXPECT_NEAR(slopes[1].density, 0, 1e-11) << states << " " << fast;
  };
  expect(20, 10, steps);
  expect(20, 1e12, squaring);
  expect(300, 10, steps);
  expect(300, 1e12, contour);
}

// A way out with probability p from each of 70 states that follow one another round and round.
TEST(DistributionGradient, SquaresLargerChainsWhereThereIsNoContour) {
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  for (std::uint32_t i = 0; i < 70; ++i) chain.edge((i + 1) % 70, {1, -1}).edge(70, {0, 1}).state();
  Subject subject(chain.state().start(0).graph());
  subject.begin({0x1p-30});
  EXPECT_EQ(subject.of.route(1e9), DistributionGradient::Route::squaring);
  const double expected = 1e9 * std::exp((1e9 - 1) * std::log1p(-0x1p-30));
  EXPECT_NEAR(subject.of.at(1e9).value()[0].distribution / expected, 1, 1e-12);
}

TEST(DistributionGradient, NoticesThatNothingIsLeft) {
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  for (std::uint32_t i = 0; i < 3000; ++i) chain.edge(i + 1, {0, 1}).state();
  Subject subject(chain.state().start(0).graph());
  subject.begin({0.5});
  for (const double t : {1e18, 1e19, 1e30, 1e300}) {
    EXPECT_EQ(subject.of.at(t).value()[0].distribution, subject.of.at(1e6).value()[0].distribution) << t;
    EXPECT_NEAR(subject.of.at(t).value()[0].distribution, 0, 1e-9) << t;
  }
}

TEST(DistributionGradient, SaysThatItCannotWhereNoRouteGetsThere) {
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  Subject subject(chain.edge(1, {0, 1e-20}).state().state().start(0).graph());
  subject.begin({1});
  EXPECT_FALSE(subject.of.at(1e18).has_value());
}

// Half of the chains wait in a state that earns nothing and is left at rate e = 0: at the least e they go on
// to earn.
TEST(DistributionGradient, HasNoValueWhereASettledClassIsOpened) {
  test::ChainBuilder chain({"e", "rate"});
  chain.edge(1, {0, 0, 1}).edge(2, {0, 0, 1}).state();
  chain.edge(2, {0, 1}).state().edge(3, {0, 0, 1}).state().state().start(0);
  Subject subject(chain.graph(), {0, 1, 0, 1, 0});
  subject.begin({0, 1});
  const auto slopes = subject.of.at(1).value();
  EXPECT_TRUE(std::isnan(slopes[0].distribution));
  EXPECT_TRUE(std::isnan(subject.of.laplace(1)[0]));
  EXPECT_FALSE(std::isnan(slopes[1].distribution));
}

// Time goes on in a closed class: 1 - (1 + t) exp(-t) for two stages, of which the second is left at rate e.
TEST(DistributionGradient, LooksBeyondAZeroRate) {
  test::ChainBuilder chain({"e"});
  Subject subject(chain.edge(1, {1}).state().edge(2, {0, 1}).state().state().start(0).graph());
  subject.begin({0});
  const double t = 0.7;
  EXPECT_NEAR(subject.of.at(t).value()[0].distribution, t - 1 + std::exp(-t), 1e-15);
  EXPECT_NEAR(subject.of.laplace(2)[0], 1. / 3 / 2, 1e-15);
  EXPECT_TRUE(std::isnan(subject.of.laplace(0)[0]));
}

// A chain that nothing moves at this theta.
TEST(DistributionGradient, BeginsWithAChainAtRest) {
  Subject subject(test::erlang(1));
  subject.begin({0});
  EXPECT_NEAR(subject.of.at(3).value()[0].distribution, 3, 1e-15);
  EXPECT_NEAR(subject.of.at(3).value()[0].density, 1, 1e-15);
}

TEST(DistributionGradient, TellsHowTheStatesOfAChainChange) {
  for (const TimeKind time : both_kinds) {
    for (std::uint64_t seed = 0; seed < test::cases(5); ++seed) {
      Subject subject(random_graph(seed, time));
      for (const double t : {0.0, 1.0, 5.0}) {
        subject.begin(at_one);
        const auto probabilities = subject.of.state_probabilities(t).value();
        const auto times = subject.of.state_times(t).value();
        for (std::size_t p = 0; p < 2; ++p) {
          std::vector<double> theta = at_one;
          const auto expected = test::differences(
              1,
              [&](double x) {
                theta[p] = x;
                EXPECT_EQ(subject.values.begin(theta), "");
                auto numbers = subject.values.state_probabilities(t).value();
                const auto later = subject.values.state_times(t).value();
                numbers.insert(numbers.end(), later.begin(), later.end());
                return numbers;
              },
              0x1p-5);
          const std::size_t n = probabilities[p].size();
          for (std::size_t v = 0; v < n; ++v) {
            EXPECT_NEAR(probabilities[p][v], expected[v], 1e-9) << seed << ' ' << t << ' ' << v;
            EXPECT_NEAR(times[p][v], expected[n + v], 1e-9) << seed << ' ' << t << ' ' << v;
          }
        }
      }
    }
  }
}

/// Two states that the chain changes between 10^9 times in a unit of time, left for one end at rate a and
/// for another at rate b.
Graph two_ends() {
  test::ChainBuilder chain({"fast", "a", "b"});
  chain.edge(1, {0, 1}).edge(2, {0, 0, 1}).edge(3, {0, 0, 0, 1}).state();
  chain.edge(0, {0, 1}).edge(2, {0, 0, 1}).edge(3, {0, 0, 0, 1}).state();
  return chain.state().state().start(0).graph();
}

// P(there by t) = a (1 - exp(-(a + b) t)) / (a + b).
TEST(DistributionGradient, TellsHowTheStatesOfAStiffChainChange) {
  Subject subject(two_ends());
  subject.begin({1e9, 2, 3});
  const double t = 0.3;
  const double left = std::exp(-5 * t);
  const auto found = subject.of.state_probabilities(t).value();
  ASSERT_EQ(found.size(), 3U);
  const double by_sum = 0.4 * t * left - 0.08 * (1 - left);
  EXPECT_NEAR(found[1][3], by_sum + 0.2 * (1 - left), 1e-14);
  EXPECT_NEAR(found[2][3], by_sum, 1e-14);
  EXPECT_NEAR(found[1][1], -t * left / 2, 1e-14);
  for (std::size_t v = 0; v < 5; ++v) EXPECT_NEAR(1e9 * found[0][v], 0, 1e-14) << v;
  // Half of (1 - exp(-(a + b) t)) / (a + b) in either state, but for what comes before they are mixed.
  const auto times = subject.of.state_times(t).value();
  for (const std::size_t p : {std::size_t{1}, std::size_t{2}}) {
    EXPECT_NEAR(times[p][1], (t * left - (1 - left) / 5) / 10, 1e-9) << p;
    EXPECT_NEAR(times[p][1] + times[p][2], (t * left - (1 - left) / 5) / 5, 1e-14) << p;
    EXPECT_EQ(times[p][3], 0);
  }
  EXPECT_NEAR(1e9 * (times[0][1] + times[0][2]), 0, 1e-14);
}

// One stage at rate exp(-x) y.
TEST(DistributionGradient, FollowsDerivedTermsByTheChainRule) {
  test::ChainBuilder chain({"x", "y"});
  using enum Operation;
  chain.parts().terms.derived = {{"pace",
                                  {{parameter, {0, 0, 0, 0}, 0},
                                   {negate, {0, 0, 0, 0}, 0},
                                   {exponential, {1, 0, 0, 0}, 0},
                                   {parameter, {1, 0, 0, 0}, 0},
                                   {multiply, {2, 3, 0, 0}, 0}}}};
  chain.parts().coefficients = CoefficientTable(4);
  Subject subject(chain.edge(1, {0, 0, 0, 1}).state().state().start(0).graph());
  subject.begin({0.7, 3});
  const double rate = 3 * std::exp(-0.7);
  const auto slopes = subject.of.at(0.4).value();
  EXPECT_NEAR(slopes[0].distribution, -rate * 0.4 * std::exp(-0.4 * rate), 1e-14);
  EXPECT_NEAR(slopes[1].distribution, rate / 3 * 0.4 * std::exp(-0.4 * rate), 1e-14);
}

}  // namespace
}  // namespace phasic
