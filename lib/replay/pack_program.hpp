// What a PackReplay runs through: for every entry of L and U, in row order, the rate it starts from and the
// products that are added to it. Indices are read once for all lanes, so spelling them out pays.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"
#include "trace/trace.hpp"

namespace phasic {

using AlignedDoubles = std::vector<double, AlignedAllocator<double>>;

/// Where a component's factors lie in its slots: L, then U, then exits, then pivots.
class PackSlots {
 public:
  explicit PackSlots(const Pattern& pattern)
      : upper_(pattern.lower.targets.size()),
        exit_(upper_ + pattern.upper.targets.size()),
        pivot_(exit_ + pattern.size()),
        count_(pivot_ + pattern.size()) {}
  [[nodiscard]] std::size_t lower(std::size_t entry) const { return entry; }
  [[nodiscard]] std::size_t upper(std::size_t entry) const { return upper_ + entry; }
  [[nodiscard]] std::size_t exit(std::size_t row) const { return exit_ + row; }
  [[nodiscard]] std::size_t pivot(std::size_t row) const { return pivot_ + row; }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  std::size_t upper_;
  std::size_t exit_;
  std::size_t pivot_;
  std::size_t count_;
};

class PackProgram {
 public:
  /// slots[multiplier] * slots[entry]
  struct Product {
    std::uint16_t multiplier;
    std::uint16_t entry;
  };
  struct Component {
    /// By entry of a row of L, then of U, row after row. The class after the last is that of fill-in: 0.
    std::vector<std::uint32_t> start_classes;
    std::vector<std::uint32_t> product_counts;
    std::vector<Product> products;
  };

  /// `fits(trace)` must hold.
  explicit PackProgram(const Trace& trace);

  /// Whether every slot has a 16-bit number.
  static bool fits(const Trace& trace);
  /// 4, 2 or 1: as many as keep the factors of the largest component in the second-level cache.
  static std::size_t vectors_worth_using(const Trace& trace);

  [[nodiscard]] const Component& operator[](std::size_t component) const { return components_[component]; }
  /// Of the largest component.
  [[nodiscard]] std::size_t slot_count() const { return slot_count_; }

 private:
  std::vector<Component> components_;
  std::size_t slot_count_ = 1;
};

}  // namespace phasic
