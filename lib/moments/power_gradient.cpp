#include "moments/power_gradient.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace phasic {

namespace {

/// The same of derivatives: what a row gains, staying put loses.
ChainNumbers with_steps(ChainNumbers slopes, const Chain& chain, double rate) {
  if (chain.time == TimeKind::discrete) return slopes;
  for (double& slope : slopes.rates) slope /= rate;
  for (double& slope : slopes.exits) slope /= rate;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    slopes.stays[i] = -slopes.exits[i];
    for (std::uint32_t e = chain.rows.offsets[i]; e < chain.rows.offsets[i + 1]; ++e)
      slopes.stays[i] -= slopes.rates[e];
  }
  return slopes;
}

/// to += from P, where `of_steps` are the numbers of P, or of its derivative.
void add_step(const Walk::State& from, const Adjacency& rows, const ChainNumbers& of_steps, Walk::State& to) {
  double gone = 0;
  for (std::size_t i = 0; i < from.states.size(); ++i) {
    const double here = from.states[i];
    if (here == 0) continue;
    to.states[i] += here * of_steps.stays[i];
    for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e)
      to.states[rows.targets[e]] += here * of_steps.rates[e];
    gone += here * of_steps.exits[i];
  }
  to.gone += gone;
}

double leaving(const Walk::State& state, const ChainNumbers& of_steps) {
  double sum = 0;
  for (std::size_t i = 0; i < state.states.size(); ++i) sum += state.states[i] * of_steps.exits[i];
  return sum;
}

double alive(const Walk::State& state) {
  double sum = 0;
  for (const double number : state.states) sum += number;
  return sum;
}

/// Powers of a step, the first included.
double power_count(const Squaring& of) {
  return 1 + std::log2(std::max(2.0, of.steps));
}

}  // namespace

bool Squaring::gets_there() const {
  return steps <= most_squared_steps;
}

double Squaring::cost() const {
  const auto n = static_cast<double>(states);
  const double matrices = times == Times::kept ? 2 : 1;
  return matrices * n * n * n * (1 + 2 * static_cast<double>(parameters)) * power_count(*this);
}

double Squaring::numbers() const {
  const auto n = static_cast<double>(states);
  const double matrices = times == Times::kept ? 2 : 1;
  return matrices * n * (n + 1) * (1 + static_cast<double>(parameters)) * power_count(*this);
}

// cppcheck-suppress passedByValue ; its chain is moved from
PowerGradient::PowerGradient(ChainGradient gradient, double rate, Times times)
    : rate_(rate), times_(times), chain_(with_steps(std::move(gradient.chain), rate)) {
  for (ChainNumbers& slopes : gradient.slopes) slopes_.push_back(with_steps(std::move(slopes), chain_, rate));
}

Walk::State PowerGradient::nowhere() const {
  return {std::vector<double>(chain_.size(), 0.0), 0,
          std::vector<double>(times_ == Times::kept ? chain_.size() : 0, 0.0)};
}

Walk::State PowerGradient::nowhere_after(const Walk::State& before) const {
  return {std::vector<double>(chain_.size(), 0.0), before.gone, before.times};
}

PowerGradient::Place PowerGradient::start() const {
  Place place{{chain_.start, chain_.atom, nowhere().times}, {}};
  for (const ChainNumbers& slopes : slopes_)
    place.changes.push_back({slopes.start, slopes.atom, nowhere().times});
  return place;
}

PowerGradient::Place PowerGradient::state(std::size_t state) const {
  Place place{nowhere(), std::vector<Walk::State>(slopes_.size(), nowhere())};
  place.now.states[state] = 1;
  return place;
}

/// Changes first, while `now` is still that of the step before.
void PowerGradient::advance(Place& place) const {
  const auto after_step = [&](const Walk::State& from) {
    Walk::State next = nowhere_after(from);
    for (std::size_t i = 0; i < next.times.size(); ++i) next.times[i] += from.states[i];
    add_step(from, chain_.rows, chain_, next);
    return next;
  };
  for (std::size_t p = 0; p < slopes_.size(); ++p) {
    Walk::State next = after_step(place.changes[p]);
    add_step(place.now, chain_.rows, slopes_[p], next);
    place.changes[p] = std::move(next);
  }
  place.now = after_step(place.now);
}

