// What the probabilities of a start lack to 1: absorbed before anything happens.
#pragma once

#include <span>

#include "trace/trace.hpp"

namespace phasic {

/// What the start's probabilities leave of 1: absorbed at once.
double missing_start(const Trace& trace, std::span<const double> weights);
/// By how much that can be wrong, where weights are exact up to so many roundings.
double error_of_missing_start(const Trace& trace, std::span<const double> weights, double rate_count);

}  // namespace phasic
