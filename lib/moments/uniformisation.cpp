#include "moments/uniformisation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "moments/exact_sum.hpp"

namespace phasic {

namespace {

constexpr double negligible = 1e-18;  // of a sum of positive numbers
constexpr double vanishing = 1e-290;  // below it, doubles lose digits, then speed
constexpr double least_weight = 1e-300;

/// ln k! - (k ln k - k + ln(2 pi k) / 2), Stirling's series; k >= 64 leaves 1e-19.
double stirling_rest(double k) {
  const double square = k * k;
  return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / 1680 / square) / square) / square) / k;
}

double weight_at(double mean, double mode) {
  constexpr double smallest_for_stirling = 64;
  if (mode < smallest_for_stirling) {
    double weight = std::exp(-mean);
    for (double k = 1; k <= mode; ++k) weight *= mean / k;
    return weight;
  }
  // mean - mode is exact and below 1, so nothing cancels.
  const double rest = mean - mode;
  const double exponent = mode * std::log1p(rest / mode) - rest - stirling_rest(mode);
  return std::exp(exponent) / std::sqrt(2 * std::numbers::pi * mode);
}

/// A sum of weight times value, and whether what is left out of it can still be seen.
struct Sum {
  double value = 0;
  void add(double weight, double of) { value += weight * of; }
  [[nodiscard]] bool is_done(double bound) const { return bound <= negligible * value; }
};

}  // namespace

PoissonWeights::PoissonWeights(double mean)
    : mean_(mean),
      mode_(static_cast<std::uint64_t>(mean)),
      at_mode_(weight_at(mean, static_cast<double>(mode_))) {}

PoissonTable::PoissonTable(double mean) {
  const PoissonWeights poisson(mean);
  weights.assign(poisson.mode() + 1, 0.0);
  double weight = weights[poisson.mode()] = poisson.at_mode();
  for (std::uint64_t k = poisson.mode(); k > 0 && weight > least_weight; --k)
    weights[k - 1] = weight = poisson.down(weight, k);
  weight = poisson.at_mode();
  for (std::uint64_t k = poisson.mode(); weight > negligible * poisson.at_mode() * least_weight; ++k) {
    weight = poisson.up(weight, k);
    weights.push_back(weight);
    if (static_cast<double>(k) > mean && poisson.beyond(weight, k + 1) < negligible * negligible) break;
  }
  // From the far end, so that small numbers are added first.
  beyond.assign(weights.size(), 0.0);
  for (std::size_t k = weights.size() - 1; k-- > 0;) beyond[k] = beyond[k + 1] + weights[k + 1];
}

FewPoissonSteps::FewPoissonSteps(double mean) {
  double weight = std::exp(-mean);
  for (std::size_t k = 0; k < count; weight *= mean / static_cast<double>(++k)) weights[k] = weight;
  for (std::size_t k = count; k-- > 0; weight += weights[k]) beyond[k] = weight;
}

// A row must add up to 1 as nearly as doubles can say it, for what it lacks is lost at every step.
Chain with_steps(Chain chain, double rate) {
  if (chain.time == TimeKind::discrete || rate == 0) return chain;
  for (double& number : chain.rates) number /= rate;
  for (double& exit : chain.exits) exit /= rate;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    ExactSum stay(1);
    stay.subtract(chain.exits[i]);
    for (std::uint32_t e = chain.rows.offsets[i]; e < chain.rows.offsets[i + 1]; ++e)
      stay.subtract(chain.rates[e]);
    chain.stays[i] = std::max(0.0, stay.value());
  }
  return chain;
}

IncomingEdges::IncomingEdges(const Chain& chain) {
  const Adjacency& rows = chain.rows;
  std::vector<std::uint32_t> counts(chain.size(), 0);
  for (const std::uint32_t target : rows.targets) ++counts[target];
  states.resize(chain.size());
  std::iota(states.begin(), states.end(), 0);
  std::ranges::stable_sort(states, {}, [&](std::uint32_t state) { return counts[state]; });
  std::vector<std::uint32_t> next(chain.size());
  for (const std::uint32_t state : states) {
    next[state] = sources.offsets.back();
    sources.offsets.push_back(next[state] + counts[state]);
  }
  sources.targets.resize(rows.targets.size());
  rates.resize(rows.targets.size());
  for (std::uint32_t i = 0; i < chain.size(); ++i) {
    for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e) {
      const std::uint32_t place = next[rows.targets[e]]++;
      sources.targets[place] = i;
      rates[place] = chain.rates[e];
    }
  }
}

Walk::Walk(Chain chain)
    : rate_(chain.largest_rate()), chain_(with_steps(std::move(chain), rate_)), incoming_(chain_) {
  states_ = chain_.start;
  scratch_.resize(states_.size());
  steps_.push_back(summary(states_, chain_.atom));
}

double Walk::cost(double t) const {
  const double mean = rate_ * t;
  const double steps = chain_.time == TimeKind::discrete ? mean : mean + 10 * std::sqrt(mean) + 40;
  return steps * step_cost();
}

double Walk::step_cost() const {
  return static_cast<double>(chain_.rates.size() + 2 * chain_.size());
}

void Walk::advance(std::vector<double>& states, std::vector<double>& scratch) const {
  const double* const from = states.data();
  const std::uint32_t* source = incoming_.sources.targets.data();
  const double* rate = incoming_.rates.data();
  for (std::size_t row = 0; row < states.size(); ++row) {
    const std::uint32_t i = incoming_.states[row];
    const std::uint32_t* const end = incoming_.sources.targets.data() + incoming_.sources.offsets[row + 1];
    double sum = from[i] * chain_.stays[i];
    for (; source != end; ++source, ++rate) sum += from[*source] * *rate;
    scratch[i] = sum < vanishing ? 0 : sum;
  }
  states.swap(scratch);
}

