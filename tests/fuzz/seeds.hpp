// Small graphs to start from. They are made, not kept, so that they are always of the present format.
#pragma once

#include <vector>

#include "graph/graph.hpp"

namespace phasic::fuzz {

/// A continuous one with a cycle, a derived term, a reward and states; a discrete one; one without states.
std::vector<Graph> seed_graphs();

/// The graphs and their traces.
std::vector<Object> seed_objects();

}  // namespace phasic::fuzz
