// How often a replay of a trace can round, along the path on which that adds up most: the structural part of
// its error bound. docs/numerics.md, section 3, derives it; it depends on the trace alone.
#pragma once

#include <cstdint>

namespace phasic {

struct TraceParts;

/// Counts of units of roundoff. A count that does not fit is the largest there is.
struct ErrorCounts {
  std::uint64_t solve = 0;       ///< of M^-1 x for an exact x: the largest sum of G + S over a path
  std::uint64_t transposed = 0;  ///< of M^-T x for an exact x
  std::uint64_t rates = 0;       ///< times the count of a rate, for either: the largest sum of 2 (states)
  friend bool operator==(const ErrorCounts&, const ErrorCounts&) = default;
};

/// O(edges + fill-in). The parts are checked already, their own counts are not looked at.
ErrorCounts count_errors(const TraceParts& parts);

}  // namespace phasic
