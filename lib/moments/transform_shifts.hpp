// A reward as the elimination of a trace sees it: by position, and as a shift of every exit.
#pragma once

#include <span>
#include <vector>

#include "replay/shifted.hpp"
#include "trace/trace.hpp"

namespace phasic {

/// From rewards by vertex; empty for 1 everywhere.
std::vector<double> rewards_by_position(const Trace& trace, const std::vector<double>& reward);

/// What makes a transform E[exp(-s R)], the same in each lane, for rewards by position; s >= 0.
Shifts transform_shifts(const Trace& trace, std::span<const double> rewards, double s);

/// How often a transform at s is rounded, at most, where weights are exact up to `rate_count` roundings:
/// docs/numerics.md, section 5. Without what the start lacks to 1.
double transform_roundings(const Trace& trace, std::span<const double> rewards, double s, double rate_count);

}  // namespace phasic
