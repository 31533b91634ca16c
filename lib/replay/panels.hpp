// The factors of a large component in dense panels: consecutive rows of like pattern side by side, so that
// what one panel adds to another is a plain matrix product, with an index for each column instead of each
// product (supernodes, as in sparse Cholesky codes; Ng and Peyton 1993). Panels hold some entries
// that are always 0: adding 0 times anything finite changes no digit.
#pragma once

#include <cstdint>
#include <vector>

#include "trace/symbolic.hpp"

namespace phasic {

struct Panels {
  /// Rows [first, first + size). A row of the panel has, side by side: `lower_count` columns of L, those of
  /// the panel itself, the `upper_end - upper_begin` of U, and the exit.
  struct Panel {
    std::uint32_t first;
    std::uint32_t size;
    std::uint32_t lower_count;
    std::uint32_t upper_begin;  ///< its columns of U in `upper_columns`, ascending
    std::uint32_t upper_end;
    std::uint32_t source_begin;  ///< the panels its columns of L belong to, in `sources`, ascending
    std::uint32_t source_end;
    std::size_t slot;  ///< of its first entry
    [[nodiscard]] std::uint32_t upper_count() const { return upper_end - upper_begin; }
    [[nodiscard]] std::uint32_t width() const { return lower_count + size + upper_count() + 1; }
  };
  /// What an earlier panel does to a later one: multipliers are its columns from `lower` on, one for each row
  /// of the source; its columns of U, and its exit, lie here at `places[place...]`. Bit i of `rows` tells
  /// whether the panel's row i has any of these multipliers: those of the others are 0.
  struct Source {
    std::uint32_t panel;
    std::uint32_t lower;
    std::uint32_t place;
    std::uint32_t rows;
  };
  std::vector<Panel> panels;
  std::vector<std::uint32_t> panel_of_row;
  std::vector<std::uint32_t> upper_columns;
  std::vector<Source> sources;
  std::vector<std::uint32_t> places;
  std::size_t pivot_slot = 0;  ///< of the first row
  std::size_t slot_count = 0;

  /// The slot of an entry of the row; the column is one of its pattern.
  [[nodiscard]] std::size_t slot(std::uint32_t row, std::uint32_t column) const;
};

/// Merges rows while half as many zeros as entries come in at most.
Panels make_panels(const Pattern& pattern);

}  // namespace phasic
