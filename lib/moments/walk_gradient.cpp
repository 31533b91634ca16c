#include "moments/walk_gradient.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace phasic {

namespace {

constexpr double negligible = 1e-18;  // of the sum of magnitudes
constexpr double vanishing = 1e-290;  // below it, doubles lose digits, then speed
constexpr double least_weight = 1e-300;

/// Where nothing moves, any rate will do; a small one makes the walk short.
double positive_rate(const Chain& chain) {
  constexpr double any = 1e-100;
  const double largest = chain.largest_rate();
  return largest > 0 ? largest : any;
}

/// A sum that may cancel, and what it would be if nothing did.
struct Sum {
  double value = 0;
  double size = 0;
  void add(double weight, double of) {
    value += weight * of;
    size += weight * std::fabs(of);
  }
  [[nodiscard]] bool is_done(double bound) const { return bound <= negligible * size; }
};

}  // namespace

// cppcheck-suppress passedByValue ; its chain is moved from
WalkGradient::WalkGradient(ChainGradient gradient)
    : rate_(positive_rate(gradient.chain)),
      chain_(with_steps(std::move(gradient.chain), rate_)),
      incoming_(chain_),
      start_{chain_.start, {}} {
  for (const ChainNumbers& slopes : gradient.slopes) {
    add_slopes(slopes);
    atoms_.push_back(slopes.atom);
    start_.changes.push_back(slopes.start);
  }
  steps_.resize(parameters_.size());
  now_ = start_;
  scratch_.resize(chain_.size());
  remember();
}

void WalkGradient::add_slopes(const ChainNumbers& slopes) {
  const double unit = chain_.time == TimeKind::discrete ? 1 : rate_;
  Parameter& parameter = parameters_.emplace_back();
  std::vector<std::vector<Slope>> leading_to(chain_.size());
  for (std::uint32_t i = 0; i < chain_.size(); ++i) {
    const double exit = slopes.exits[i] / unit;
    double left = exit;
    double row = std::fabs(exit);
    if (exit != 0) parameter.exits.push_back({i, exit});
    const auto add = [&](std::uint32_t target, double by) {
      row += std::fabs(by);
      if (by != 0) leading_to[target].push_back({i, by});
    };
    for (std::uint32_t e = chain_.rows.offsets[i]; e < chain_.rows.offsets[i + 1]; ++e) {
      left += slopes.rates[e] / unit;
      add(chain_.rows.targets[e], slopes.rates[e] / unit);
    }
    add(i, chain_.time == TimeKind::discrete ? slopes.stays[i] : -left);
    parameter.largest_row = std::max(parameter.largest_row, row);
  }
  for (std::uint32_t i = 0; i < chain_.size(); ++i) {
    if (!leading_to[i].empty()) parameter.states.push_back(i);
  }
  std::ranges::stable_sort(parameter.states, {}, [&](std::uint32_t i) { return leading_to[i].size(); });
  parameter.offsets.push_back(0);
  for (const std::uint32_t i : parameter.states) {
    parameter.slopes.insert(parameter.slopes.end(), leading_to[i].begin(), leading_to[i].end());
    parameter.offsets.push_back(static_cast<std::uint32_t>(parameter.slopes.size()));
  }
}

double WalkGradient::steps(double t) const {
  const double mean = rate_ * t;
  return chain_.time == TimeKind::discrete ? mean : mean + 10 * std::sqrt(mean) + 40;
}

double WalkGradient::cost(double t) const {
  return steps(t) * step_cost();
}

double WalkGradient::step_cost() const {
  const auto edges = static_cast<double>(chain_.rates.size() + 2 * chain_.size());
  double each = edges;
  for (const Parameter& parameter : parameters_)
    each += edges + static_cast<double>(parameter.slopes.size() + chain_.size());
  return each;
}

/// Changes first, while the states are still those of the step before.
void WalkGradient::advance(Place& place, std::vector<double>& scratch) const {
  const auto step = [&](const std::vector<double>& from) {
    const std::uint32_t* source = incoming_.sources.targets.data();
    const double* rate = incoming_.rates.data();
    for (std::size_t row = 0; row < from.size(); ++row) {
      const std::uint32_t i = incoming_.states[row];
      const std::uint32_t* const end = incoming_.sources.targets.data() + incoming_.sources.offsets[row + 1];
      double sum = from[i] * chain_.stays[i];
      for (; source != end; ++source, ++rate) sum += from[*source] * *rate;
      scratch[i] = sum;
    }
  };
  const auto take = [&](std::vector<double>& to) {
    for (double& number : scratch) number = std::fabs(number) < vanishing ? 0 : number;
    to.swap(scratch);
  };
  for (std::size_t p = 0; p < parameters_.size(); ++p) {
    step(place.changes[p]);
    const Parameter& parameter = parameters_[p];
    for (std::size_t row = 0; row < parameter.states.size(); ++row) {
      double sum = 0;
      for (std::uint32_t s = parameter.offsets[row]; s < parameter.offsets[row + 1]; ++s)
        sum += place.states[parameter.slopes[s].from] * parameter.slopes[s].by;
      scratch[parameter.states[row]] += sum;
    }
    take(place.changes[p]);
  }
  step(place.states);
  take(place.states);
}

