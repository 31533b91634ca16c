// From the ingredients that solves give to the statistics that were asked, for values (Tracked) and for
// derivatives (Dual) alike. Raw moments are sums of positive numbers; central ones are differences.
#pragma once

#include <span>
#include <utility>

#include "moments/dual.hpp"
#include "moments/plan.hpp"

namespace phasic {

/// E[R^order]; `scaled` holds E[R^k] / k! for k = 1, 2, ...
template <class Number>
Number raw_moment(std::span<const Number> scaled, unsigned order) {
  Number moment = scaled[order - 1];
  for (unsigned k = 2; k <= order; ++k) multiply(moment, static_cast<double>(k));
  return moment;
}

/// product - a b, the product and the difference rounded once.
template <class Number>
Number less_product(Number product, Number a, const Number& b) {
  multiply(a, -1.0);
  add_product(product, a, b);
  return product;
}

template <class Number>
Number variance(std::span<const Number> scaled) {
  return less_product(raw_moment(scaled, 2), scaled[0], scaled[0]);
}

template <class Number>
Number standard_deviation(std::span<const Number> scaled) {
  Number deviation = variance(scaled);
  take_root(deviation);
  return deviation;
}

/// E[(R - m)^order] for order > 2, as order! times the sum over j of (-m)^(order-j) / (order-j)! E[R^j] / j!:
/// the scaled moments are used as they are.
template <class Number>
Number central_moment(std::span<const Number> scaled, unsigned order) {
  Number power = scaled[0];  // (-m)^i / i!
  set(power, 1.0);
  Number sum = scaled[order - 1];
  for (unsigned i = 1; i <= order; ++i) {
    multiply(power, scaled[0]);
    divide(power, -static_cast<double>(i));
    Number addend = power;
    if (i < order) multiply(addend, scaled[order - i - 1]);
    add(sum, addend);
  }
  for (unsigned k = 2; k <= order; ++k) multiply(sum, static_cast<double>(k));
  return sum;
}

/// A central moment over the power of the standard deviation that makes it a pure number; NaN without spread.
template <class Number>
Number standardised(std::span<const Number> scaled, unsigned order) {
  Number moment = central_moment(scaled, order);
  const Number deviation = standard_deviation(scaled);
  for (unsigned k = 0; k < order; ++k) divide(moment, deviation);
  return moment;
}

template <class Number>
Number correlation(Number covariance, std::span<const Number> a, std::span<const Number> b) {
  divide(covariance, standard_deviation(b));
  divide(covariance, standard_deviation(a));
  return covariance;
}

/// The column, from the plan's ingredients.
template <class Number>
Number column_value(const Statistic& column, const Plan& plan, std::span<const Number> ingredients) {
  const auto moments = [&](std::size_t reward) {
    return ingredients.subspan(plan.first_moment(reward), plan.order(reward));
  };
  const auto covariance = [&] {
    return less_product(ingredients[plan.product(column.reward, column.other)], moments(column.reward)[0],
                        moments(column.other)[0]);
  };
  const auto scaled = moments(column.reward);
  switch (column.kind) {
    case StatisticKind::variance:
      return variance(scaled);
    case StatisticKind::standard_deviation:
      return standard_deviation(scaled);
    case StatisticKind::skewness:
      return standardised(scaled, 3);
    case StatisticKind::kurtosis:
      return standardised(scaled, 4);
    case StatisticKind::central:
      if (column.order == 2) return variance(scaled);
      if (column.order > 2) return central_moment(scaled, column.order);
      break;
    case StatisticKind::mean:
    case StatisticKind::moment:
      return raw_moment(scaled, order_needed(column));
    case StatisticKind::covariance:
      return covariance();
    case StatisticKind::correlation:
      return correlation(covariance(), scaled, moments(column.other));
    case StatisticKind::atom:
    case StatisticKind::sojourn:
    case StatisticKind::visits:
    case StatisticKind::probability:
      return ingredients[plan.find(*special_ingredient(column))];
  }
  Number zero = scaled[0];  // E[R - m]
  set(zero, 0.0);
  return zero;
}

}  // namespace phasic
