// How wrong a sum over steps can be. docs/numerics.md, section 5, derives every line.
#include <algorithm>
#include <cmath>
#include <limits>

#include "moments/exact_sum.hpp"
#include "moments/relative_bound.hpp"
#include "moments/uniformisation.hpp"

namespace phasic {

namespace {

constexpr double unit = 0x1p-53;
constexpr double slack = 1.01;  // for the roundings of the bound itself
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::uint64_t most_at_once = 8;  // steps in which staying was wrong

/// What the rows of a matrix of steps lack to 1 or have beyond it, in units of roundoff.
double worst_row(const Chain& chain) {
  double worst = 0;
  double longest = 0;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    ExactSum rest(1);
    rest.subtract(chain.exits[i]);
    rest.subtract(chain.stays[i]);
    for (const double rate :
         std::span(chain.rates)
             .subspan(chain.rows.offsets[i], chain.rows.offsets[i + 1] - chain.rows.offsets[i]))
      rest.subtract(rate);
    worst = std::max(worst, std::fabs(rest.value()));
    longest = std::max(longest, static_cast<double>(chain.rows[i].size()) + 3);
  }
  return worst / unit + longest * longest * unit;
}

/// Whether some position is several states in a row, so that staying is an edge.
bool has_repeats(const Chain& chain) {
  return std::ranges::adjacent_find(chain.positions) != chain.positions.end();
}

}  // namespace

double Walk::step_roundings() const {
  const auto& offsets = incoming_.sources.offsets;
  double longest = 0;
  for (std::size_t row = 0; row + 1 < offsets.size(); ++row)
    longest = std::max(longest, static_cast<double>(offsets[row + 1] - offsets[row]));
  return longest + 2;
}

/// Of a vector of states after so many steps and its sums.
double Walk::steps_rounded(double steps) const {
  const double of_a_summary = static_cast<double>(chain_.size()) / 8 + 17;
  return steps * step_roundings() + of_a_summary;
}

/// What is taken for 0 on the way, and what has no digits left.
double Walk::lost_below_range(double steps) const {
  constexpr double least = 1e-290;
  return least * (steps + 2) * static_cast<double>(chain_.size() + chain_.rates.size() + 1);
}

/// Of a sum over these steps, but for what the steps themselves were rounded.
double Walk::sum_rounded(double first, double last, double mean, double of_a_rate) const {
  const double mode = std::floor(mean);
  const double of_weights = 36 + 2 * std::min(mode, 64.0) + 2 * std::max(last - mode, mode - first);
  const double of_the_matrix = of_a_rate * (last + 2 * mean) + worst_row(chain_) * mean;
  return of_the_matrix + last + of_weights + (last - first + 3) + 2 * of_a_rate + 2;
}

Point Walk::continuous_error(const Weighted& of, double mean, double rate_count) const {
  const auto first = static_cast<double>(of.first);
  const auto last = std::max(static_cast<double>(of.last), mean);
  const double count = steps_rounded(last) + sum_rounded(first, last, mean, of_a_rate(rate_count));
  const double lost = lost_below_range(last);
  return {relative_bound(of.point.density, count) + rate_ * lost,
          relative_bound(of.point.distribution, count) + lost,
          relative_bound(of.point.survival, count) + lost};
}

Walk::Occupation Walk::continuous_error(const Occupation& of, double t, double rate_count) const {
  const double mean = rate_ * t;
  Occupation error = of;
  if (mean == 0) {
    for (double& number : error.probability) number = relative_bound(number, of_a_rate(rate_count));
    return error;
  }
  const PoissonTable poisson(mean);
  const std::size_t beyond_all = poisson.weights.size();
  const auto last = static_cast<double>(beyond_all - 1);
  const auto seen = std::ranges::find_if(poisson.weights, [](double weight) { return weight > 0; });
  const auto first = static_cast<double>(seen - poisson.weights.begin());
  const double count =
      steps_rounded(last) - steps_rounded(0) + sum_rounded(first, last, mean, of_a_rate(rate_count));
  // A weight's own sums begin at the last.
  const double count_of_time = count + (last - first) + last + 3;
  // Beyond the last, where the true chain's may be larger by what the count admits.
  constexpr double most_growth = 4;
  const double rest = most_growth * PoissonWeights(mean).beyond(poisson.weights.back(), beyond_all - 1);
  const double lost = lost_below_range(last) + rest;
  const double lost_time = lost * (t + 2 * (last + 2) / rate_);
  for (double& number : error.probability) number = relative_bound(number, count) + lost;
  for (double& number : error.time) number = relative_bound(number, count_of_time) + lost_time;
  return error;
}

