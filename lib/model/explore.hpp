// Explores a model's state space, breadth first, into a graph.
#pragma once

#include "base/log.hpp"
#include "graph/graph.hpp"
#include "model/limits.hpp"
#include "model/model.hpp"

namespace phasic {

/// Every state that can be reached from the start, in canonical order. Throws InputError for what a callback
/// does wrong and for a state from which absorption cannot be reached, LimitError beyond a limit.
Graph explore(Model& model, const Limits& limits, const Log& log);

}  // namespace phasic
