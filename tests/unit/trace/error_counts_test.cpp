#include "trace/error_counts.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/chains.hpp"
#include "trace/format.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

TEST(ErrorCounts, AreCountedByHandForThreePhasesInARow) {
  // Each state: one division, twice an edge and a reward. Transposed: two roundings more, and the edge that
  // enters all but the first.
  const ErrorCounts expected{3 * (1 + 4), 3 * (3 + 4) + 2, 3 * 2};
  EXPECT_EQ(record(test::erlang(3)).error_counts(), expected);
}

TEST(ErrorCounts, AreCountedByHandForACycle) {
  // The first leads to the second and the second to it: 2 * 1 * (1 + 2) + 2 * 1 + 1; the second's row is
  // empty by then: 1. Row sums: 2 * 1 and 2 * 2.
  test::ChainBuilder chain({});
  const Graph graph = chain.edge(1, {1}).state().edge(0, {1}).edge(2, {1}).state().state().start(0).graph();
  const ErrorCounts expected{9 + 1 + 6, (9 + 2 + 1) + 3 + 6, 4};
  EXPECT_EQ(record(graph).error_counts(), expected);
}

TEST(ErrorCounts, FollowTheLongestPathAndNotAll) {
  // A fork: the start leads to one state or through three.
  test::ChainBuilder chain({});
  for (std::uint32_t i = 0; i < 3; ++i) chain.edge(i + 1, {1}).state();
  const Graph graph = chain.state().edge(3, {1}).state().start(0, 0.5).start(4, 0.5).graph();
  EXPECT_EQ(record(graph).error_counts(), record(test::erlang(3)).error_counts());
}

/// As the definition has it, from a position's component downwards.
std::uint64_t solve_count_from(const Trace& trace, std::size_t component) {
  const std::uint32_t first = trace.component_offsets()[component];
  const std::uint32_t last = trace.component_offsets()[component + 1];
  std::uint64_t own = 0;
  std::uint64_t later = 0;
  for (std::uint32_t i = first; i < last; ++i) {
    std::uint64_t leaving = 0;
    for (const std::uint32_t column : trace.rows()[i]) {
      if (column < first || column >= last) ++leaving;
      if (column >= first) continue;
      std::size_t to = 0;
      while (trace.component_offsets()[to + 1] <= column) ++to;
      later = std::max(later, solve_count_from(trace, to));
    }
    own += 2 * (leaving + 1);
    const Pattern* pattern = trace.pattern(component);
    if (pattern == nullptr) {
      own += 1;
      continue;
    }
    std::uint64_t led_from = 0;
    for (const std::uint32_t k : pattern->lower.targets) led_from += k == i - first ? 1 : 0;
    const std::uint64_t upper = pattern->upper[i - first].size();
    own += 2 * led_from * (upper + 2) + 2 * upper + 1;
  }
  return own + later;
}

TEST(ErrorCounts, AreWhatTheirDefinitionSaysForRandomChains) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Trace trace = record(make_graph(test::random_parts(seed, {.states = 12, .density = 0.08})));
    std::uint64_t largest = 0;
    for (std::size_t c = 0; c < trace.component_count(); ++c)
      largest = std::max(largest, solve_count_from(trace, c));
    EXPECT_EQ(trace.error_counts().solve, largest) << seed;
    EXPECT_GE(trace.error_counts().transposed, largest) << seed;
  }
}

TEST(ErrorCounts, OfAnotherEliminationAreRefused) {
  const TraceParts good = trace_format::decode(record(test::erlang(5)).object());
  for (std::uint64_t ErrorCounts::*count :
       {&ErrorCounts::solve, &ErrorCounts::transposed, &ErrorCounts::rates}) {
    for (const int change : {-1, 1}) {
      TraceParts parts = good;
      parts.error_counts.*count += static_cast<std::uint64_t>(change);
      EXPECT_THROW(Trace::decode(trace_format::encode(parts)), FormatError);
    }
  }
}

}  // namespace
}  // namespace phasic
