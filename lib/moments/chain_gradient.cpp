// Derivatives of a chain's numbers, and how exact these are.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "moments/chain_elimination.hpp"
#include "moments/missing_start.hpp"
#include "replay/tracked.hpp"

namespace phasic {

namespace {

double value_of(const Sloped& number) {
  return number.value;
}
double slope_of(const Sloped& number) {
  return number.slope;
}
double slope_of(const TrackedSloped<double>& number) {
  return number.slope.value;
}
double slope_of(const TrackedSloped<Mpfr>& number) {
  return number.slope.value.to_double();
}
/// In units of a double's roundoff, what rounding to one does included.
template <class Scalar>
double slope_error_of(const TrackedSloped<Scalar>& number) {
  Scalar error = number.slope.scale;
  multiply_by_unit(error, number.slope.value);
  double in_doubles = 0;
  set(in_doubles, error);
  in_doubles =
      slack * (std::ldexp(in_doubles, std::numeric_limits<double>::digits) + std::fabs(slope_of(number)));
  return in_doubles >= 0 ? in_doubles : std::numeric_limits<double>::infinity();
}

/// One part of each number.
template <class Number>
ChainNumbers numbers_of(const typename ChainElimination<Number>::Numbers& numbers,
                        double (*part_of)(const Number&)) {
  const auto parts_of = [&](const std::vector<Number>& all) {
    std::vector<double> parts;
    parts.reserve(all.size());
    for (const Number& number : all) parts.push_back(part_of(number));
    return parts;
  };
  return {parts_of(numbers.rates), parts_of(numbers.exits), parts_of(numbers.stays), parts_of(numbers.start),
          part_of(numbers.atom)};
}

/// Which classes are edges at a theta or next to it.
std::vector<bool> edge_makers(std::span<const double> weights, std::span<const std::vector<double>> slopes) {
  std::vector<bool> make_edges;
  for (std::size_t c = 0; c < weights.size(); ++c) {
    const auto changes = [c](const std::vector<double>& by_class) { return by_class[c] != 0; };
    make_edges.push_back(weights[c] != 0 || std::ranges::any_of(slopes, changes));
  }
  return make_edges;
}

/// The slopes of a chain by one parameter, and how exact these are.
struct TrackedSlopes {
  ChainNumbers slopes;
  ChainNumbers errors;
};

template <class Scalar>
TrackedSlopes track_slopes(const Trace& trace, const Rates<Scalar>& rates, std::size_t parameter,
                           const std::vector<bool>& make_edges, std::span<const double> rewards,
                           const std::vector<Fate>& fates) {
  const WeightCounts counts{rates.count, rates.slope_counts};
  std::vector<TrackedSloped<Scalar>> sloped;
  for (std::size_t c = 0; c < rates.weights.size(); ++c) {
    sloped.emplace_back(with_count(rates.weights[c], counts.weights),
                        with_count(rates.slopes[parameter][c], counts.slope(parameter, c)));
  }
  Chain chain;
  using Number = TrackedSloped<Scalar>;
  const auto numbers = ChainElimination<Number>(trace, {sloped, make_edges}, rewards, fates).finish(chain);
  return {numbers_of<Number>(numbers, slope_of), numbers_of<Number>(numbers, slope_error_of<Scalar>)};
}

double sum_of_magnitudes(const ChainNumbers& numbers) {
  double sum = std::fabs(numbers.atom);
  for (const auto* part : {&numbers.rates, &numbers.exits, &numbers.stays, &numbers.start}) {
    for (const double number : *part) sum += std::fabs(number);
  }
  return sum;
}

/// Adds how far one is from the other, in units of roundoff.
void add_distance(ChainNumbers& errors, const ChainNumbers& a, const ChainNumbers& b) {
  const auto add = [](double& error, double x, double y) {
    error += slack * std::ldexp(std::fabs(x - y), std::numeric_limits<double>::digits);
    if (std::isnan(error)) error = std::numeric_limits<double>::infinity();
  };
  const auto add_all = [&](std::vector<double> ChainNumbers::*part) {
    for (std::size_t i = 0; i < (a.*part).size(); ++i) add((errors.*part)[i], (a.*part)[i], (b.*part)[i]);
  };
  add_all(&ChainNumbers::rates);
  add_all(&ChainNumbers::exits);
  add_all(&ChainNumbers::stays);
  add_all(&ChainNumbers::start);
  add(errors.atom, a.atom, b.atom);
}

}  // namespace

ChainGradient make_chain_gradient(const Trace& trace, std::span<const double> weights,
                                  std::span<const std::vector<double>> slopes,
                                  std::span<const double> rewards, const std::vector<Fate>& fates) {
  const std::vector<bool> make_edges = edge_makers(weights, slopes);
  ChainGradient result;
  std::vector<Sloped> sloped(weights.size());
  for (const std::vector<double>& by_class : slopes) {
    for (std::size_t c = 0; c < sloped.size(); ++c) sloped[c] = {weights[c], by_class[c]};
    const auto numbers =
        ChainElimination<Sloped>(trace, {sloped, make_edges}, rewards, fates).finish(result.chain);
    static_cast<ChainNumbers&>(result.chain) = numbers_of<Sloped>(numbers, value_of);
    result.slopes.push_back(numbers_of<Sloped>(numbers, slope_of));
  }
  result.chain.atom += missing_start(trace, weights);
  return result;
}

void add_errors(ChainGradient& gradient, const Trace& trace, const RatesAt& rates,
                std::span<const double> rewards, const std::vector<Fate>& fates) {
  constexpr mpfr_prec_t most_bits = 4096;
  const bool some_are_eliminated = std::ranges::any_of(rewards, [](double reward) { return reward == 0; });
  const bool may_be_better = some_are_eliminated && std::isfinite(rates.doubles.count);
  const std::vector<bool> make_edges = edge_makers(rates.doubles.weights, rates.doubles.slopes);
  gradient.errors.clear();
  for (std::size_t p = 0; p < gradient.slopes.size(); ++p) {
    TrackedSlopes tracked = track_slopes(trace, rates.doubles, p, make_edges, rewards, fates);
    // Rates are as bad, and count in every step.
    const double enough = gradient.chain.roundings * sum_of_magnitudes(gradient.slopes[p]);
    for (mpfr_prec_t bits = 2 * default_mpfr_bits; may_be_better && bits <= most_bits; bits *= 2) {
      if (sum_of_magnitudes(tracked.errors) <= enough) break;
      tracked = track_slopes(trace, rates.in_bits(bits), p, make_edges, rewards, fates);
    }
    add_distance(tracked.errors, tracked.slopes, gradient.slopes[p]);
    gradient.errors.push_back(std::move(tracked.errors));
  }
}

MpfrSlopes make_slopes(const Trace& trace, std::span<const Mpfr> weights, double count,
                       std::span<const Tracked<Mpfr>> slopes, std::span<const double> rewards,
                       const std::vector<Fate>& fates) {
  using Sloping = TrackedSloped<Mpfr>;
  std::vector<Sloping> sloped;
  for (std::size_t c = 0; c < weights.size(); ++c)
    sloped.emplace_back(with_count(weights[c], count), slopes[c]);
  Chain shape;
  auto numbers =
      ChainElimination<Sloping>(trace, {sloped, edge_makers(weights, slopes)}, rewards, fates).finish(shape);
  const auto slopes_of = [](std::vector<Sloping>& all) {
    std::vector<Tracked<Mpfr>> result;
    for (Sloping& number : all) result.push_back(std::move(number.slope));
    return result;
  };
  return {slopes_of(numbers.rates), slopes_of(numbers.exits), slopes_of(numbers.stays),
          slopes_of(numbers.start), std::move(numbers.atom.slope)};
}

}  // namespace phasic
