// How often each ingredient of a plan is rounded, at most: from the error counts of a trace to the solves
// that are made one from the other. docs/numerics.md, section 3, derives every line.
#pragma once

#include <cstddef>
#include <vector>

#include "moments/plan.hpp"
#include "trace/trace.hpp"

namespace phasic {

/// Units of roundoff, given how exact rates and their derivatives are.
struct Count {
  double fixed = 0;
  double per_rate = 0;   ///< times the count of the worst rate
  double per_slope = 0;  ///< times the count of the worst derivative of a rate

  [[nodiscard]] double at(double rate, double slope) const {
    return fixed + (rate == 0 ? 0 : per_rate * rate) + (slope == 0 ? 0 : per_slope * slope);
  }
};

struct Roundings {
  std::vector<Count> values;   ///< by ingredient
  std::vector<Count> changes;  ///< by ingredient: of what its derivative gains, and of what it loses
};

/// O(edges), or less where the moments of one reward are all there is. The changes of a plan for the chain as
/// it starts are without what the derivatives of the rates add.
Roundings count_roundings(const Plan& plan, const Trace& trace);

}  // namespace phasic
