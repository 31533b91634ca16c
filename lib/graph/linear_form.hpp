// A formula as a sum of multiples, which is what an edge's rate is: constant, plus coefficients times
// parameters, plus coefficients times formulas that are no sums. Products of sums are left as they were
// written: (1 - p)^2 multiplied out would cancel.
#pragma once

#include <map>

#include "graph/formula.hpp"

namespace phasic {

struct LinearForm {
  double constant = 0;
  /// Coefficients by node: a parameter, or what cannot be taken apart (2*p*q/3 is 2/3 times p*q).
  std::map<FormulaRecorder::Node, double> parts;
};

/// Takes the formula of `value` apart; nodes for its parts are recorded where they are new. Its constants are
/// folded, as FormulaReader leaves it. A coefficient may come out as infinity.
LinearForm linear_form(FormulaRecorder& recorder, FormulaRecorder::Node value);

}  // namespace phasic