Walk::Step Walk::summary(const std::vector<double>& states, double gone) const {
  // Eight sums side by side: one would wait for each addition.
  constexpr std::size_t lanes = 8;
  double leaving[lanes] = {};
  double alive[lanes] = {};
  const std::size_t whole = states.size() / lanes * lanes;
  for (std::size_t i = 0; i < whole; i += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      leaving[lane] += states[i + lane] * chain_.exits[i + lane];
      alive[lane] += states[i + lane];
    }
  }
  Step step{0, gone, 0};
  for (std::size_t i = whole; i < states.size(); ++i) {
    step.leaving += states[i] * chain_.exits[i];
    step.alive += states[i];
  }
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    step.leaving += leaving[lane];
    step.alive += alive[lane];
  }
  return step;
}

const Walk::Step& Walk::step(std::uint64_t k) {
  // Where nothing is left, nothing happens any more.
  while (steps_.size() <= k && steps_.back().alive > 0) {
    const double gone = steps_.back().gone + steps_.back().leaving;
    advance(states_, scratch_);
    steps_.push_back(summary(states_, gone));
  }
  return k < steps_.size() ? steps_[k] : steps_.back();
}

Point Walk::at(double t) {
  if (chain_.time == TimeKind::discrete) {
    const std::uint64_t k = whole_steps(t);
    const double density = static_cast<double>(k) != t ? 0 : k == 0 ? chain_.atom : step(k - 1).leaving;
    const Step& now = step(k);
    return {density, now.gone, now.alive};
  }
  return weighted(rate_ * t).point;
}

Walk::Weighted Walk::weighted(double mean) {
  if (mean == 0) return {{rate_ * steps_[0].leaving, steps_[0].gone, steps_[0].alive}, 0, 0};
  const PoissonWeights weights(mean);
  Sum leaving;
  Sum gone;
  Sum alive;
  const auto add = [&](double weight, const Step& now) {
    leaving.add(weight, now.leaving);
    gone.add(weight, now.gone);
    alive.add(weight, now.alive);
  };
  double weight = weights.at_mode();
  std::uint64_t last = weights.mode();
  for (std::uint64_t k = weights.mode(); weight > least_weight; weight = weights.up(weight, k), ++k) {
    const Step now = step(k);
    last = k;
    add(weight, now);
    if (static_cast<double>(k) <= mean) continue;
    // Who is alive later is alive now, and leaves at most once.
    const double rest = weights.beyond(weight, k);
    if (gone.is_done(rest * (now.gone + now.alive)) && alive.is_done(rest * now.alive) &&
        leaving.is_done(rest * now.alive))
      break;
  }
  weight = weights.at_mode();
  std::uint64_t first = weights.mode();
  for (std::uint64_t k = weights.mode(); k > 0;) {
    weight = weights.down(weight, k--);
    if (weight < least_weight) break;
    first = k;
    const Step& now = steps_[std::min<std::uint64_t>(k, steps_.size() - 1)];
    add(weight, now);
    const double rest = weights.below(weight, k);
    if (gone.is_done(rest * now.gone) && alive.is_done(rest) && leaving.is_done(rest)) break;
  }
  return {{rate_ * leaving.value, gone.value, alive.value}, first, last};
}

Walk::State Walk::state(std::size_t state) const {
  State now{std::vector<double>(chain_.size(), 0.0), 0};
  now.states[state] = 1;
  return now;
}

void Walk::advance(State& now) const {
  for (std::size_t i = 0; i < now.times.size(); ++i) now.times[i] += now.states[i];
  now.gone += summary(now.states, 0).leaving;
  std::vector<double> scratch(now.states.size());
  advance(now.states, scratch);
}

void Walk::drift(State& now, double mean) const {
  const FewPoissonSteps poisson(mean);
  State here{std::move(now.states), now.gone};
  now = {std::vector<double>(here.states.size(), 0.0), 0, std::move(now.times)};
  for (std::size_t k = 0; k < FewPoissonSteps::count; ++k) {
    for (std::size_t i = 0; i < here.states.size(); ++i) now.states[i] += poisson.weights[k] * here.states[i];
    for (std::size_t i = 0; i < now.times.size(); ++i)
      now.times[i] += poisson.beyond[k] / rate_ * here.states[i];
    now.gone += poisson.weights[k] * here.gone;
    advance(here);
  }
}

Walk::Occupation Walk::occupation(double t) const {
  const std::vector<double> none(chain_.size(), 0.0);
  Occupation result{none, none};
  if (chain_.time == TimeKind::discrete) {
    const auto last = static_cast<std::uint64_t>(t);
    follow(last, [&](std::uint64_t k, const std::vector<double>& states) {
      if (k == last) result.probability = states;
      for (std::size_t i = 0; k < last && i < states.size(); ++i) result.time[i] += states[i];
    });
    return result;
  }
  const double mean = rate_ * t;
  if (mean == 0) return {chain_.start, none};

  const PoissonTable poisson(mean);
  follow(poisson.weights.size() - 1, [&](std::uint64_t k, const std::vector<double>& states) {
    for (std::size_t i = 0; i < states.size(); ++i) {
      result.probability[i] += poisson.weights[k] * states[i];
      result.time[i] += poisson.beyond[k] / rate_ * states[i];
    }
  });
  return result;
}

}  // namespace phasic
