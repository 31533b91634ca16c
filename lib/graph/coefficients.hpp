// Distinct coefficient vectors, interned: an edge refers to its vector by number. Two-locus ARG n=6 has 18
// of them on 8,099 edges.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace phasic {

/// Vectors of `width` doubles, each distinct one stored once. -0.0 is stored as 0.0.
class CoefficientTable {
 public:
  explicit CoefficientTable(std::size_t width) : width_(width) {}

  /// The number of the vector, given out in order of first appearance. `vector.size()` is the width.
  std::uint32_t intern(std::span<const double> vector);
  [[nodiscard]] std::span<const double> operator[](std::uint32_t number) const {
    return {values_.data() + std::size_t{number} * width_, width_};
  }
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] std::size_t width() const { return width_; }

 private:
  void grow();
  std::size_t width_;
  std::size_t count_ = 0;
  std::vector<double> values_;
  std::vector<std::uint32_t> slots_;  // open addressing; 0 is free, else number + 1
};

}  // namespace phasic
