#include <gtest/gtest.h>

#include <cmath>

#include "replay/replay.hpp"
#include "replay/terms.hpp"
#include "support/cases.hpp"
#include "support/chains.hpp"
#include "support/kinds.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

using test::kinds_of_simd;

std::vector<double> weights_at(const Graph& graph, const Trace& trace, double theta) {
  const auto terms = evaluate_terms(graph.terms(), std::vector{theta}, 0.0);
  return class_weights(trace, std::span<const double>(terms));
}

std::vector<double> rewards_of(const Trace& trace) {
  std::vector<double> rewards;
  for (const VertexId vertex : trace.vertices()) rewards.push_back(0.25 * (vertex % 7));
  return rewards;
}

TEST(Simd, IsReadAndNamed) {
  for (const Simd simd : {Simd::baseline, Simd::avx2, Simd::avx512, Simd::neon})
    EXPECT_EQ(parse_simd(name_of(simd)), simd);
  EXPECT_FALSE(parse_simd("sse"));
}

TEST(Replay, HasTheSameBitsOnEveryKindOfProcessor) {
  for (std::uint64_t seed = 0; seed < test::cases(20); ++seed) {
    for (const TimeKind time : {TimeKind::continuous, TimeKind::discrete}) {
      const Graph graph = make_graph(test::random_parts(seed, {.states = 40, .decades = 8, .time = time}));
      const Trace trace = record(graph);
      const auto weights = weights_at(graph, trace, 1);
      const auto rewards = rewards_of(trace);
      const auto expected = make_replay(trace, Simd::baseline)->moments(weights, rewards, 3, {}).scaled;
      for (const Simd simd : kinds_of_simd())
        EXPECT_EQ(make_replay(trace, simd)->moments(weights, rewards, 3, {}).scaled, expected);
    }
  }
}

TEST(PackReplay, GivesEachLaneTheBitsOfASingleReplay) {
  for (const Simd simd : kinds_of_simd()) {
    for (std::uint64_t seed = 0; seed < test::cases(20); ++seed) {
      const Graph graph = make_graph(test::random_parts(seed, {.states = 40, .decades = 8}));
      const Trace trace = record(graph);
      const auto pack = make_pack_replay(trace, simd);
      ASSERT_EQ(pack == nullptr, simd == Simd::baseline);
      if (!pack) continue;
      const std::size_t lanes = pack->lanes();
      std::vector<std::vector<double>> single;
      std::vector<double> weights(trace.class_count() * lanes);
      const auto rewards = seed % 2 == 0 ? std::vector<double>{} : rewards_of(trace);
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        const auto own = weights_at(graph, trace, 0.3 + static_cast<double>(lane * lane));
        for (std::size_t c = 0; c < own.size(); ++c) weights[c * lanes + lane] = own[c];
        single.push_back(make_replay(trace, simd)->moments(own, rewards, 3, {}).scaled);
      }
      const auto together = pack->moments(weights, rewards, 3);
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(together[k * lanes + lane], single[lane][k]);
      }
    }
  }
}

TEST(PackReplay, LeavesDiscreteTimeToSingleReplays) {
  const Trace trace = record(make_graph(test::random_parts(1, {.time = TimeKind::discrete})));
  EXPECT_EQ(make_pack_replay(trace), nullptr);
}

}  // namespace
}  // namespace phasic
