// The transitions of each state as edges: targets in canonical order, each once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/graph.hpp"

namespace phasic {

class Workers;

/// Sorts each state's transitions by the rank of their targets and sums those to the same target; drops what
/// sums to zero and, in discrete time, self-loops. Targets are ranks afterwards; returned is how many edges
/// each state has, the first of its transitions. Throws InputError on a self-loop in continuous time and on
/// a coefficient that is not finite, for the first such state.
std::vector<std::uint32_t> merge_rows(GraphParts& parts, const std::vector<std::uint32_t>& rank,
                                      Workers& workers);

/// `state (6, 0, 1)` or `vertex 7`, for messages.
std::string name_state(const GraphParts& parts, std::size_t state);

}  // namespace phasic
