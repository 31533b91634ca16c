#include "trace/ordering.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "support/adjacency.hpp"

namespace phasic {
namespace {

std::uint64_t cost(const Adjacency& graph, const std::vector<std::uint32_t>& order) {
  return multiply_adds(*factor_symbolically(graph, order, std::numeric_limits<std::uint64_t>::max()));
}

void expect_permutation(std::vector<std::uint32_t> order, std::size_t size) {
  std::ranges::sort(order);
  std::vector<std::uint32_t> all(size);
  std::iota(all.begin(), all.end(), 0U);
  EXPECT_EQ(order, all);
}

TEST(Ordering, EveryMethodGivesAPermutation) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const Adjacency graph = test::random_adjacency(25, 0.15, seed);
    expect_permutation(amd_order(graph), 25);
    expect_permutation(markowitz_order(graph), 25);
  }
}

TEST(Ordering, KeepsTheCheapestOfAllMethods) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const Adjacency graph = test::random_adjacency(25, 0.15, seed);
    std::vector<std::uint32_t> natural(25);
    std::iota(natural.begin(), natural.end(), 0U);
    const std::uint64_t least =
        std::min({cost(graph, amd_order(graph)), cost(graph, markowitz_order(graph)), cost(graph, natural)});
    const Ordering best = best_ordering(graph);
    EXPECT_EQ(multiply_adds(best.pattern), least);
    EXPECT_EQ(cost(graph, best.order), least);
  }
}

TEST(Ordering, EliminatesTheLeavesOfAStarBeforeItsCentre) {
  std::vector<std::vector<std::uint32_t>> rows(20);
  for (std::uint32_t leaf = 1; leaf < 20; ++leaf) {
    rows[0].push_back(leaf);
    rows[leaf].push_back(0);
  }
  const Adjacency star = test::adjacency(rows);
  // Only the last leaf may follow the centre: then both have one neighbour.
  const auto order = markowitz_order(star);
  EXPECT_GE(std::ranges::find(order, 0U) - order.begin(), 18);
  EXPECT_LT(multiply_adds(best_ordering(star).pattern), 200U);
}

}  // namespace
}  // namespace phasic
