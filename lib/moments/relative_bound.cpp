#include "moments/relative_bound.hpp"

#include <limits>

namespace phasic {

double relative_bound(double value, double count) {
  constexpr double unit = 0x1p-53;
  constexpr double margin = 1.01;  // for the roundings of the bound itself
  const double share = margin * count * unit;
  if (!(share < 0.5)) return std::numeric_limits<double>::infinity();
  return value * share / (1 - share);
}

}  // namespace phasic
