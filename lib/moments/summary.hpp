// From the scaled moments that a replay gives to the statistics that were asked, in any scalar. Raw moments
// are sums of positive numbers; central ones are differences, so how much they cancel is told with them.
#pragma once

#include <utility>
#include <vector>

#include "moments/statistic.hpp"
#include "replay/arithmetic.hpp"

namespace phasic {

/// A number, and whether so little was left of its largest addend that it cannot be told from 0: then it is 0
/// (or has no value), and more digits have to decide whether that is true.
template <class Scalar>
struct Estimate {
  Scalar value;
  bool is_doubtful = false;
};

/// `sum`, unless less than `least` is left of its `largest` addend.
template <class Scalar>
Estimate<Scalar> checked_sum(Scalar sum, const Scalar& largest, double least) {
  if (is_zero(largest) || share(sum, largest) > least) return {std::move(sum), false};
  set(sum, 0.0);
  return {std::move(sum), true};
}

/// E[R^order]; `scaled` holds E[R^k] / k! for k = 1, 2, ...
template <class Scalar>
Scalar raw_moment(const std::vector<Scalar>& scaled, unsigned order) {
  Scalar moment = scaled[order - 1];
  for (unsigned k = 2; k <= order; ++k) multiply(moment, static_cast<double>(k));
  return moment;
}

/// E[R^2] - m^2, the square and the difference rounded once.
template <class Scalar>
Estimate<Scalar> variance(const std::vector<Scalar>& scaled, double least) {
  const Scalar square = raw_moment(scaled, 2);
  Scalar negated_mean = scaled[0];
  multiply(negated_mean, -1.0);
  Scalar result = square;
  add_product(result, negated_mean, scaled[0]);
  return checked_sum(std::move(result), square, least);
}

/// E[(R - m)^order] for order > 2, as order! times the sum over j of (-m)^(order-j) / (order-j)! E[R^j] / j!:
/// the scaled moments are used as they are.
template <class Scalar>
Estimate<Scalar> central_moment(const std::vector<Scalar>& scaled, unsigned order, double least) {
  Scalar power = scaled[0];  // (-m)^i / i!
  set(power, 1.0);
  Scalar sum = scaled[order - 1];
  Scalar largest = sum;
  for (unsigned i = 1; i <= order; ++i) {
    multiply(power, scaled[0]);
    divide(power, -static_cast<double>(i));
    Scalar addend = power;
    if (i < order) multiply(addend, scaled[order - i - 1]);
    add(sum, addend);
    if (is_larger(addend, largest)) largest = addend;
  }
  Estimate<Scalar> moment = checked_sum(std::move(sum), largest, least);
  for (unsigned k = 2; k <= order; ++k) multiply(moment.value, static_cast<double>(k));
  return moment;
}

/// A central moment over the power of the standard deviation that makes it a pure number; NaN without spread.
template <class Scalar>
Estimate<Scalar> standardised(const std::vector<Scalar>& scaled, unsigned order, double least) {
  Estimate<Scalar> moment = central_moment(scaled, order, least);
  Estimate<Scalar> deviation = variance(scaled, least);
  take_root(deviation.value);
  if (deviation.is_doubtful) set(moment.value, 0.0);
  for (unsigned k = 0; k < order; ++k) divide(moment.value, deviation.value);
  moment.is_doubtful = moment.is_doubtful || deviation.is_doubtful;
  return moment;
}

/// The statistic, from at least `order_needed(statistic)` scaled moments. `least` is the share of the largest
/// addend that has to be left of a difference.
template <class Scalar>
Estimate<Scalar> estimate(const Statistic& statistic, const std::vector<Scalar>& scaled, double least) {
  switch (statistic.kind) {
    case StatisticKind::variance:
      return variance(scaled, least);
    case StatisticKind::standard_deviation: {
      Estimate<Scalar> deviation = variance(scaled, least);
      take_root(deviation.value);
      return deviation;
    }
    case StatisticKind::skewness:
      return standardised(scaled, 3, least);
    case StatisticKind::kurtosis:
      return standardised(scaled, 4, least);
    case StatisticKind::central:
      if (statistic.order == 2) return variance(scaled, least);
      if (statistic.order > 2) return central_moment(scaled, statistic.order, least);
      break;
    case StatisticKind::mean:
    case StatisticKind::moment:
      return {raw_moment(scaled, order_needed(statistic)), false};
  }
  Scalar zero = scaled[0];  // E[R - m]
  set(zero, 0.0);
  return {std::move(zero), false};
}

}  // namespace phasic
