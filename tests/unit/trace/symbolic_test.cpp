#include "trace/symbolic.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <numeric>

#include "support/adjacency.hpp"

namespace phasic {
namespace {

using ::testing::ElementsAre;

constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

TEST(Symbolic, FillsWhereAPathThroughEliminatedStatesLeads) {
  // Eliminating 0 joins its predecessors 1 and 2 to its successor 3.
  const auto pattern = factor_symbolically(test::adjacency({{3}, {0}, {0}, {1}}),
                                           std::vector<std::uint32_t>{0, 1, 2, 3}, no_limit);
  ASSERT_TRUE(pattern);
  EXPECT_THAT(pattern->upper[1], ElementsAre(3));
  EXPECT_THAT(pattern->upper[2], ElementsAre(3));
  EXPECT_THAT(pattern->lower[3], ElementsAre(1));
}

TEST(Symbolic, GivesUpBeyondItsBudget) {
  const Adjacency dense = test::random_adjacency(30, 1.0, 1);
  std::vector<std::uint32_t> order(30);
  std::iota(order.begin(), order.end(), 0U);
  const auto pattern = factor_symbolically(dense, order, no_limit);
  ASSERT_TRUE(pattern);
  EXPECT_FALSE(factor_symbolically(dense, order, multiply_adds(*pattern) / 2));
}

TEST(Symbolic, CountsADenseEliminationAsTheTextbookDoes) {
  // n dense states: for each pivot k, n-1-k rows take a division, a product with its exit and n-1-k with its
  // row; then the two triangular solves and n divisions.
  constexpr std::uint64_t n = 12;
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0U);
  const auto pattern = factor_symbolically(test::random_adjacency(n, 1.0, 1), order, no_limit);
  std::uint64_t expected = n * (n - 1);
  for (std::uint64_t k = 0; k < n; ++k) expected += (n - 1 - k) * (1 + (n - 1 - k));
  ASSERT_TRUE(pattern);
  EXPECT_EQ(multiply_adds(*pattern), expected);
  EXPECT_EQ(divisions(*pattern), n * (n - 1) / 2 + n);
}

TEST(Symbolic, CoversTheFillOfANumericElimination) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    constexpr std::uint32_t n = 14;
    const Adjacency graph = test::random_adjacency(n, 0.2, seed);
    std::vector<std::uint32_t> order(n);
    std::iota(order.begin(), order.end(), 0U);
    std::shuffle(order.begin(), order.end(), std::mt19937_64(seed));
    std::vector<std::uint32_t> place(n);
    for (std::uint32_t i = 0; i < n; ++i) place[order[i]] = i;
    std::vector<std::vector<bool>> entry(n, std::vector<bool>(n, false));
    for (std::uint32_t v = 0; v < n; ++v) {
      for (const auto target : graph[v]) entry[place[v]][place[target]] = true;
    }
    for (std::uint32_t k = 0; k < n; ++k) {
      for (std::uint32_t i = k + 1; i < n; ++i) {
        for (std::uint32_t j = k + 1; j < n; ++j) {
          if (i != j && entry[i][k] && entry[k][j]) entry[i][j] = true;
        }
      }
    }
    const auto pattern = factor_symbolically(graph, order, no_limit);
    ASSERT_TRUE(pattern);
    for (std::uint32_t i = 0; i < n; ++i) {
      std::vector<std::uint32_t> lower;
      std::vector<std::uint32_t> upper;
      for (std::uint32_t j = 0; j < n; ++j) {
        if (entry[i][j]) (j < i ? lower : upper).push_back(j);
      }
      EXPECT_THAT(pattern->lower[i], ::testing::ElementsAreArray(lower));
      EXPECT_THAT(pattern->upper[i], ::testing::ElementsAreArray(upper));
    }
  }
}

}  // namespace
}  // namespace phasic
