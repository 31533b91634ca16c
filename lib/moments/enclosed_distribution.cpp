#include "moments/enclosed_distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "moments/enclosed_powers.hpp"
#include "moments/enclosed_walk.hpp"
#include "moments/fates.hpp"
#include "moments/plan.hpp"
#include "moments/transform_shifts.hpp"
#include "replay/arithmetic.hpp"
#include "replay/transform.hpp"

namespace phasic {

namespace {

// A minute or two, in multiply-adds of 128 bits.
constexpr double affordable = 1e9;
constexpr double huge = std::numeric_limits<double>::max();
// exp of it is still an MPFR number.
constexpr double largest_exponent = 3e8;
// A step is remembered in some 500 bytes, an entry of a matrix in 150.
constexpr double most_steps = 1e6;
constexpr double most_entries = 2e6;

/// At least exp(-x).
Mpfr exponential_of_minus(double x) {
  Mpfr result(error_bits, -x);
  mpfr_exp(result.get(), result.get(), MPFR_RNDU);
  return result;
}

/// What is spent on multiply-adds of more bits.
double price(double multiply_adds, mpfr_prec_t bits) {
  return multiply_adds * std::pow(std::max(1.0, static_cast<double>(bits) / 128), 1.2);
}

/// 1 where a weight is positive: fates depend on nothing else.
std::vector<double> signs_of(const std::vector<Mpfr>& weights) {
  std::vector<double> signs;
  for (const Mpfr& weight : weights) signs.push_back(is_zero(weight) ? 0 : 1);
  return signs;
}

std::vector<bool> those_with(const std::vector<Fate>& fates, Fate fate) {
  std::vector<bool> result;
  for (const Fate each : fates) result.push_back(each == fate);
  return result;
}

Enclosure& part_of(EnclosedPoint& point, EnclosedDistribution::Part part) {
  using enum EnclosedDistribution::Part;
  return part == density ? point.density : part == distribution ? point.distribution : point.survival;
}

enum class Route { steps, squaring, none };

/// A chain's steps, and the routes that begin with them.
class Routes {
 public:
  Routes(EnclosedChain chain, mpfr_prec_t bits)
      : steps_(std::make_unique<EnclosedSteps>(std::move(chain), bits)) {}

  [[nodiscard]] const EnclosedSteps& steps() const { return *steps_; }
  [[nodiscard]] double price_of_steps(double jumps) const {
    return price(steps().steps_for(jumps) * steps().step_cost(), steps().bits());
  }
  [[nodiscard]] bool can_walk(double jumps) const {
    return price_of_steps(jumps) <= affordable && steps().steps_for(jumps) <= most_steps;
  }
  /// To t, or after so many steps; by squaring so many matrices at a time.
  [[nodiscard]] Route route(const Mpfr& t, double matrices = 1) {
    const double jumps = steps().jumps_until(t);
    const double by_squaring = price(matrices * powers().cost(jumps), steps().bits());
    const auto n = static_cast<double>(steps().size());
    const bool can_square =
        by_squaring <= affordable && matrices * n * n * std::log2(2 + jumps) <= most_entries;
    if (can_walk(jumps) && (price_of_steps(jumps) <= by_squaring || !can_square)) return Route::steps;
    return can_square ? Route::squaring : Route::none;
  }
  EnclosedWalk& walk() {
    if (!walk_) walk_.emplace(steps());
    return *walk_;
  }
  EnclosedPowers& powers() {
    if (!powers_) powers_.emplace(steps());
    return *powers_;
  }

 private:
  std::unique_ptr<EnclosedSteps> steps_;  // where it is, the others may refer to it
  std::optional<EnclosedWalk> walk_;
  std::optional<EnclosedPowers> powers_;
};

std::uint64_t to_count(const Mpfr& whole) {
  return mpfr_get_ui(whole.get(), MPFR_RNDN);
}

}  // namespace

struct EnclosedDistribution::Implementation {
  Implementation(const Graph& graph_in, const Trace& trace_in, const std::vector<double>& reward,
                 MpfrWeights weights_in, Chance chance_in)
      : graph(graph_in),
        trace(trace_in),
        rewards(rewards_by_position(trace_in, reward)),
        weights(std::move(weights_in)),
        chance(chance_in),
        fates(find_fates(trace, signs_of(weights.by_class), rewards)),
        settled(fates.empty() ? std::vector<bool>(trace.transient_count(), false)
                              : those_with(fates, Fate::settled)),
        endless(those_with(fates, Fate::endless)) {}

