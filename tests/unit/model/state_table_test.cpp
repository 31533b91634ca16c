#include "model/state_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <thread>

namespace phasic {
namespace {

class PackedTable {
 public:
  explicit PackedTable(std::size_t length, unsigned entry_bytes = 1)
      : table_(StatePacking(length, entry_bytes)) {}

  std::uint32_t insert(const std::vector<std::int32_t>& state) {
    while (free_.size() == 0) {
      if (const auto claimed = table_.claim(1))
        free_ = *claimed;
      else
        table_.grow(1);
    }
    const std::vector<std::uint64_t> row = packed(state);
    const std::uint32_t number = table_.insert(row, hash_of(row), free_.first);
    if (number == free_.first) ++free_.first;
    return number;
  }
  std::vector<std::int32_t> operator[](std::uint32_t number) {
    std::vector<std::int32_t> state(table_.packing().state_length());
    table_.read(number, state);
    return state;
  }
  StateTable& table() { return table_; }

  std::vector<std::uint64_t> packed(const std::vector<std::int32_t>& state) {
    std::vector<std::uint64_t> row(table_.packing().row_words());
    EXPECT_TRUE(table_.packing().pack(state, row));
    return row;
  }

 private:
  StateTable table_;
  StateRange free_;
};

TEST(StateTable, NumbersStatesInOrderOfFirstAppearance) {
  PackedTable states(2);
  EXPECT_EQ(states.insert({1, 2}), 0U);
  EXPECT_EQ(states.insert({2, 1}), 1U);
  EXPECT_EQ(states.insert({1, 2}), 0U);
  EXPECT_EQ(states.insert({-1, 2}), 2U);
  EXPECT_EQ(states[1], (std::vector{2, 1}));
  EXPECT_EQ(states[2], (std::vector{-1, 2}));
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

TEST(StateTable, MovesTheLastRowsIntoTheGapsOfNumbersThatNobodyUsed) {
  PackedTable states(1);
  StateTable& table = states.table();
  const StateRange first = *table.claim(4);   // 0..3, of which 0 and 1 are used
  const StateRange second = *table.claim(4);  // 4..7, of which 4 to 6 are used
  for (const std::int32_t number : {0, 1, 4, 5, 6}) {
    const std::vector<std::uint64_t> row = states.packed({number});
    EXPECT_EQ(table.insert(row, hash_of(row), static_cast<std::uint32_t>(number)), number);
  }
  const std::vector<StateRange> unused{{2, first.last}, {7, second.last}};
  const StateTable::Released released = std::move(table).release(unused);
  ASSERT_EQ(released.states.size(), 5U);
  for (const std::int32_t number : {0, 1, 4, 5, 6}) {
    std::vector<std::int32_t> state(1);
    const std::uint32_t now = released.number_of(static_cast<std::uint32_t>(number));
    ASSERT_LT(now, 5U);
    released.states.packing().unpack(released.states[now], state);
    EXPECT_EQ(state[0], number);
  }
}

TEST(StateTable, GivesOneNumberToAStateThatThreadsFindAtOnce) {
  constexpr std::int32_t count = 20000;
  constexpr unsigned threads = 4;
  StateTable table(StatePacking(3, 2));
  table.grow(threads * count);
  std::vector<std::vector<std::uint32_t>> numbers(threads);
  {
    std::vector<std::jthread> crew;
    for (unsigned thread = 0; thread < threads; ++thread) {
      crew.emplace_back([&table, &own = numbers[thread]] {
        std::vector<std::uint64_t> row(table.packing().row_words());
        StateRange free = *table.claim(count);
        for (std::int32_t i = 0; i < count; ++i) {
          static_cast<void>(table.packing().pack(std::vector{i, -i, i % 7}, row));
          own.push_back(table.insert(row, hash_of(row), free.first));
          if (own.back() == free.first) ++free.first;
        }
      });
    }
  }
  std::vector<std::int32_t> state(3);
  for (std::int32_t i = 0; i < count; ++i) {
    const std::uint32_t number = numbers[0][static_cast<std::size_t>(i)];
    table.read(number, state);
    EXPECT_EQ(state, (std::vector{i, -i, i % 7}));
    for (const auto& own : numbers) EXPECT_EQ(own[static_cast<std::size_t>(i)], number);
  }
}

}  // namespace
}  // namespace phasic
