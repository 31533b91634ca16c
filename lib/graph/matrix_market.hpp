// Matrices in the Matrix Market exchange format (Boisvert, Pozo, Remington 1996, NISTIR 5935): coordinate or
// array; real, integer or pattern; general or symmetric.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace phasic {

struct MarketMatrix {
  struct Entry {
    std::uint32_t row;  ///< from 0
    std::uint32_t column;
    double value;      ///< finite; 1 in a pattern
    std::size_t line;  ///< where it stands
  };
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<Entry> entries;  ///< by row, then column, none twice; a symmetric matrix is written out
};

/// Throws MissingError for an empty text, InputError at `where:line` for what is no such file, entries whose
/// number is not the one that is claimed, and entries that lie outside or are given twice. Nothing is
/// allocated for what is only claimed: of a sparse matrix, rows and columns may be far more than entries.
MarketMatrix read_matrix_market(std::string_view text, const std::string& where);

}  // namespace phasic
