#include "moments/walk_bounds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "moments/exact_sum.hpp"
#include "moments/relative_bound.hpp"
#include "moments/uniformisation.hpp"
#include "replay/tracked.hpp"

namespace phasic {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

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
  return worst / walk_bounds::unit + longest * longest * walk_bounds::unit;
}

}  // namespace

namespace walk_bounds {

double step_roundings(const Chain& chain) {
  std::vector<double> incoming(chain.size(), 0);
  for (const std::uint32_t target : chain.rows.targets) ++incoming[target];
  return (incoming.empty() ? 0 : std::ranges::max(incoming)) + 2;
}

double sum_roundings(const Chain& steps, double first, double last, double mean, double of_a_rate) {
  const double mode = std::floor(mean);
  const double of_weights = 36 + 2 * std::min(mode, 64.0) + 2 * std::max(last - mode, mode - first);
  const double of_the_matrix = of_a_rate * (last + 2 * mean) + worst_row(steps) * mean;
  return of_the_matrix + last + of_weights + (last - first + 3) + 2 * of_a_rate + 2;
}

double lost_below_range(const Chain& steps, double count) {
  constexpr double least = 1e-290;
  return least * (count + 2) * static_cast<double>(steps.size() + steps.rates.size() + 1);
}

bool has_repeats(const Chain& chain) {
  return std::ranges::adjacent_find(chain.positions) != chain.positions.end();
}

std::vector<double> staying_factors(double k, double staying) {
  const double share = slack * k * staying * unit;
  if (!(share < 0.1)) return {};
  std::vector<double> factors{1};
  for (unsigned j = 1; j <= most_at_once; ++j) factors.push_back(factors.back() * share / j);
  // Whatever is beyond.
  factors.push_back(k > most_at_once ? factors.back() * share : 0);
  return factors;
}

}  // namespace walk_bounds

using walk_bounds::count_of_a_rate;
using walk_bounds::lost_below_range;

/// Of a vector of states after so many steps and its sums.
double Walk::steps_rounded(double steps) const {
  const double of_a_summary = static_cast<double>(chain_.size()) / 8 + 17;
  return steps * walk_bounds::step_roundings(chain_) + of_a_summary;
}

double Walk::count_of_sum(const Weighted& of, double mean, double rate_count) const {
  const auto first = static_cast<double>(of.first);
  const auto last = std::max(static_cast<double>(of.last), mean);
  return steps_rounded(last) +
         walk_bounds::sum_roundings(chain_, first, last, mean, count_of_a_rate(chain_, rate_count));
}

Point Walk::continuous_error(const Weighted& of, double mean, double rate_count) const {
  const double count = count_of_sum(of, mean, rate_count);
  const double lost = lost_below_range(chain_, std::max(static_cast<double>(of.last), mean));
  return {relative_bound(of.point.density, count) + rate_ * lost,
          relative_bound(of.point.distribution, count) + lost,
          relative_bound(of.point.survival, count) + lost};
}

double Walk::steepest_density(double t, double rate_count, double time_count) {
  const double mean = rate_ * t;
  const Weighted of = weighted(mean);
  const PoissonWeights weights(mean);
  double change = 0;  // of k jumps, k - mean times what happens then
  double size = 0;
  const auto add = [&](double weight, std::uint64_t k) {
    const double part = weight * step(k).leaving * (static_cast<double>(k) - mean);
    change += part;
    size += std::fabs(part);
  };
  double weight = weights.at_mode();
  for (std::uint64_t k = weights.mode(); k <= of.last; weight = weights.up(weight, k), ++k) add(weight, k);
  weight = weights.at_mode();
  for (std::uint64_t k = weights.mode(); k > of.first;) {
    weight = weights.down(weight, k--);
    add(weight, k);
  }
  const double last = std::max(static_cast<double>(of.last), mean);
  const double count = count_of_sum(of, mean, rate_count) + last * (time_count + 1) + 8;
  const double error = relative_bound(rate_ * size + 2 * of.point.density, count);
  const double steepest =
      slack * (rate_ * std::fabs(change) + error + rate_ * lost_below_range(chain_, last)) / t;
  return steepest >= 0 ? steepest : infinity;
}

