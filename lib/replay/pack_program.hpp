// What packs run through to factorise a component. A small one is a list: for every entry of L and U, in row
// order, the rate it starts from and the products that are added to it; indices are read once for all lanes,
// so spelling them out pays. For a large one such a list outgrows the caches: it goes by panels.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.hpp"
#include "replay/panels.hpp"
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
    std::size_t slot_count = 1;
    /// By entry of a row of L, then of U, row after row. The class after the last is that of fill-in: 0.
    std::vector<std::uint32_t> start_classes;
    std::vector<std::uint32_t> product_counts;
    std::vector<Product> products;
    /// Nothing for a list; components of equal pattern share them.
    std::shared_ptr<const Panels> panels;
    std::vector<std::uint32_t> edge_slots;  ///< with panels: of edges within the component, row after row
  };

  explicit PackProgram(const Trace& trace);

  /// 4, 2 or 1: as many as keep the factors of the largest component in the second-level cache.
  static std::size_t vectors_worth_using(const Trace& trace);

  [[nodiscard]] const Component& operator[](std::size_t component) const { return components_[component]; }

 private:
  std::vector<Component> components_;
};

}  // namespace phasic
