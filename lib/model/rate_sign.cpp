#include "model/rate_sign.hpp"

#include <algorithm>

namespace phasic {

bool is_never_positive(std::span<const double> coefficients, std::size_t theta_count) {
  const auto of_theta = coefficients.first(1 + theta_count);
  const auto of_derived = coefficients.subspan(1 + theta_count);
  return std::ranges::all_of(of_theta, [](double value) { return value <= 0; }) &&
         std::ranges::all_of(of_derived, [](double value) { return value == 0; });
}

}  // namespace phasic
