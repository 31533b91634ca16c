#include "model/state_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace phasic {
namespace {

class PackedTable {
 public:
  explicit PackedTable(std::size_t length, unsigned entry_bytes = 1)
      : table_(StatePacking(length, entry_bytes)) {}

  std::uint32_t insert(const std::vector<std::int32_t>& state) {
    const std::vector<std::uint64_t> row = packed(state);
    return table_.insert(row, hash_of(row));
  }
  std::optional<std::uint32_t> find(const std::vector<std::int32_t>& state) {
    const std::vector<std::uint64_t> row = packed(state);
    return table_.find(row, hash_of(row));
  }
  std::vector<std::int32_t> operator[](std::uint32_t number) {
    std::vector<std::int32_t> state(table_.packing().state_length());
    table_.read(number, state);
    return state;
  }
  StateTable& table() { return table_; }

 private:
  std::vector<std::uint64_t> packed(const std::vector<std::int32_t>& state) {
    std::vector<std::uint64_t> row(table_.packing().row_words());
    EXPECT_TRUE(table_.packing().pack(state, row));
    return row;
  }
  StateTable table_;
};

TEST(StateTable, NumbersStatesInOrderOfFirstAppearance) {
  PackedTable states(2);
  EXPECT_EQ(states.insert({1, 2}), 0U);
  EXPECT_EQ(states.insert({2, 1}), 1U);
  EXPECT_EQ(states.insert({1, 2}), 0U);
  EXPECT_EQ(states.insert({-1, 2}), 2U);
  EXPECT_EQ(states.table().size(), 3U);
  EXPECT_EQ(states[1], (std::vector{2, 1}));
  EXPECT_EQ(states.find({-1, 2}), 2U);
  EXPECT_EQ(states.find({2, 2}), std::nullopt);
}

// Against std::map, with few values per entry so that states repeat, and odd and even lengths.
TEST(StateTable, AgreesWithAnOrderedMap) {
  std::mt19937 random(7);
  for (const std::size_t length : {1U, 2U, 5U, 8U, 17U}) {
    PackedTable states(length, length == 5 ? 4 : 1);
    std::map<std::vector<std::int32_t>, std::uint32_t> expected;
    for (int i = 0; i < 20000; ++i) {
      std::vector<std::int32_t> state(length);
      for (auto& entry : state) entry = static_cast<std::int32_t>(random() % 7) - 3;
      const auto known = expected.emplace(state, static_cast<std::uint32_t>(expected.size())).first;
      ASSERT_EQ(states.insert(state), known->second);
    }
    ASSERT_EQ(states.table().size(), expected.size());
    for (const auto& [state, number] : expected) EXPECT_EQ(states[number], state);
  }
}

TEST(StateTable, KeepsItsNumbersWhenEntriesGetWider) {
  PackedTable states(3);
  std::vector<std::vector<std::int32_t>> known;
  for (std::int32_t i = 0; i < 3000; ++i) known.push_back({i % 256 - 128, i / 256, -i % 100});
  for (const auto& state : known) states.insert(state);
  for (const unsigned bytes : {2U, 4U}) {
    states.table().widen(bytes);
    for (std::uint32_t number = 0; number < known.size(); ++number) {
      ASSERT_EQ(states.insert(known[number]), number);
    }
  }
  EXPECT_EQ(states.insert({1 << 30, 0, 0}), known.size());
}

TEST(StateTable, IsEmptyOnceCleared) {
  PackedTable states(2);
  states.insert({1, 2});
  states.table().clear();
  EXPECT_EQ(states.find({1, 2}), std::nullopt);
  EXPECT_EQ(states.insert({2, 1}), 0U);
}

}  // namespace
}  // namespace phasic
