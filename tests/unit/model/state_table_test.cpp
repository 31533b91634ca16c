#include "model/state_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace phasic {
namespace {

TEST(StateTable, NumbersStatesInOrderOfFirstAppearance) {
  StateTable table(2);
  EXPECT_EQ(table.insert(std::vector{1, 2}), 0U);
  EXPECT_EQ(table.insert(std::vector{2, 1}), 1U);
  EXPECT_EQ(table.insert(std::vector{1, 2}), 0U);
  EXPECT_EQ(table.insert(std::vector{-1, 2}), 2U);
  EXPECT_EQ(table.size(), 3U);
  EXPECT_EQ(table[1][0], 2);
}

// Against std::map, with few values per entry so that states repeat, and odd and even lengths.
TEST(StateTable, AgreesWithAnOrderedMap) {
  std::mt19937 random(7);
  for (const std::size_t length : {1U, 2U, 5U, 8U}) {
    StateTable table(length);
    std::map<std::vector<std::int32_t>, std::uint32_t> expected;
    for (int i = 0; i < 20000; ++i) {
      std::vector<std::int32_t> state(length);
      for (auto& entry : state) entry = static_cast<std::int32_t>(random() % 7) - 3;
      const auto [known, is_new] = expected.emplace(state, static_cast<std::uint32_t>(expected.size()));
      ASSERT_EQ(table.insert(state), known->second);
    }
    ASSERT_EQ(table.size(), expected.size());
    const std::vector<std::int32_t> rows = std::move(table).release();
    ASSERT_EQ(rows.size(), expected.size() * length);
    for (const auto& [state, number] : expected) {
      EXPECT_TRUE(std::equal(state.begin(), state.end(),
                             rows.begin() + static_cast<std::ptrdiff_t>(number * length)));
    }
  }
}

}  // namespace
}  // namespace phasic
