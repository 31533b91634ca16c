// What is wrong with a theta: said with the first edge whose rate cannot be, and the formula it came from.
#pragma once

#include <span>
#include <string>

#include "graph/graph.hpp"
#include "replay/mpfr.hpp"
#include "trace/trace.hpp"

namespace phasic {

/// A sentence on the first class weight that is negative or not finite, or in discrete time on the first
/// state whose probabilities add up to more than 1 (by more than four units of roundoff); empty if all is
/// well. `weights` by class.
std::string complaint_about(const Graph& graph, const Trace& trace, std::span<const double> weights);
std::string complaint_about(const Graph& graph, const Trace& trace, std::span<const Mpfr> weights);

}  // namespace phasic
