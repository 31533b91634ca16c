// The states found so far, each stored once: packed rows behind an open-addressing hash table in which
// several threads look up and insert at once, without a lock.
//
// A thread claims numbers before it inserts, so that inserting never runs out of room: at least half of the
// slots stay free. What moves things, `grow` and `widen`, is done while no other thread is at the table.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "graph/packed_states.hpp"

namespace phasic {

/// What a row is looked up by.
std::uint32_t hash_of(PackedRow row);

/// Numbers of states, from first to last - 1.
struct StateRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  [[nodiscard]] std::uint32_t size() const { return last - first; }
  friend bool operator==(const StateRange&, const StateRange&) = default;
};

class StateTable {
 public:
  explicit StateTable(const StatePacking& packing);

  [[nodiscard]] const StatePacking& packing() const { return rows_.packing(); }
  [[nodiscard]] PackedRow operator[](std::uint32_t number) const { return rows_[number]; }
  /// Writes out the state of this number.
  void read(std::uint32_t number, std::span<std::int32_t> state) const {
    packing().unpack(rows_[number], state);
  }

  /// The next `count` numbers, for states that the caller will insert; nothing if the table must grow first.
  [[nodiscard]] std::optional<StateRange> claim(std::uint32_t count);
  /// How many numbers were claimed. For one thread, as all that follows.
  [[nodiscard]] std::uint32_t claimed() const { return claimed_; }
  /// Makes room for `count` more numbers.
  void grow(std::uint32_t count);
  /// Makes room for larger entries; numbers stay.
  void widen(unsigned entry_bytes);

  /// The number of a state: the one that it has, or else `fresh`, which the caller has claimed and not used.
  /// `row` must not be of this table, `hash` is its hash.
  [[nodiscard]] std::uint32_t insert(PackedRow row, std::uint32_t hash, std::uint32_t fresh);
  /// Brings near the processor what `insert` will look at first: the slot, and then, in a second call once
  /// the slot has come, the row behind it.
  void expect_slot(std::uint32_t hash) const { __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]); }
  void expect_row(std::uint32_t hash) const;

  /// All rows without gaps, for the graph; the table is spent afterwards. `unused` are the claimed numbers
  /// that no state got.
  struct Released {
    PackedStates states;
    std::vector<std::uint32_t> moved;  ///< the number that state states.size() + i has now, if there was one
    [[nodiscard]] std::uint32_t number_of(std::uint32_t before) const {
      return before < states.size() ? before : moved[before - states.size()];
    }
  };
  [[nodiscard]] Released release(std::span<const StateRange> unused) &&;

 private:
  using Slots = std::vector<std::atomic<std::uint64_t>>;
  void refill(const Slots& before);
  PackedStates rows_;
  Slots slots_;  // 0 is free, else hash << 32 | number + 1
  std::mutex claiming_;
  std::uint32_t claimed_ = 0;
};

}  // namespace phasic