/// What absolute errors of the probabilities of staying make of a part of what happened in k steps.
double Walk::moved_by_staying(std::uint64_t k, double staying, double Step::*part) const {
  const double share = slack * static_cast<double>(k) * staying * unit;
  if (!(share < 0.1)) return infinity;
  const bool stays_anywhere = has_repeats(chain_);
  double sum = 0;
  double factor = 1;
  for (std::uint64_t j = 1; j <= std::min(k, most_at_once); ++j) {
    factor *= share / static_cast<double>(j);
    sum += factor * (stays_anywhere ? 1 : steps_[std::min<std::uint64_t>(k - j, steps_.size() - 1)].*part);
  }
  return slack * (sum + (k > most_at_once ? factor * share : 0));
}

Point Walk::discrete_error(const Point& point, double t, double rate_count) const {
  const double staying = chain_.stay_roundings + rate_count;
  const auto k = static_cast<std::uint64_t>(t);
  const double steps = static_cast<double>(k);
  const double count = steps_rounded(steps) + of_a_rate(rate_count) * (steps + 2);
  const double lost = lost_below_range(steps);
  Point error{0, relative_bound(point.distribution, count), relative_bound(point.survival, count) + lost};
  // A product with as many rates as steps, each up to its roundings.
  const double stretch = 1 + relative_bound(1, count);
  error.survival += stretch * moved_by_staying(k, staying, &Step::alive);
  // Who is gone stays gone, so here what happened in fewer steps is less.
  error.distribution = has_repeats(chain_)
                           ? error.distribution + stretch * moved_by_staying(k, staying, &Step::gone)
                           : relative_bound(point.distribution, count + staying * steps);
  error.distribution += lost;
  if (steps != t) return error;
  error.density = relative_bound(point.density, count) + lost;
  if (k > 0) error.density += stretch * moved_by_staying(k - 1, staying, &Step::leaving);
  return error;
}

Walk::BoundedOccupation Walk::discrete_occupation(double t, double rate_count) const {
  const auto last = static_cast<std::uint64_t>(t);
  const auto steps = static_cast<double>(last);
  const double staying = chain_.stay_roundings + rate_count;
  const std::vector<double> none(chain_.size(), 0.0);
  BoundedOccupation found{{none, none}, {none, none}};
  // What staying can have moved: sums over j of (steps staying)^j / j! times where it was j steps before.
  const double share = slack * steps * staying * unit;
  std::vector<double> factors{1};
  for (std::uint64_t j = 1; j <= most_at_once; ++j)
    factors.push_back(factors.back() * share / static_cast<double>(j));
  follow(last, [&](std::uint64_t k, const std::vector<double>& states) {
    if (k == last) found.value.probability = states;
    for (std::size_t i = 0; k < last && i < states.size(); ++i) {
      found.value.time[i] += states[i];
      if (last - k <= most_at_once) found.error.probability[i] += factors[last - k] * states[i];
    }
  });
  const double rest = last > most_at_once ? factors.back() * share : 0;
  const double count = step_roundings() * steps + of_a_rate(rate_count) * (steps + 2);
  const double lost = lost_below_range(steps);
  const double stretch = slack * (1 + relative_bound(1, count));
  for (std::size_t i = 0; i < none.size(); ++i) {
    double& error = found.error.probability[i];
    const double moved = share < 0.1 ? stretch * (error + rest) : infinity;
    error = moved + relative_bound(found.value.probability[i], count) + lost;
    found.error.time[i] = relative_bound(found.value.time[i], count + steps * (staying + 1)) + steps * lost;
  }
  return found;
}

Walk::Bounded Walk::bounded_at(double t, double rate_count, double atom_error) {
  const bool is_discrete = chain_.time == TimeKind::discrete;
  Bounded found;
  if (!std::isfinite(rate_count)) {
    found = {at(t), {infinity, infinity, infinity}};
  } else if (is_discrete) {
    found.value = at(t);
    found.error = discrete_error(found.value, t, rate_count);
  } else {
    const double mean = rate_ * t;
    const Weighted sum = weighted(mean);
    found = {sum.point, continuous_error(sum, mean, rate_count)};
  }
  found.error.distribution += atom_error;
  if (is_discrete && t == 0) found.error.density += atom_error;
  return found;
}

Walk::BoundedOccupation Walk::bounded_occupation(double t, double rate_count) const {
  if (!std::isfinite(rate_count)) {
    const std::vector<double> unknown(chain_.size(), infinity);
    return {occupation(t), {unknown, unknown}};
  }
  if (chain_.time == TimeKind::discrete) return discrete_occupation(t, rate_count);
  BoundedOccupation found{occupation(t), {}};
  found.error = continuous_error(found.value, t, rate_count);
  return found;
}

}  // namespace phasic