Walk::Occupation Walk::continuous_error(const Occupation& of, double t, double rate_count) const {
  const double mean = rate_ * t;
  Occupation error = of;
  if (mean == 0) {
    for (double& number : error.probability)
      number = relative_bound(number, count_of_a_rate(chain_, rate_count));
    return error;
  }
  const PoissonTable poisson(mean);
  const std::size_t beyond_all = poisson.weights.size();
  const auto last = static_cast<double>(beyond_all - 1);
  const auto seen = std::ranges::find_if(poisson.weights, [](double weight) { return weight > 0; });
  const auto first = static_cast<double>(seen - poisson.weights.begin());
  const double count =
      steps_rounded(last) - steps_rounded(0) +
      walk_bounds::sum_roundings(chain_, first, last, mean, count_of_a_rate(chain_, rate_count));
  // A weight's own sums begin at the last.
  const double count_of_time = count + (last - first) + last + 3;
  // Beyond the last, where the true chain's may be larger by what the count admits.
  constexpr double most_growth = 4;
  const double rest = most_growth * PoissonWeights(mean).beyond(poisson.weights.back(), beyond_all - 1);
  const double lost = lost_below_range(chain_, last) + rest;
  const double lost_time = lost * (t + 2 * (last + 2) / rate_);
  for (double& number : error.probability) number = relative_bound(number, count) + lost;
  for (double& number : error.time) number = relative_bound(number, count_of_time) + lost_time;
  return error;
}

/// What absolute errors of the probabilities of staying make of a part of what happened in k steps.
double Walk::moved_by_staying(std::uint64_t k, double staying, double Step::*part) const {
  const std::vector<double> factors = walk_bounds::staying_factors(static_cast<double>(k), staying);
  if (factors.empty()) return infinity;
  const bool stays_anywhere = walk_bounds::has_repeats(chain_);
  double sum = factors.back();
  for (std::uint64_t j = 1; j <= std::min<std::uint64_t>(k, walk_bounds::most_at_once); ++j)
    sum +=
        factors[j] * (stays_anywhere ? 1 : steps_[std::min<std::uint64_t>(k - j, steps_.size() - 1)].*part);
  return slack * sum;
}

Point Walk::discrete_error(const Point& point, double t, double rate_count) const {
  const double staying = chain_.stay_roundings + rate_count;
  const auto k = static_cast<std::uint64_t>(t);
  const double steps = static_cast<double>(k);
  const double count = steps_rounded(steps) + count_of_a_rate(chain_, rate_count) * (steps + 2);
  const double lost = lost_below_range(chain_, steps);
  Point error{0, relative_bound(point.distribution, count), relative_bound(point.survival, count) + lost};
  // A product with as many rates as steps, each up to its roundings.
  const double stretch = 1 + relative_bound(1, count);
  error.survival += stretch * moved_by_staying(k, staying, &Step::alive);
  // Who is gone stays gone, so here what happened in fewer steps is less.
  error.distribution = walk_bounds::has_repeats(chain_)
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
  const std::vector<double> factors = walk_bounds::staying_factors(steps, staying);
  follow(last, [&](std::uint64_t k, const std::vector<double>& states) {
    if (k == last) found.value.probability = states;
    for (std::size_t i = 0; k < last && i < states.size(); ++i) {
      found.value.time[i] += states[i];
      if (last - k <= walk_bounds::most_at_once && !factors.empty())
        found.error.probability[i] += factors[last - k] * states[i];
    }
  });
  const double count =
      walk_bounds::step_roundings(chain_) * steps + count_of_a_rate(chain_, rate_count) * (steps + 2);
  const double lost = lost_below_range(chain_, steps);
  const double stretch = slack * (1 + relative_bound(1, count));
  for (std::size_t i = 0; i < none.size(); ++i) {
    double& error = found.error.probability[i];
    const double moved = factors.empty() ? infinity : stretch * (error + factors.back());
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
