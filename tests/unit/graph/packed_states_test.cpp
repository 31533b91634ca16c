#include "graph/packed_states.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

namespace phasic {
namespace {

using State = std::vector<std::int32_t>;

std::vector<std::uint64_t> packed(const StatePacking& packing, const State& state) {
  std::vector<std::uint64_t> row(packing.row_words(), 0xabababababababab);
  EXPECT_TRUE(packing.pack(state, row));
  return row;
}

State random_state(std::mt19937& random, std::size_t length, std::int32_t least, std::int32_t most) {
  std::uniform_int_distribution<std::int32_t> entry(least, most);
  State state(length);
  // Few values at the ends of the range, so that equal beginnings are common.
  for (auto& value : state) value = random() % 2 == 0 ? least : random() % 2 == 0 ? most : entry(random);
  return state;
}

template <class T>
void expect_order_and_contents(std::uint32_t seed) {
  std::mt19937 random(seed);
  for (const std::size_t length : {1U, 3U, 4U, 7U, 8U, 9U, 40U}) {
    const StatePacking packing(length, sizeof(T));
    EXPECT_EQ(packing.row_words(), (length * sizeof(T) + 7) / 8);
    for (int i = 0; i < 300; ++i) {
      const auto any = [&] {
        return random_state(random, length, std::numeric_limits<T>::min(), std::numeric_limits<T>::max());
      };
      const State left = any();
      State right = any();
      if (i % 3 == 0) right = left;
      EXPECT_EQ(packed(packing, left) <=> packed(packing, right), left <=> right);
      State read(length);
      packing.unpack(packed(packing, left), read);
      EXPECT_EQ(read, left);
    }
  }
}

TEST(PackedStates, CompareAsTheirStatesDoAndReadBack) {
  expect_order_and_contents<std::int8_t>(1);
  expect_order_and_contents<std::int16_t>(2);
  expect_order_and_contents<std::int32_t>(3);
}

TEST(PackedStates, SayWhatDoesNotFit) {
  std::vector<std::uint64_t> row(1);
  const StatePacking bytes(3, 1);
  EXPECT_TRUE(bytes.pack(State{-128, 0, 127}, row));
  EXPECT_FALSE(bytes.pack(State{-129, 0, 0}, row));
  EXPECT_FALSE(bytes.pack(State{0, 0, 128}, row));
  const StatePacking words(3, 2);
  EXPECT_TRUE(words.pack(State{-32768, 0, 32767}, row));
  EXPECT_FALSE(words.pack(State{0, -32769, 0}, row));
  EXPECT_FALSE(words.pack(State{0, 0, std::numeric_limits<std::int32_t>::max()}, row));
}

TEST(PackedStates, TakeTheFewestBytesThatHoldEveryEntry) {
  EXPECT_EQ(entry_bytes_of(State{}), 1U);
  EXPECT_EQ(entry_bytes_of(State{-128, 127}), 1U);
  EXPECT_EQ(entry_bytes_of(State{128}), 2U);
  EXPECT_EQ(entry_bytes_of(State{-32768, 32767}), 2U);
  EXPECT_EQ(entry_bytes_of(State{-32769}), 4U);
}

TEST(PackedStates, StayWhereTheyAreAsMoreAreAppended) {
  PackedStates states(StatePacking(100, 4));
  std::vector<std::uint64_t> row(states.packing().row_words());
  ASSERT_TRUE(states.packing().pack(State(100, 7), row));
  states.append(row);
  const auto* first = states[0].data();
  for (int i = 0; i < 10000; ++i) states.append(row);
  EXPECT_EQ(states[0].data(), first);
  EXPECT_TRUE(std::ranges::equal(states[10000], row));
  EXPECT_TRUE(std::ranges::equal(states.widened(4)[10000], row));
}

TEST(PackedStates, OfNoEntriesAreAllEqual) {
  const PackedStates states(State{}, 0, 3);
  EXPECT_EQ(states.size(), 3U);
  EXPECT_TRUE(states[2].empty());
}

}  // namespace
}  // namespace phasic