WalkGradient::Step WalkGradient::summary(std::size_t parameter, double gone) const {
  // Four sums side by side: one would wait for each addition.
  constexpr std::size_t lanes = 4;
  double leaving[lanes] = {};
  double alive[lanes] = {};
  double size[lanes] = {};
  const std::vector<double>& changes = now_.changes[parameter];
  const auto add = [&](std::size_t i, std::size_t lane) {
    leaving[lane] += changes[i] * chain_.exits[i];
    alive[lane] += changes[i];
    size[lane] += std::fabs(changes[i]);
  };
  const std::size_t whole = changes.size() / lanes * lanes;
  for (std::size_t i = 0; i < whole; i += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) add(i + lane, lane);
  }
  for (std::size_t i = whole; i < changes.size(); ++i) add(i, 0);
  Step step;
  step.gone = gone;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    step.leaving += leaving[lane];
    step.alive += alive[lane];
    step.size += size[lane];
  }
  for (const Slope& exit : parameters_[parameter].exits) step.leaving += now_.states[exit.from] * exit.by;
  step.largest_size = step.size;
  step.largest_gone = std::fabs(gone);
  return step;
}

void WalkGradient::remember() {
  double alive = 0;
  for (const double probability : now_.states) alive += probability;
  alive_.push_back(alive);
  for (std::size_t p = 0; p < parameters_.size(); ++p) {
    std::vector<Step>& known = steps_[p];
    if (known.empty()) {
      known.push_back(summary(p, atoms_[p]));
      continue;
    }
    Step step = summary(p, known.back().gone + known.back().leaving);
    step.largest_size = std::max(step.largest_size, known.back().largest_size);
    step.largest_gone = std::max(step.largest_gone, known.back().largest_gone);
    known.push_back(step);
  }
}

bool WalkGradient::is_over() const {
  return alive_.back() == 0 &&
         std::ranges::all_of(steps_, [](const auto& known) { return known.back().size == 0; });
}

bool WalkGradient::ends_within(double steps) {
  reach(static_cast<std::uint64_t>(steps));
  return is_over();
}

void WalkGradient::reach(std::uint64_t k) {
  while (alive_.size() <= k && !is_over()) {
    advance(now_, scratch_);
    remember();
  }
}

const WalkGradient::Step& WalkGradient::step(std::size_t parameter, std::uint64_t k) const {
  const std::vector<Step>& known = steps_[parameter];
  return known[std::min<std::uint64_t>(k, known.size() - 1)];
}

std::vector<Point> WalkGradient::at(double t) {
  std::vector<Point> points;
  for (std::size_t p = 0; p < parameters_.size(); ++p) {
    if (chain_.time == TimeKind::continuous) {
      points.push_back(weighted(p, rate_ * t));
      continue;
    }
    const std::uint64_t k = whole_steps(t);
    reach(k);
    const double density = static_cast<double>(k) != t ? 0 : k == 0 ? atoms_[p] : step(p, k - 1).leaving;
    points.push_back({density, step(p, k).gone, step(p, k).alive});
  }
  return points;
}

Point WalkGradient::weighted(std::size_t parameter, double mean) {
  const double slope = parameters_[parameter].largest_row;
  if (mean == 0) {
    const Step& now = step(parameter, 0);
    return {rate_ * now.leaving, now.gone, now.alive};
  }
  const PoissonWeights weights(mean);
  Sum leaving;
  Sum gone;
  Sum alive;
  const auto add = [&](double weight, const Step& now) {
    leaving.add(weight, now.leaving);
    gone.add(weight, now.gone);
    alive.add(weight, now.alive);
  };
  const auto is_done = [&](double states, double gone_so_far) {
    return leaving.is_done(states) && alive.is_done(states) && gone.is_done(states + gone_so_far);
  };
  double weight = weights.at_mode();
  for (std::uint64_t k = weights.mode(); weight > least_weight; weight = weights.up(weight, k), ++k) {
    reach(k);
    const Step now = step(parameter, k);
    add(weight, now);
    const auto steps = static_cast<double>(k);
    if (steps <= mean) continue;
    // m steps later, derivatives have grown by at most m times what a step adds to who is alive now.
    const double rest = weights.beyond(weight, k);
    const double alive_now = alive_[std::min<std::uint64_t>(k, alive_.size() - 1)];
    const double states = now.size + slope * alive_now * (1 + (steps + 1) / (steps + 1 - mean));
    if (is_done(rest * states, rest * std::fabs(now.gone))) break;
  }
  weight = weights.at_mode();
  for (std::uint64_t k = weights.mode(); k > 0;) {
    weight = weights.down(weight, k--);
    if (weight < least_weight) break;
    const Step& now = step(parameter, k);
    add(weight, now);
    const double rest = weights.below(weight, k);
    if (is_done(rest * (now.largest_size + slope), rest * now.largest_gone)) break;
  }
  return {rate_ * leaving.value, gone.value, alive.value};
}

std::vector<Walk::Occupation> WalkGradient::occupation(double t) const {
  const std::vector<double> none(chain_.size(), 0.0);
  std::vector<Walk::Occupation> result(parameters_.size(), {none, none});
  Place place = start_;
  std::vector<double> scratch(chain_.size());
  const auto add = [&](double probability, double time) {
    for (std::size_t p = 0; p < parameters_.size(); ++p) {
      for (std::size_t i = 0; i < none.size(); ++i) {
        result[p].probability[i] += probability * place.changes[p][i];
        result[p].time[i] += time * place.changes[p][i];
      }
    }
  };
  if (chain_.time == TimeKind::discrete) {
    for (auto k = static_cast<std::uint64_t>(t); k > 0; --k) {
      add(0, 1);
      advance(place, scratch);
    }
    add(1, 0);
    return result;
  }
  if (rate_ * t == 0) {
    add(1, 0);
    return result;
  }
  const PoissonTable poisson(rate_ * t);
  for (std::size_t k = 0; k < poisson.weights.size(); ++k) {
    add(poisson.weights[k], poisson.beyond[k] / rate_);
    advance(place, scratch);
  }
  return result;
}

}  // namespace phasic
