#include "moments/rates.hpp"

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <limits>
#include <utility>

#include "moments/task.hpp"
#include "replay/terms.hpp"
#include "replay/tracked_terms.hpp"

namespace phasic {

namespace {

/// Of a number as it is: with what is least of its magnitude in the denominator.
template <class Scalar>
double count_of(const Tracked<Scalar>& number) {
  if (is_exact(number)) return 0;
  if (is_lost(number)) return std::numeric_limits<double>::infinity();
  return slack * share(number.scale, least_magnitude(number));
}

/// Roundings of a class whose terms are exact and not negative, and of which no coefficient is: one a
/// product, but for the first where one of its factors is 1 or another power of two.
double rounding_count(std::span<const double> coefficients) {
  const auto first = std::ranges::find_if(coefficients, [](double x) { return x != 0; });
  if (first == coefficients.end()) return 0;
  int exponent = 0;
  const bool is_exact = first == coefficients.begin() || std::frexp(*first, &exponent) == 0.5;
  const auto products = std::count_if(first, coefficients.end(), [](double x) { return x != 0; });
  return static_cast<double>(products) - (is_exact ? 1 : 0);
}

/// What cannot be told from 0 in the last attempt in MPFR is 0.
void settle(Tracked<Mpfr>& weight, Chance chance) {
  if (chance == Chance::last && is_lost(weight) && is_finite(weight.scale)) set(weight, 0.0);
}
void settle(Tracked<double>& /*weight*/, Chance /*chance*/) {}

template <class Scalar>
void read_weights(const Trace& trace, std::span<const Tracked<Scalar>> terms, const Scalar& zero,
                  Chance chance, Rates<Scalar>& rates) {
  for (Tracked<Scalar>& weight : tracked_weights(trace, terms, zero)) {
    settle(weight, chance);
    rates.count = std::max(rates.count, count_of(weight));
    rates.weights.push_back(std::move(weight.value));
  }
}

template <class Scalar>
void read_slopes(const Trace& trace, const Terms& terms, std::span<const Tracked<Scalar>> theta,
                 const Scalar& zero, Chance chance, Rates<Scalar>& rates) {
  for (const auto& gradient : tracked_gradients(terms, theta, zero)) {
    auto& slopes = rates.slopes.emplace_back();
    auto& counts = rates.slope_counts.emplace_back();
    for (Tracked<Scalar>& slope : tracked_weights(trace, std::span<const Tracked<Scalar>>(gradient), zero)) {
      settle(slope, chance);
      counts.push_back(count_of(slope));
      rates.slope_count = std::max(rates.slope_count, counts.back());
      slopes.push_back(std::move(slope.value));
    }
  }
}

}  // namespace

RateReader::RateReader(const Graph& graph, const Trace& trace, Slopes slopes)
    : terms_(graph.terms()), trace_(trace), slopes_(slopes) {
  for (ClassId c = 0; c < trace.class_count(); ++c) {
    const auto coefficients = trace.coefficients(c);
    if (std::ranges::any_of(coefficients, [](double x) { return x < 0; }))
      mixed_.push_back(c);
    else
      count_ = std::max(count_, rounding_count(coefficients));
  }
  if (!terms_.derived.empty()) return;
  for (std::size_t p = 0; p < terms_.parameters.size(); ++p) {
    auto& column = constant_slopes_.emplace_back();
    for (ClassId c = 0; c < trace.class_count(); ++c) column.push_back(trace.coefficients(c)[1 + p]);
  }
}

bool RateReader::nothing_cancels_in_terms(const Theta& theta) const {
  return terms_.derived.empty() && std::ranges::all_of(theta.numbers, [](double x) { return x >= 0; });
}

RatesAt::RatesAt(const RateReader& reader_in, const Theta& theta_in) : reader(reader_in), theta(theta_in) {
  std::feclearexcept(FE_OVERFLOW | FE_UNDERFLOW);
  doubles = reader.at(theta, 0.0, Chance::another);
  if (range_of(0.0) == Range::left)
    doubles.count = doubles.slope_count = std::numeric_limits<double>::infinity();
}

Rates<double> RateReader::at(const Theta& theta, double zero, Chance chance) const {
  Rates<double> rates;
  const bool is_simple = nothing_cancels_in_terms(theta);
  std::vector<Tracked<double>> terms;
  if (!is_simple || !mixed_.empty()) terms = tracked_terms<double>(terms_, tracked_theta(theta, zero), zero);
  if (is_simple) {
    rates.weights = class_weights(trace_, evaluate_terms(terms_, theta.numbers, zero));
    rates.count = count_ + (theta.decimals.empty() ? 0 : 1);
    for (const ClassId c : mixed_)
      rates.count =
          std::max(rates.count, count_of(tracked_weight<double>(trace_.coefficients(c), terms, zero)));
  } else {
    read_weights<double>(trace_, terms, zero, chance, rates);
  }
  if (slopes_ == Slopes::none) return rates;
  rates.theta.assign(theta.numbers.begin(), theta.numbers.end());
  if (terms_.derived.empty())
    rates.slopes = constant_slopes_;
  else
    read_slopes<double>(trace_, terms_, tracked_theta(theta, zero), zero, chance, rates);
  return rates;
}

Rates<Mpfr> RateReader::at(const Theta& theta, const Mpfr& zero, Chance chance) const {
  Rates<Mpfr> rates;
  const auto numbers = tracked_theta(theta, zero);
  const auto terms = tracked_terms<Mpfr>(terms_, numbers, zero);
  read_weights<Mpfr>(trace_, terms, zero, chance, rates);
  if (slopes_ == Slopes::none) return rates;
  rates.theta.assign(theta.numbers.begin(), theta.numbers.end());
  read_slopes<Mpfr>(trace_, terms_, numbers, zero, chance, rates);
  return rates;
}

}  // namespace phasic
