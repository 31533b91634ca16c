#include "moments/sample.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "moments/distribution.hpp"
#include "support/cases.hpp"
#include "support/chains.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

constexpr std::uint64_t count = 20000;

std::vector<double> draw(const Distribution& distribution, std::uint64_t seed) {
  const Sampler sampler = distribution.sampler(seed);
  std::vector<double> samples;
  for (std::uint64_t k = 0; k < count; ++k) samples.push_back(sampler.draw(k).front());
  std::ranges::sort(samples);
  return samples;
}

/// Kolmogorov and Smirnov's sqrt(n) sup |F_n - F|; above 1.95 in one of a thousand cases (continuous F).
double kolmogorov_smirnov(Distribution& distribution, std::uint64_t seed) {
  const auto samples = draw(distribution, seed);
  double largest = 0;
  for (std::size_t first = 0; first < samples.size();) {
    const double t = samples[first];
    const auto last = static_cast<std::size_t>(std::ranges::upper_bound(samples, t) - samples.begin());
    const Point point = distribution.at(t).value();
    const double before = distribution.at(std::nextafter(t, -1.0) < 0 ? 0 : t)->distribution;
    const double n = static_cast<double>(samples.size());
    largest = std::max(largest, std::fabs(static_cast<double>(last) / n - point.distribution));
    if (t > 0 && last == first + 1)
      largest = std::max(largest, std::fabs(static_cast<double>(first) / n - before));
    first = last;
  }
  return largest * std::sqrt(static_cast<double>(samples.size()));
}

struct Subject {
  Subject(Graph graph_in, std::vector<double> theta, std::vector<double> reward = {})
      : graph(std::move(graph_in)), trace(record(graph)), of(graph, trace, std::move(reward)) {
    EXPECT_EQ(of.begin(theta), "");
  }
  Graph graph;
  Trace trace;
  Distribution of;
};

TEST(Sampler, PassesKolmogorovAndSmirnovInContinuousTime) {
  test::RandomChain options;
  options.decades = 3;
  for (std::uint64_t seed = 1; seed <= test::cases(5); ++seed) {
    Subject subject(make_graph(test::random_parts(seed, options)), {1});
    EXPECT_LT(kolmogorov_smirnov(subject.of, seed), 1.95) << seed;
  }
}

TEST(Sampler, PassesKolmogorovAndSmirnovWithRewardsSomeOfThemZero) {
  for (std::uint64_t seed = 1; seed <= test::cases(5); ++seed) {
    const Graph graph = make_graph(test::random_parts(seed, {}));
    std::vector<double> reward(graph.vertex_count(), 0.0);
    for (VertexId v = 1; v <= graph.transient_count(); ++v) reward[v] = 0.5 * (v % 3);
    Subject subject(graph, {1}, reward);
    EXPECT_LT(kolmogorov_smirnov(subject.of, seed), 1.95) << seed;
  }
}

TEST(Sampler, PassesKolmogorovAndSmirnovInDiscreteTime) {
  test::RandomChain options;
  options.time = TimeKind::discrete;
  for (std::uint64_t seed = 1; seed <= test::cases(5); ++seed) {
    const Graph graph = make_graph(test::random_parts(seed, options));
    Subject subject(graph, {1});
    EXPECT_LT(kolmogorov_smirnov(subject.of, seed), 1.95) << seed;
    std::vector<double> reward(graph.vertex_count(), 0.0);
    for (VertexId v = 1; v <= graph.transient_count(); ++v) reward[v] = v % 4;
    Subject rewarded(graph, {1}, reward);
    EXPECT_LT(kolmogorov_smirnov(rewarded.of, seed), 1.95) << seed;
  }
}

TEST(Sampler, FailsKolmogorovAndSmirnovForAnotherTheta) {
  Subject subject(test::erlang(3), {1});
  const auto samples = draw(subject.of, 1);
  ASSERT_EQ(subject.of.begin(std::vector<double>{1.1}), "");
  double largest = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    largest = std::max(
        largest, std::fabs((static_cast<double>(i) + 0.5) / count - subject.of.at(samples[i])->distribution));
  }
  EXPECT_GT(largest * std::sqrt(count), 3);
}

TEST(Sampler, DrawsASampleThatDependsOnSeedAndNumberAlone) {
  Subject subject(test::erlang(3), {1});
  const Sampler sampler = subject.of.sampler(9);
  const double seventh = sampler.draw(7).front();
  EXPECT_EQ(subject.of.sampler(9).draw(7).front(), seventh);
  EXPECT_NE(sampler.draw(8).front(), seventh);
  EXPECT_NE(subject.of.sampler(10).draw(7).front(), seventh);
}

// Of two stages in a row, time is what both earn: on one walk, not only on average.
TEST(Sampler, DrawsSeveralRewardsOfOneWalk) {
  test::ChainBuilder chain({"a", "b"});
  const Graph graph = chain.edge(1, {0, 1}).state().edge(2, {0, 0, 1}).state().state().start(0).graph();
  const Trace trace = record(graph);
  Distribution time(graph, trace, {});
  Distribution first(graph, trace, {0, 1, 0, 0});
  Distribution second(graph, trace, {0, 0, 3, 0});
  for (Distribution* of : {&time, &first, &second}) EXPECT_EQ(of->begin(std::vector{1.0, 2.0}), "");
  const Sampler sampler = time.sampler(5, {first.earning(), second.earning()});
  for (std::uint64_t k = 0; k < 100; ++k) {
    const std::vector<double> sums = sampler.draw(k);
    ASSERT_EQ(sums.size(), 3U);
    EXPECT_NEAR(sums[0], sums[1] + sums[2] / 3, 1e-14 * sums[0]);
    EXPECT_GT(sums[1], 0);
    EXPECT_EQ(sums[0], time.sampler(5).draw(k).front());
  }
}

TEST(Sampler, SaysInfinityWhereAClosedClassEarns) {
  test::ChainBuilder chain({"a"});
  Subject subject(chain.edge(1, {1}).edge(2, {1}).state().edge(2, {0, 1}).state().state().start(0).graph(),
                  {0});
  const auto samples = draw(subject.of, 4);
  const auto infinite = std::ranges::count(samples, std::numeric_limits<double>::infinity());
  EXPECT_NEAR(static_cast<double>(infinite) / count, 0.5, 0.015);
}

}  // namespace
}  // namespace phasic
