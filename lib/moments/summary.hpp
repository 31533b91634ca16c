// From the scaled moments that a replay gives to the statistics that were asked, in any scalar.
#pragma once

#include <vector>

#include "moments/statistic.hpp"
#include "replay/arithmetic.hpp"

namespace phasic {

/// E[R^order]; `scaled` holds E[R^k] / k! for k = 1, 2, ...
template <class Scalar>
Scalar raw_moment(const std::vector<Scalar>& scaled, unsigned order) {
  Scalar moment = scaled[order - 1];
  for (unsigned k = 2; k <= order; ++k) multiply(moment, static_cast<double>(k));
  return moment;
}

template <class Scalar>
Scalar variance(const std::vector<Scalar>& scaled) {
  Scalar result = raw_moment(scaled, 2);
  Scalar negated_mean = scaled[0];
  multiply(negated_mean, -1.0);
  add_product(result, negated_mean, scaled[0]);
  return result;
}

/// The statistic, from at least `order_needed(statistic)` scaled moments.
template <class Scalar>
Scalar value_of(const Statistic& statistic, const std::vector<Scalar>& scaled) {
  return statistic.kind == StatisticKind::variance ? variance(scaled)
                                                   : raw_moment(scaled, order_needed(statistic));
}

}  // namespace phasic
