// The order that makes a graph's bytes independent of how it was found: states by their entries.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/packed_states.hpp"

namespace phasic {

class Workers;

/// The numbers of all states, in lexicographic order of the states; equal states in the order of their
/// numbers.
std::vector<std::uint32_t> lexicographic_order(const PackedStates& states, Workers& workers);

}  // namespace phasic
