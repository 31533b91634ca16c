// The states found so far, each stored once: rows of equal length behind an open-addressing hash table.
// Numbers are given out in order of first appearance.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace phasic {

class StateTable {
 public:
  explicit StateTable(std::size_t state_length);

  /// The number of a state that may be new. `state` must not point into this table.
  std::uint32_t insert(std::span<const std::int32_t> state);
  [[nodiscard]] std::span<const std::int32_t> operator[](std::uint32_t number) const {
    return {entries_.data() + std::size_t{number} * length_, length_};
  }
  [[nodiscard]] std::size_t size() const { return hashes_.size(); }
  /// All rows, for the graph; the table is spent afterwards.
  std::vector<std::int32_t> release() && { return std::move(entries_); }

 private:
  void grow();
  std::size_t length_;
  std::vector<std::int32_t> entries_;
  std::vector<std::uint32_t> hashes_;  // one per state: compared before the rows are, and kept for growing
  std::vector<std::uint32_t> slots_;   // 0 is free, else number + 1
};

}  // namespace phasic
