// What bounds of walks have in common: of which numbers a sum over steps is made, and how often each is
// rounded. docs/numerics.md, section 5, derives every line.
#pragma once

#include <vector>

#include "moments/chain.hpp"

namespace phasic::walk_bounds {

inline constexpr double unit = 0x1p-53;
/// In so many steps staying may have been wrong at once before the rest is estimated.
inline constexpr unsigned most_at_once = 8;

/// How exact a rate of the chain is, where the rates that it is made of are but for `rate_count`.
inline double count_of_a_rate(const Chain& chain, double rate_count) {
  return chain.roundings + chain.rate_uses * rate_count + 1;
}

/// Roundings of one step of a vector of states, and of one sum more.
double step_roundings(const Chain& chain);

/// Of a sum over these Poisson steps at this mean, but for what the steps themselves are rounded.
double sum_roundings(const Chain& steps, double first, double last, double mean, double of_a_rate);

/// What is taken for 0 on the way, and what has no digits left.
double lost_below_range(const Chain& steps, double count);

/// Whether some position is several states in a row, so that staying is an edge.
bool has_repeats(const Chain& chain);

/// The sums over j of (k staying)^j / j!, addend by addend: what it counts that staying was wrong in j of k
/// steps. Empty where that is too much to be bounded.
std::vector<double> staying_factors(double k, double staying);

}  // namespace phasic::walk_bounds
