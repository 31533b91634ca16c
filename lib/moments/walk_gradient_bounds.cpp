#include "moments/walk_gradient_bounds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "moments/relative_bound.hpp"
#include "moments/walk_bounds.hpp"
#include "replay/tracked.hpp"

namespace phasic {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double negligible = 1e-18;
constexpr double least_weight = 1e-300;

double longest_row(const Chain& chain) {
  std::size_t longest = 0;
  for (std::size_t i = 0; i < chain.size(); ++i) longest = std::max(longest, chain.rows[i].size());
  return static_cast<double>(longest);
}

/// Of a sum of what there is of something, computed with as many roundings as are to be bounded.
double bound_of(double size, double count) {
  return relative_bound(size, count) * (1 + relative_bound(1, count));
}

/// A bound is a number.
double known_or_infinite(double bound) {
  return bound >= 0 ? bound : infinity;
}
Point known_or_infinite(const Point& bound) {
  return {known_or_infinite(bound.density), known_or_infinite(bound.distribution),
          known_or_infinite(bound.survival)};
}

}  // namespace

WalkGradientBounds::Parameter::Parameter(Layers&& layers_in)
    : is_known(std::isfinite(layers_in.largest_row) && std::isfinite(layers_in.start)),
      layers{{}, layers_in.count, layers_in.addends, layers_in.largest_row, layers_in.start},
      walk(std::move(layers_in.chain)),
      now(walk.start()) {}

WalkGradientBounds::WalkGradientBounds(const ChainGradient& gradient, double rate, double rate_count)
    : rate_(rate), rate_count_(rate_count), chain_(with_steps(gradient.chain, rate)) {
  for (std::size_t p = 0; p < gradient.slopes.size(); ++p)
    parameters_.emplace_back(layers_of(gradient.slopes[p], gradient.errors[p]));
}

WalkGradientBounds::Layers WalkGradientBounds::layers_of(const ChainNumbers& slopes,
                                                         const ChainNumbers& errors) const {
  const auto n = static_cast<std::uint32_t>(chain_.size());
  const bool is_discrete = chain_.time == TimeKind::discrete;
  const double time_unit = is_discrete ? 1 : rate_;
  const double longest = longest_row(chain_);
  const double of_a_slope = longest + 16;
  // As large as the derivative, and large enough for its error.
  const auto size_of = [&](double slope, double error) {
    return std::max(std::fabs(slope), error / of_a_slope);
  };
  Layers layers;
  layers.count = of_a_slope + longest + 3;
  Chain& chain = layers.chain;
  chain.time = TimeKind::discrete;
  chain.stays = chain_.stays;
  for (std::uint32_t i = 0; i < n; ++i) {
    const double exit = size_of(slopes.exits[i], errors.exits[i]) / time_unit;
    double row = exit;
    if (exit > 0) ++layers.addends;
    for (std::uint32_t e = chain_.rows.offsets[i]; e < chain_.rows.offsets[i + 1]; ++e) {
      const double size = size_of(slopes.rates[e], errors.rates[e]) / time_unit;
      row += size;
      chain.rows.targets.insert(chain.rows.targets.end(),
                                {chain_.rows.targets[e], n + chain_.rows.targets[e]});
      chain.rates.insert(chain.rates.end(), {chain_.rates[e], size});
    }
    const double stay = is_discrete ? size_of(slopes.stays[i], errors.stays[i]) : row;
    chain.rows.targets.push_back(n + i);
    chain.rates.push_back(stay);
    chain.rows.offsets.push_back(static_cast<std::uint32_t>(chain.rows.targets.size()));
    chain.exits.push_back(exit);
    chain.start.push_back(chain_.start[i]);
    layers.largest_row = std::max(layers.largest_row, row + stay);
  }
  for (std::uint32_t i = 0; i < n; ++i) {
    for (std::uint32_t e = chain_.rows.offsets[i]; e < chain_.rows.offsets[i + 1]; ++e) {
      chain.rows.targets.push_back(n + chain_.rows.targets[e]);
      chain.rates.push_back(chain_.rates[e]);
    }
    chain.rows.offsets.push_back(static_cast<std::uint32_t>(chain.rows.targets.size()));
    chain.exits.push_back(chain_.exits[i]);
    chain.stays.push_back(chain_.stays[i]);
    chain.start.push_back(size_of(slopes.start[i], errors.start[i]));
    layers.start += chain.start.back();
  }
  chain.atom = size_of(slopes.atom, errors.atom);
  layers.start += chain.atom;
  chain.positions.resize(chain.size());
  std::iota(chain.positions.begin(), chain.positions.end(), 0);
  return layers;
}

WalkGradientBounds::Step WalkGradientBounds::summary(const Walk::State& now, const Chain& layers) const {
  Step step;
  step.size.distribution = now.gone;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    step.size.density += now.states[i] * layers.exits[i];
    (i < chain_.size() ? step.alive : step.size.survival) += now.states[i];
  }
  return step;
}

