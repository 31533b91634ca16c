// The states found so far, each stored once: packed rows behind an open-addressing hash table. Numbers are
// given out in order of first appearance. Looking up may happen on several threads while nothing is added.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "graph/packed_states.hpp"

namespace phasic {

/// What a row is looked up by.
std::uint32_t hash_of(PackedRow row);

class StateTable {
 public:
  explicit StateTable(const StatePacking& packing);

  [[nodiscard]] const StatePacking& packing() const { return rows_.packing(); }
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] PackedRow operator[](std::uint32_t number) const { return rows_[number]; }
  /// Writes out the state of this number.
  void read(std::uint32_t number, std::span<std::int32_t> state) const {
    packing().unpack(rows_[number], state);
  }

  [[nodiscard]] std::optional<std::uint32_t> find(PackedRow row, std::uint32_t hash) const;
  /// The number of a state that may be new. `row` must not be of this table, `hash` is its hash.
  std::uint32_t insert(PackedRow row, std::uint32_t hash);
  /// Brings near the processor what `find` will look at first: the slot, and then, in a second call once the
  /// slot has come, the row behind it.
  void expect_slot(std::uint32_t hash) const { __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]); }
  void expect_row(std::uint32_t hash) const;

  /// Forgets all states, keeps the memory.
  void clear();
  /// Makes room for larger entries; numbers stay.
  void widen(unsigned entry_bytes);
  /// All rows, for the graph; the table is spent afterwards.
  PackedStates release() && { return std::move(rows_); }

 private:
  [[nodiscard]] std::size_t slot_of(PackedRow row, std::uint32_t hash) const;
  void place(std::uint64_t entry);
  void grow();
  PackedStates rows_;
  std::vector<std::uint64_t> slots_;  // 0 is free, else hash << 32 | number + 1
};

}  // namespace phasic
