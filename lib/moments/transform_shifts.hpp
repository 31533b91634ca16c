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

/// exp of it is still a double.
inline constexpr double largest_double_exponent = 700;
/// Whether exp(s r) is beyond doubles somewhere in discrete time, so that who earns r there counts for
/// nothing. Of the transform, less than `least_seen` is then lost, and stands for 0.
bool is_overwhelming(const Trace& trace, std::span<const double> rewards, double s);
inline constexpr double least_seen = 1e-270;

/// How often a transform at s is rounded, at most, where weights are exact up to `rate_count` roundings:
/// docs/numerics.md, section 5. Without what the start lacks to 1.
/// In discrete time s r counts as `largest_exponent` at most: what is beyond is left out.
double transform_roundings(const Trace& trace, std::span<const double> rewards, double s, double rate_count,
                           double largest_exponent = largest_double_exponent);

}  // namespace phasic