const WalkGradientBounds::Step& WalkGradientBounds::step(Parameter& parameter, std::uint64_t k) const {
  auto& [is_known, layers, walk, now, steps] = parameter;
  if (steps.empty()) steps.push_back(summary(now, walk.chain()));
  // Where nothing is left, nothing happens any more.
  while (steps.size() <= k && steps.back().alive + steps.back().size.survival > 0) {
    walk.advance(now);
    steps.push_back(summary(now, walk.chain()));
  }
  return steps[std::min<std::uint64_t>(k, steps.size() - 1)];
}

/// Roundings of a vector of derivatives after so many steps, and of its sums.
double WalkGradientBounds::count_of_steps(const Parameter& parameter, double steps) const {
  const double of_a_summary = static_cast<double>(chain_.size()) + parameter.layers.addends + 9;
  return steps * (walk_bounds::step_roundings(chain_) + 3) + of_a_summary + parameter.layers.count + 8;
}

double WalkGradientBounds::lost(const Parameter& parameter, double steps) const {
  const double of_states = walk_bounds::lost_below_range(chain_, steps);
  return 2 * of_states * (1 + parameter.layers.largest_row * (steps + 2));
}

Point WalkGradientBounds::continuous_error(Parameter& parameter, double mean, double time_count) const {
  const double of_a_rate = walk_bounds::count_of_a_rate(chain_, rate_count_);
  Point sum;
  const auto add = [&](double weight, const Point& size) {
    sum.density += weight * size.density;
    sum.distribution += weight * size.distribution;
    sum.survival += weight * size.survival;
  };
  double count = of_a_rate + count_of_steps(parameter, 0);
  double last = 0;
  if (mean == 0) {
    add(1, step(parameter, 0).size);
  } else {
    const PoissonWeights weights(mean);
    double weight = weights.at_mode();
    for (std::uint64_t k = weights.mode(); weight > least_weight; weight = weights.up(weight, k), ++k) {
      const Step now = step(parameter, k);
      add(weight, now.size);
      last = static_cast<double>(k);
      if (last <= mean) continue;
      // m steps later there is more by m times what a step adds to who is alive now, at most.
      const double growth = 1 + (last + 1) / (last + 1 - mean);
      const double states = now.size.survival + parameter.layers.largest_row * now.alive * growth;
      const double rest = weights.beyond(weight, k);
      if (rest * states <= negligible * std::min(sum.survival, sum.density) &&
          rest * (states + now.size.distribution) <= negligible * sum.distribution)
        break;
    }
    double first = static_cast<double>(weights.mode());
    weight = weights.at_mode();
    for (std::uint64_t k = weights.mode(); k > 0;) {
      weight = weights.down(weight, k--);
      if (weight < least_weight) break;
      first = static_cast<double>(k);
      add(weight, step(parameter, k).size);
    }
    last = std::max(last, mean);
    count = count_of_steps(parameter, last) + last * time_count +
            walk_bounds::sum_roundings(chain_, first, last, mean, of_a_rate);
  }
  const double below = lost(parameter, last);
  return {rate_ * (bound_of(sum.density, count + 3) + below), bound_of(sum.distribution, count) + below,
          bound_of(sum.survival, count) + below};
}

Point WalkGradientBounds::discrete_error(Parameter& parameter, double t) const {
  const auto k = static_cast<std::uint64_t>(t);
  const auto steps = static_cast<double>(k);
  const double staying = chain_.stay_roundings + rate_count_;
  const std::vector<double> factors = walk_bounds::staying_factors(steps, staying);
  if (factors.empty()) return {infinity, infinity, infinity};
  const double count =
      count_of_steps(parameter, steps) + walk_bounds::count_of_a_rate(chain_, rate_count_) * (steps + 2);
  const double below = lost(parameter, steps);
  const bool stays_anywhere = walk_bounds::has_repeats(chain_);
  const double at_most = parameter.layers.start + parameter.layers.largest_row * steps;
  // What there was in so many steps, with its roundings and with staying that was wrong.
  const auto error_of = [&](std::uint64_t until, double Point::*part) {
    double moved = factors.back() * at_most;
    for (std::uint64_t j = 1; j <= std::min<std::uint64_t>(until, walk_bounds::most_at_once); ++j)
      moved += factors[j] * (stays_anywhere ? at_most : step(parameter, until - j).size.*part);
    return bound_of(step(parameter, until).size.*part, count) +
           slack * (1 + relative_bound(1, count)) * moved + below;
  };
  Point error{0, error_of(k, &Point::distribution), error_of(k, &Point::survival)};
  if (steps != t) return error;
  error.density = k > 0 ? error_of(k - 1, &Point::density) : error.distribution;
  return error;
}