void PowerGradient::drift(Place& place, double mean) const {
  const FewPoissonSteps poisson(mean);
  // Times are those of Poisson steps, not of steps.
  const auto take = [&](Walk::State& state) {
    Walk::State taken{std::move(state.states), state.gone};
    state = {std::vector<double>(chain_.size(), 0.0), 0, std::move(state.times)};
    return taken;
  };
  Place here{take(place.now), {}};
  for (Walk::State& change : place.changes) here.changes.push_back(take(change));
  for (std::size_t k = 0; k < FewPoissonSteps::count; ++k) {
    const auto add = [&](const Walk::State& of, Walk::State& to) {
      for (std::size_t i = 0; i < of.states.size(); ++i) to.states[i] += poisson.weights[k] * of.states[i];
      for (std::size_t i = 0; i < to.times.size(); ++i)
        to.times[i] += poisson.beyond[k] / rate_ * of.states[i];
      to.gone += poisson.weights[k] * of.gone;
    };
    add(here.now, place.now);
    for (std::size_t p = 0; p < slopes_.size(); ++p) add(here.changes[p], place.changes[p]);
    advance(here);
  }
}

PowerGradient::Power PowerGradient::first_power() const {
  const std::size_t n = chain_.size();
  const StepMatrix none = zero_matrix(n, times_);
  Power power{none, std::vector<StepMatrix>(slopes_.size(), none)};
  for (std::size_t i = 0; i < n; ++i) {
    Place from = state(i);
    if (chain_.time == TimeKind::continuous)
      drift(from, 1);
    else
      advance(from);
    set_row(power.matrix, i, from.now);
    for (std::size_t p = 0; p < slopes_.size(); ++p) set_row(power.changes[p], i, from.changes[p]);
  }
  make_rows_one(power.matrix);
  for (StepMatrix& change : power.changes) make_rows_zero(change, power.matrix);
  return power;
}

PowerGradient::Power PowerGradient::square_of(const Power& half) const {
  Power whole{square(half.matrix), {}};
  for (const StepMatrix& change : half.changes)
    whole.changes.push_back(square_change(half.matrix, change, whole.matrix));
  return whole;
}

void PowerGradient::apply(const Power& power, Place& place) const {
  const auto after_power = [&](const Walk::State& from) {
    Walk::State next = nowhere_after(from);
    add_product(from, power.matrix, next);
    return next;
  };
  for (std::size_t p = 0; p < slopes_.size(); ++p) {
    Walk::State next = after_power(place.changes[p]);
    add_product(place.now, power.changes[p], next);
    place.changes[p] = std::move(next);
  }
  place.now = after_power(place.now);
}

PowerGradient::Place PowerGradient::after(double steps) {
  Place place = start();
  const double whole = std::floor(steps);
  if (chain_.time == TimeKind::continuous) drift(place, steps - whole);
  auto left = static_cast<std::uint64_t>(whole);
  for (std::size_t j = 0; left > 0; ++j, left /= 2) {
    if (j == powers_.size()) powers_.push_back(j == 0 ? first_power() : square_of(powers_[j - 1]));
    if (left % 2 == 1) apply(powers_[j], place);
  }
  return place;
}

std::vector<Point> PowerGradient::at(double t) {
  const bool is_discrete = chain_.time == TimeKind::discrete;
  const Place now = after(is_discrete ? std::floor(t) : rate_ * t);
  const bool has_mass = !is_discrete || (t >= 1 && std::floor(t) == t);
  // In discrete time, who is absorbed at t was there a step before.
  const Place before = is_discrete && has_mass ? after(t - 1) : now;
  std::vector<Point> points;
  for (std::size_t p = 0; p < slopes_.size(); ++p) {
    double density = t == 0 && is_discrete ? slopes_[p].atom : 0;
    if (has_mass) density = rate_ * (leaving(before.changes[p], chain_) + leaving(before.now, slopes_[p]));
    points.push_back({density, now.changes[p].gone, alive(now.changes[p])});
  }
  return points;
}

std::vector<Walk::Occupation> PowerGradient::occupation(double t) {
  Place now = after(rate_ * t);
  std::vector<Walk::Occupation> result;
  for (Walk::State& change : now.changes)
    result.push_back({std::move(change.states), std::move(change.times)});
  return result;
}

}  // namespace phasic
