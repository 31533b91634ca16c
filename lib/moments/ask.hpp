// What can be asked of a distribution in a row of its own columns, and the names of those columns.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "moments/distribution.hpp"

namespace phasic {

/// P(R <= at) and its kin: at a time, a probability, or a point of the Laplace transform.
enum class AskKind { density, distribution, survival, quantile, laplace };

struct Ask {
  AskKind kind = AskKind::distribution;
  double at = 0;
};

/// `pdf.2`, `cdf.0.5`, `survival.1e-09`, `quantile.0.95`, `laplace.1`.
std::string name_of(const Ask& ask);

struct AskAnswer {
  std::vector<double> values;  ///< one per ask; NaN in each where there is an error
  std::string error;           ///< what no route gets to
};

/// Answers at the theta at which `distribution` is.
AskAnswer answer(Distribution& distribution, std::span<const Ask> asks);

}  // namespace phasic
