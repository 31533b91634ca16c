// Explores a model's state space, breadth first, into a graph.
//
// One thread numbers states as it finds them, and expands them in that order. Several number them as it
// comes: the graph's order is another anyway. If something is wrong, what they found is gone through in the
// order of one thread. So the number of threads changes nothing that can be seen: not the graph, nor which
// error is reported, nor where a limit on vertices is reached. (A limit on seconds is reached where it is
// reached.)
#pragma once

#include <chrono>

#include "base/log.hpp"
#include "graph/graph.hpp"
#include "model/limits.hpp"
#include "model/model.hpp"

namespace phasic {

class Workers;

/// How long an exploration goes on alone before other threads are started: small models are done by then. To
/// start and end a thread takes a fifth of it.
inline constexpr std::chrono::microseconds exploration_patience{250};

/// The first part of `explore`: states and transitions, in any order, not yet made into a graph.
GraphParts discover(Model& model, const Limits& limits, Workers& workers, const Log& log,
                    std::chrono::microseconds patience = exploration_patience);

/// Every state that can be reached from the start, in canonical order, found by at most `jobs` threads.
/// Throws InputError for what a callback does wrong (in the first state in order of discovery) and for a
/// state from which absorption cannot be reached, LimitError beyond a limit.
Graph explore(Model& model, const Limits& limits, unsigned jobs, const Log& log,
              std::chrono::microseconds patience = exploration_patience);

}  // namespace phasic
