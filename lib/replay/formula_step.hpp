// One step of a formula, in each scalar: NaN where it has no value.
#pragma once

#include "graph/terms.hpp"
#include "replay/mpfr.hpp"

namespace phasic {

/// Of four operands; those that the operation has not are not looked at.
double step_of(Operation operation, const double* operands);
/// `result` is none of the operands.
void step_of(Operation operation, Mpfr& result, const mpfr_srcptr* operands);

}  // namespace phasic
