// States as rows of machine words: each entry takes the fewest bytes (1, 2 or 4) that hold every entry of
// every state. Rows compare, as numbers, word by word, the way their states compare entry by entry; so one
// form serves to hash, to compare and to sort.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.hpp"

namespace phasic {

using PackedRow = std::span<const std::uint64_t>;

/// How states of one length are packed. The first entry is in a row's highest bits; entries are shifted by
/// half their range, so that they are unsigned; bits behind the last entry are 0.
class StatePacking {
 public:
  /// `entry_bytes` is 1, 2 or 4.
  explicit StatePacking(std::size_t state_length = 0, unsigned entry_bytes = 1);

  [[nodiscard]] std::size_t state_length() const { return length_; }
  [[nodiscard]] unsigned entry_bytes() const { return entry_bytes_; }
  [[nodiscard]] std::size_t row_words() const { return row_words_; }

  /// Whether the state fits; the row is of no use where it does not.
  [[nodiscard]] bool pack(std::span<const std::int32_t> state, std::span<std::uint64_t> row) const;
  void unpack(PackedRow row, std::span<std::int32_t> state) const;
  /// Into entries no wider than needed: of 2 bytes, if entries take 1 or 2, or of 1.
  void unpack(PackedRow row, std::span<std::int16_t> state) const;
  void unpack(PackedRow row, std::span<std::int8_t> state) const;

 private:
  std::size_t length_;
  unsigned entry_bytes_;
  std::size_t row_words_;
};

/// The fewest bytes that hold each of these entries.
unsigned entry_bytes_of(std::span<const std::int32_t> entries);

/// Packed rows, one behind the other. Rows stay where they are as more are appended.
class PackedStates {
 public:
  explicit PackedStates(const StatePacking& packing = StatePacking());
  /// Packs `count` states that follow one another in `entries`.
  PackedStates(std::span<const std::int32_t> entries, std::size_t state_length, std::size_t count);

  [[nodiscard]] const StatePacking& packing() const { return packing_; }
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] PackedRow operator[](std::size_t number) const {
    return {blocks_[number >> shift_].data() + (number & mask_) * packing_.row_words(), packing_.row_words()};
  }
  void append(PackedRow row);

  /// Up to `count` rows can be made from here on while other threads read and write those that there are.
  void reserve(std::size_t count);
  /// Makes or drops rows at the end. What new ones hold is not said.
  void resize(std::size_t count);
  [[nodiscard]] std::span<std::uint64_t> row(std::size_t number) {
    return {blocks_[number >> shift_].data() + (number & mask_) * packing_.row_words(), packing_.row_words()};
  }
  /// The same states in rows of a wider packing.
  [[nodiscard]] PackedStates widened(unsigned entry_bytes) const;

 private:
  using Block = std::vector<std::uint64_t, AlignedAllocator<std::uint64_t>>;  // as it comes, not zeroed
  [[nodiscard]] std::span<std::uint64_t> next_row();
  StatePacking packing_;
  unsigned shift_;  // a block has 2^shift_ rows
  std::size_t mask_;
  std::size_t count_ = 0;
  std::vector<Block> blocks_;  // those behind the last row may be empty
};

}  // namespace phasic
