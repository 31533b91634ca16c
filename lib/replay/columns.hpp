// A trace's patterns by column: what a transposed solve gathers, where a forward one goes by rows. Everything
// is listed in the order in which a transposed solve that scatters from its rows would add it: so both have
// the same bits.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "trace/trace.hpp"

namespace phasic {

class Columns {
 public:
  /// An entry of L or U, by its number there.
  struct Entry {
    std::uint32_t row;  ///< within the component
    std::uint32_t entry;
  };
  template <class Item>
  struct Lists {
    std::vector<std::uint32_t> offsets{0};
    std::vector<Item> items;
    [[nodiscard]] std::span<const Item> operator[](std::size_t column) const {
      return std::span(items).subspan(offsets[column], offsets[column + 1] - offsets[column]);
    }
  };
  struct OfPattern {
    Lists<Entry> upper;  ///< rows ascending
    Lists<Entry> lower;  ///< rows descending
  };

  explicit Columns(const Trace& trace);

  /// Of a component of several states.
  [[nodiscard]] const OfPattern& pattern(std::size_t component) const {
    return patterns_[pattern_of_component_[component]];
  }

 private:
  std::vector<OfPattern> patterns_;
  std::vector<std::size_t> pattern_of_component_;
};

}  // namespace phasic
