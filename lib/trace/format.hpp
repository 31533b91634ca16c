// The trace's sections in an object. Whole numbers are stored in the narrowest width that holds them.
//
//   kind          u32[3]  time kind, terms, absorbing vertices
//   structure     u8[32]  the structure hash of the graph
//   coefficients  f64[C x terms]
//   vertices      u*[n]   position -> vertex
//   components    u*[K]   the size of each component
//   shapes        u*[K]   the pattern of each component, 0 for a single state
//   pattern_sizes u*[P]   the number of rows of each pattern but number 0
//   lower_counts, upper_counts  u*[rows of all patterns]   entries in each row of L and of U
//   lower, upper  u*      their columns, within the component
//   row_counts    u*[n+1] edges of each position, the start's last
//   columns       u*[E]   their columns
//   edge_classes  u*[E]   their coefficient classes
//   error_counts  u64[3]  of a solve, of a transposed one, and what multiplies the count of a rate
#pragma once

#include <cstdint>

#include "store/object.hpp"
#include "trace/trace.hpp"

namespace phasic::trace_format {

inline constexpr std::uint32_t version = 2;

Object encode(const TraceParts& parts);
/// Reads the sections; indices and counts are checked by Trace::decode. Throws FormatError.
TraceParts decode(const Object& object);

}  // namespace phasic::trace_format