  [[nodiscard]] mpfr_prec_t bits() const { return weights.bits; }
  [[nodiscard]] bool is_discrete() const { return trace.time() == TimeKind::discrete; }

  Routes& routes() {
    if (!routes_of_reward) {
      if (is_discrete() && !std::ranges::all_of(rewards, [](double r) { return std::floor(r) == r; })) {
        throw InputError({"--reward",
                          "is no whole number in some state",
                          "in discrete time, only the Laplace transform is known for such rewards",
                          {}});
      }
      routes_of_reward.emplace(enclose_chain(trace, weights, rewards, fates), bits());
    }
    return *routes_of_reward;
  }
  Routes& state_routes() {
    if (!routes_of_states)
      routes_of_states.emplace(enclose_chain_with_absorbing_states(trace, weights), bits());
    return *routes_of_states;
  }

  /// In continuous time.
  std::optional<EnclosedPoint> point_at(const Enclosure& t) {
    switch (routes().route(t.high)) {
      case Route::steps:
        return routes().walk().at(t);
      case Route::squaring:
        return routes().powers().at(t);
      case Route::none:
        break;
    }
    return std::nullopt;
  }
  /// In discrete time.
  std::optional<EnclosedPoint> point_after(const Mpfr& steps) {
    switch (routes().route(steps)) {
      case Route::steps:
        return routes().walk().after(to_count(steps));
      case Route::squaring:
        return routes().powers().after(steps);
      case Route::none:
        break;
    }
    return std::nullopt;
  }

  EnclosedNumber at(const Written& t, Part part) {
    if (routes().steps().is_vague()) return {Finding::undecided};
    const WholePart whole = whole_part(t);
    if (is_discrete() && part == Part::density && !whole.is_all) return {Finding::known, Enclosure(bits())};
    auto point = is_discrete() ? point_after(whole.number) : point_at(enclosed(t, bits()));
    if (!point) return {Finding::far};
    return {Finding::known, std::move(part_of(*point, part))};
  }

  /// E[exp(-s R)] for s > 0; P(R < infinity) at 0.
  Enclosure transform(const Written& s) {
    if (!replay) replay = make_transform_replay(trace, bits());
    const Enclosure at = enclosed(s, bits());
    std::vector<Mpfr> shifts(is_zero(at) ? 0 : trace.transient_count(), at.low);
    std::vector<bool> overwhelmed(shifts.size(), false);
    double largest_reward = 0;
    for (std::size_t i = 0; i < shifts.size(); ++i) {
      const double reward = rewards.empty() ? 1 : rewards[i];
      multiply(shifts[i], reward);
      overwhelmed[i] = is_discrete() && mpfr_cmp_d(shifts[i].get(), largest_exponent) > 0;
      if (overwhelmed[i]) continue;
      largest_reward = std::max(largest_reward, reward);
      if (is_discrete()) mpfr_expm1(shifts[i].get(), shifts[i].get(), MPFR_RNDN);
    }
    const Mpfr zero(bits());
    forget_rounding(zero);
    const Mpfr value =
        replay->transform(weights.by_class, shifts, settled, is_zero(at) ? endless : overwhelmed);
    // s is rounded down, which counts twice, and its product with a reward is rounded.
    const bool is_known = weights.count == 0 && shifts.empty() && !may_have_rounded(zero);
    const double count = is_known
                             ? 0
                             : transform_roundings(trace, {&largest_reward, 1}, std::min(3 * s.number, huge),
                                                   std::max(weights.count, 3.0), largest_exponent);
    Enclosure result = enclosed(value, count);
    if (std::ranges::count(overwhelmed, true) > 0)
      add_at_most(result, exponential_of_minus(largest_exponent));
    add(result, Enclosure(bits(), missing_at_start(trace)));
    return result;
  }

  EnclosedNumber quantile(const Written& written) {
    const EnclosedSteps& steps = routes().steps();
    if (steps.is_vague()) return {Finding::undecided};
    const Enclosure p = enclosed(written, bits());
    // What is not known to differ is the same, with the last chance.
    const Finding unless_last = chance == Chance::last ? Finding::known : Finding::undecided;
    if (!is_less(steps.atom(), p)) {
      const bool is_reached = is_at_least(steps.atom(), p);
      return {is_reached ? Finding::known : unless_last, Enclosure(bits())};
    }
    if (std::ranges::count(endless, true) > 0 || !steps.has_exits()) {
      const Enclosure finite = steps.has_exits() ? transform({}) : steps.atom();
      if (!is_less(p, finite))
        return {is_less(finite, p) ? Finding::known : unless_last, Enclosure(bits()), true};
    }
    if (is_discrete()) return find_steps([this](const Mpfr& k) { return point_after(k); }, p, chance);
    Mpfr first(bits(), 1.0);
    divide(first, steps.rate());
    return find_time([this](const Mpfr& t) { return point_at(Enclosure(t)); }, p, first);
  }

