// Explores a model's state space, breadth first, into a graph.
//
// Threads expand states in rounds; between rounds one of them numbers what was found, in the order in which a
// single thread would have found it. So the number of threads changes nothing that can be seen: not the
// graph, nor which error is reported, nor where a limit on vertices is reached.
#pragma once

#include <chrono>

#include "base/log.hpp"
#include "base/workers.hpp"
#include "graph/graph.hpp"
#include "model/limits.hpp"
#include "model/model.hpp"

namespace phasic {

/// How long an exploration goes on alone before other threads are started: small models are done by then.
inline constexpr std::chrono::microseconds exploration_patience{2000};

/// The first part of `explore`: states and transitions, in order of discovery, not yet made into a graph.
GraphParts discover(Model& model, const Limits& limits, Workers& workers, const Log& log,
                    std::chrono::microseconds patience = exploration_patience);

/// Every state that can be reached from the start, in canonical order, found by at most `jobs` threads.
/// Throws InputError for what a callback does wrong (in the first state in order of discovery) and for a
/// state from which absorption cannot be reached, LimitError beyond a limit.
Graph explore(Model& model, const Limits& limits, unsigned jobs, const Log& log,
              std::chrono::microseconds patience = exploration_patience);

}  // namespace phasic
