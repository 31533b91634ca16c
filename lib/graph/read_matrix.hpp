// A matrix as a chain: a sub-intensity matrix S or, in discrete time, a sub-transition matrix T, one state a
// row. What a row lacks to 0 (to 1) leads into absorption; a row that has nothing to leave by (zeros; in
// discrete time a 1 on the diagonal) is an absorbing state, so whole generators and stochastic matrices are
// read as well.
//
// The rule for rounding: a row of k entries whose sum is within (k + 1) u |diagonal| of 0 (of 1: (k + 1) u),
// u = 2^-53, has no exit: so far apart are a sum and its rounded terms. The sum itself is exact.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "graph/imported.hpp"

namespace phasic {

struct MatrixText {
  std::string_view text;
  std::string where;
};

/// Both in Matrix Market format; `initial` is a row or a column of start probabilities, one for each row, and
/// without it the chain starts in row 1. Row i is state i - 1; an absorbing state comes after them where any
/// row has an exit. Throws InputError naming row, column and value for what is no such matrix.
Imported read_matrix(const MatrixText& matrix, const std::optional<MatrixText>& initial, TimeKind time);

}  // namespace phasic