  std::vector<Enclosure> by_vertex(std::vector<Enclosure> states) const {
    const std::size_t n = trace.transient_count();
    std::vector<Enclosure> values(graph.vertex_count(), Enclosure(bits()));
    for (std::size_t i = 0; i < n; ++i) values[trace.vertices()[i]] = std::move(states[i]);
    for (std::size_t a = n; a < states.size(); ++a) values[1 + a] = std::move(states[a]);
    return values;
  }

  std::optional<std::vector<Enclosure>> state_probabilities(const Written& t) {
    Routes& routes_there = state_routes();
    const Mpfr whole = whole_part(t).number;
    const Route route = routes_there.route(is_discrete() ? whole : enclosed(t, bits()).high);
    if (route == Route::none) return std::nullopt;
    if (route == Route::squaring) {
      EnclosedPowers& powers = routes_there.powers();
      return by_vertex(
          (is_discrete() ? powers.state_after(whole) : powers.state_at(enclosed(t, bits()))).states);
    }
    const EnclosedSteps& steps = routes_there.steps();
    EnclosedState now = steps.start();
    if (is_discrete()) {
      for (std::uint64_t left = to_count(whole); left > 0; --left) steps.advance(now);
    } else {
      Enclosure mean = enclosed(t, bits());
      multiply(mean, Enclosure(steps.rate()));
      steps.drift(now, mean);
    }
    return by_vertex(std::move(now.states));
  }

  std::optional<std::vector<Enclosure>> state_times(const Written& t) {
    Routes& routes_there = state_routes();
    const EnclosedSteps& steps = routes_there.steps();
    const Mpfr whole = whole_part(t).number;
    const Route route = routes_there.route(is_discrete() ? whole : enclosed(t, bits()).high, 2);
    if (route == Route::none) return std::nullopt;
    std::vector<Enclosure> states;
    if (route == Route::squaring)
      states = is_discrete() ? routes_there.powers().visits_before(whole)
                             : routes_there.powers().times_until(enclosed(t, bits()));
    else
      states = is_discrete() ? enclosed_visits(steps, to_count(whole))
                             : enclosed_times(steps, steps.start(), enclosed(t, bits()));
    for (std::size_t i = trace.transient_count(); i < states.size(); ++i) set_zero(states[i]);
    return by_vertex(std::move(states));
  }

  const Graph& graph;
  const Trace& trace;
  std::vector<double> rewards;  // by position; empty: 1
  MpfrWeights weights;
  Chance chance;
  std::vector<Fate> fates;
  std::vector<bool> settled;
  std::vector<bool> endless;  // empty where no position is
  std::optional<Routes> routes_of_reward;
  std::optional<Routes> routes_of_states;
  std::unique_ptr<TransformReplay> replay;
};

EnclosedDistribution::EnclosedDistribution(const Graph& graph, const Trace& trace,
                                           const std::vector<double>& reward, MpfrWeights weights,
                                           Chance chance)
    : implementation_(std::make_unique<Implementation>(graph, trace, reward, std::move(weights), chance)) {}
EnclosedDistribution::~EnclosedDistribution() = default;
EnclosedDistribution::EnclosedDistribution(EnclosedDistribution&&) noexcept = default;

EnclosedNumber EnclosedDistribution::at(const Written& t, Part part) {
  return implementation_->at(t, part);
}
EnclosedNumber EnclosedDistribution::quantile(const Written& p) {
  return implementation_->quantile(p);
}
std::optional<std::vector<Enclosure>> EnclosedDistribution::state_probabilities(const Written& t) {
  return implementation_->state_probabilities(t);
}
std::optional<std::vector<Enclosure>> EnclosedDistribution::state_times(const Written& t) {
  return implementation_->state_times(t);
}
EnclosedNumber EnclosedDistribution::laplace(const Written& s) {
  return {Finding::known, implementation_->transform(s)};
}

}  // namespace phasic
