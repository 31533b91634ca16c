#include "trace/components.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/adjacency.hpp"

namespace phasic {
namespace {

using test::adjacency;
using ::testing::ElementsAre;

TEST(Components, ListsSinksFirst) {
  const Components components = strongly_connected_components(adjacency({{1}, {2, 0}, {3}, {}}));
  ASSERT_EQ(components.count(), 3U);
  EXPECT_THAT(components[0], ElementsAre(3));
  EXPECT_THAT(components[1], ElementsAre(2));
  EXPECT_THAT(components[2], ElementsAre(0, 1));
}

TEST(Components, HandlesTheEmptyGraph) {
  EXPECT_EQ(strongly_connected_components(Adjacency{}).count(), 0U);
}

TEST(Components, FollowAChainOfAMillionVerticesWithoutRecursion) {
  constexpr std::uint32_t n = 1'000'000;
  Adjacency chain;
  for (std::uint32_t i = 0; i + 1 < n; ++i) {
    chain.targets.push_back(i + 1);
    chain.offsets.push_back(i + 1);
  }
  chain.offsets.push_back(n - 1);
  const Components components = strongly_connected_components(chain);
  ASSERT_EQ(components.count(), n);
  EXPECT_EQ(components.members.front(), n - 1);
}

TEST(Components, AgreeWithMutualReachability) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Adjacency graph = test::random_adjacency(15, 0.1, seed);
    std::vector<std::vector<bool>> reach(15, std::vector<bool>(15, false));
    for (std::uint32_t i = 0; i < 15; ++i) {
      reach[i][i] = true;
      for (const auto j : graph[i]) reach[i][j] = true;
    }
    for (std::uint32_t k = 0; k < 15; ++k) {
      for (std::uint32_t i = 0; i < 15; ++i) {
        for (std::uint32_t j = 0; j < 15; ++j) reach[i][j] = reach[i][j] || (reach[i][k] && reach[k][j]);
      }
    }
    const Components components = strongly_connected_components(graph);
    std::vector<std::size_t> of(15);
    for (std::size_t c = 0; c < components.count(); ++c) {
      for (const auto member : components[c]) of[member] = c;
    }
    for (std::uint32_t i = 0; i < 15; ++i) {
      for (std::uint32_t j = 0; j < 15; ++j) EXPECT_EQ(of[i] == of[j], reach[i][j] && reach[j][i]);
      for (const auto j : graph[i]) EXPECT_LE(of[j], of[i]);
    }
  }
}

}  // namespace
}  // namespace phasic