std::vector<Point> WalkGradientBounds::at(double t, double time_count) {
  std::vector<Point> errors;
  for (Parameter& parameter : parameters_) {
    if (!parameter.is_known || !std::isfinite(rate_count_) || !std::isfinite(time_count))
      errors.push_back({infinity, infinity, infinity});
    else if (chain_.time == TimeKind::discrete)
      errors.push_back(known_or_infinite(discrete_error(parameter, t)));
    else
      errors.push_back(known_or_infinite(continuous_error(parameter, rate_ * t, time_count)));
  }
  return errors;
}

Walk::Occupation WalkGradientBounds::continuous_occupation(const Parameter& parameter, double t) const {
  const std::size_t n = chain_.size();
  const double of_a_rate = walk_bounds::count_of_a_rate(chain_, rate_count_);
  const double mean = rate_ * t;
  Walk::Occupation error{std::vector<double>(n, 0.0), std::vector<double>(n, 0.0)};
  if (mean == 0) {
    const Walk::State start = parameter.walk.start();
    for (std::size_t i = 0; i < n; ++i)
      error.probability[i] = bound_of(start.states[n + i], of_a_rate + parameter.layers.count);
    return error;
  }
  const PoissonTable poisson(mean);
  const auto last = static_cast<double>(poisson.weights.size() - 1);
  const auto seen = std::ranges::find_if(poisson.weights, [](double weight) { return weight > 0; });
  const auto first = static_cast<double>(seen - poisson.weights.begin());
  parameter.walk.follow(poisson.weights.size() - 1, [&](std::uint64_t k, const std::vector<double>& states) {
    for (std::size_t i = 0; i < n; ++i) {
      error.probability[i] += poisson.weights[k] * states[n + i];
      error.time[i] += poisson.beyond[k] / rate_ * states[n + i];
    }
  });
  const double count =
      count_of_steps(parameter, last) + walk_bounds::sum_roundings(chain_, first, last, mean, of_a_rate);
  const double count_of_time = count + (last - first) + last + 3;
  // Beyond the last step, where the true chain's may be larger by what the count admits, and grow on.
  constexpr double most_growth = 4;
  const double rest = most_growth *
                      PoissonWeights(mean).beyond(poisson.weights.back(), poisson.weights.size() - 1) *
                      (parameter.layers.start + parameter.layers.largest_row * 2 * (last + 2));
  const double below = lost(parameter, last) + rest;
  for (std::size_t i = 0; i < n; ++i) {
    error.probability[i] = known_or_infinite(bound_of(error.probability[i], count) + below);
    error.time[i] =
        known_or_infinite(bound_of(error.time[i], count_of_time) + below * (t + 2 * (last + 2) / rate_));
  }
  return error;
}

Walk::Occupation WalkGradientBounds::discrete_occupation(const Parameter& parameter, double t) const {
  const std::size_t n = chain_.size();
  const auto last = static_cast<std::uint64_t>(t);
  const auto steps = static_cast<double>(last);
  const double staying = chain_.stay_roundings + rate_count_;
  const std::vector<double> factors = walk_bounds::staying_factors(steps, staying);
  const std::vector<double> none(n, 0.0);
  Walk::Occupation size{none, none};
  std::vector<double> moved(
      n, factors.empty() ? infinity
                         : factors.back() * (parameter.layers.start + parameter.layers.largest_row * steps));
  parameter.walk.follow(last, [&](std::uint64_t k, const std::vector<double>& states) {
    for (std::size_t i = 0; i < n; ++i) {
      if (k == last) {
        size.probability[i] = states[n + i];
        continue;
      }
      size.time[i] += states[n + i];
      if (last - k <= walk_bounds::most_at_once && !factors.empty())
        moved[i] += factors[last - k] * states[n + i];
    }
  });
  const double count =
      count_of_steps(parameter, steps) + walk_bounds::count_of_a_rate(chain_, rate_count_) * (steps + 2);
  const double stretch = slack * (1 + relative_bound(1, count));
  const double below = lost(parameter, steps);
  for (std::size_t i = 0; i < n; ++i) {
    size.probability[i] =
        known_or_infinite(bound_of(size.probability[i], count) + stretch * moved[i] + below);
    size.time[i] = known_or_infinite(bound_of(size.time[i], count + steps * (staying + 1)) + steps * below);
  }
  return size;
}

std::vector<Walk::Occupation> WalkGradientBounds::occupation(double t) const {
  const std::vector<double> unknown(chain_.size(), infinity);
  std::vector<Walk::Occupation> errors;
  for (const Parameter& parameter : parameters_) {
    if (!parameter.is_known || !std::isfinite(rate_count_))
      errors.push_back({unknown, unknown});
    else
      errors.push_back(chain_.time == TimeKind::discrete ? discrete_occupation(parameter, t)
                                                         : continuous_occupation(parameter, t));
  }
  return errors;
}

}  // namespace phasic
