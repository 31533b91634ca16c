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

/// The parent of each place by its definition: the first later one that is linked with it once all before it
/// are gone and have linked their neighbours.
std::vector<std::size_t> elimination_tree(const Adjacency& graph, const std::vector<std::uint32_t>& order) {
  const std::size_t n = order.size();
  std::vector<std::vector<bool>> linked(n, std::vector<bool>(n));
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t b = 0; b < n; ++b) {
      const auto row = graph[order[a]];
      if (std::ranges::find(row, order[b]) != row.end()) linked[a][b] = linked[b][a] = true;
    }
  }
  std::vector<std::size_t> parent(n, n);
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t a = n; a-- > k + 1;) {
      if (!linked[k][a]) continue;
      parent[k] = a;
      for (std::size_t b = k + 1; b < n; ++b) linked[a][b] = linked[a][b] || linked[k][b];
    }
  }
  return parent;
}

TEST(Ordering, PostorderChangesNothingButWhoStandsWhere) {
  std::size_t moved = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Adjacency graph = test::random_adjacency(40, seed % 2 == 0 ? 0.03 : 0.08, seed);
    for (const auto& order : {amd_order(graph), markowitz_order(graph)}) {
      const auto after = postordered(graph, order);
      expect_permutation(after, 40);
      EXPECT_EQ(cost(graph, after), cost(graph, order));
      EXPECT_EQ(postordered(graph, after), after);
      // The vertices below any one stand right before it.
      const auto parent = elimination_tree(graph, after);
      std::vector<std::size_t> below(parent.size(), 1);
      for (std::size_t k = 0; k < parent.size(); ++k) {
        if (parent[k] < parent.size()) below[parent[k]] += below[k];
      }
      for (std::size_t k = 0; k < parent.size(); ++k) {
        for (std::size_t at = k + 1 - below[k]; at < k; ++at) EXPECT_LE(parent[at], k);
      }
      moved += after == order ? 0U : 1U;
    }
  }
  EXPECT_GT(moved, 30U);
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
