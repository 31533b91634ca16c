#include "moments/distribution_gradient.hpp"

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <limits>

#include "moments/contour.hpp"
#include "moments/power_gradient.hpp"
#include "moments/relative_bound.hpp"
#include "moments/task.hpp"
#include "moments/transform_shifts.hpp"
#include "moments/walk_gradient.hpp"
#include "moments/walk_gradient_bounds.hpp"
#include "replay/shifted.hpp"
#include "replay/terms.hpp"

namespace phasic {

namespace {

// What is spent without asking whether it could be less, in multiply-adds: some 50 ms.
constexpr double cheap = 5e7;
constexpr double affordable = 1e11;
// What is spent on finding out whether a walk ends.
constexpr double worth_trying = 1e9;
// A step is remembered in 48 bytes for each parameter.
constexpr double few_steps = 1e6;
constexpr double most_steps = 5e6;
// As for values; the weight of a step is 16 bytes.
constexpr double most_weights = 2e7;
// Numbers that powers and their derivatives may take: 800 MB.
constexpr double most_numbers = 1e8;
// As for values: below so many states squaring is cheaper than a contour, and right for every spectrum.
constexpr std::size_t few_states = 64;
// Of what a derivative can be at most: t times the largest change of the rates out of a state.
constexpr double most_contour_error = 2e-10;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double longest_row(const Trace& trace) {
  std::size_t longest = 0;
  for (std::size_t i = 0; i <= trace.transient_count(); ++i)
    longest = std::max(longest, trace.rows()[i].size());
  return static_cast<double>(longest);
}

/// The parameters that change something in a class of that fate, such as leading out of it.
std::vector<bool> changing(const Trace& trace, const std::vector<Fate>& fates, Fate fate,
                           std::span<const std::vector<double>> slopes) {
  std::vector<bool> result(slopes.size(), false);
  if (fates.empty()) return result;
  const Adjacency& rows = trace.rows();
  for (std::uint32_t i = 0; i < trace.transient_count(); ++i) {
    if (fates[i] != fate) continue;
    for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e) {
      for (std::size_t p = 0; p < slopes.size(); ++p)
        result[p] = result[p] || slopes[p][trace.edge_classes()[e]] != 0;
    }
  }
  return result;
}

/// The largest sum of magnitudes out of a position that earns something, over what it earns.
double largest_change(const Trace& trace, std::span<const double> slopes, std::span<const double> rewards) {
  const Adjacency& rows = trace.rows();
  double largest = 0;
  for (std::uint32_t i = 0; i < trace.transient_count(); ++i) {
    const double reward = rewards.empty() ? 1 : rewards[i];
    if (reward == 0) continue;
    double sum = 0;
    for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e)
      sum += std::fabs(slopes[trace.edge_classes()[e]]);
    largest = std::max(largest, sum / reward);
  }
  return largest;
}

}  // namespace

struct DistributionGradient::Implementation {
  Implementation(const Graph& graph_in, const Trace& trace_in, const std::vector<double>& reward,
                 Simd simd_in)
      : graph(graph_in), trace(trace_in), rewards(rewards_by_position(trace_in, reward)), simd(simd_in) {}

  void begin(std::span<const double> theta) {
    walk.reset();
    powers.reset();
    state_walk.reset();
    state_powers.reset();
    time_powers.reset();
    walk_bounds.reset();
    state_bounds.reset();
    const auto terms = evaluate_terms(graph.terms(), theta, 0.0);
    weights = class_weights(trace, std::span<const double>(terms));
    slopes = weight_gradients(trace, graph.terms(), theta, 0.0);
    fates = find_fates(trace, weights, rewards);
    settled = settled_among(fates);
    largest_changes.clear();
    for (const auto& by_class : slopes) largest_changes.push_back(largest_change(trace, by_class, rewards));
    opens = changing(trace, fates, Fate::settled, slopes);
    ends = changing(trace, fates, Fate::endless, slopes);
    if (contour) contour->begin(weights, rewards, settled, slopes);
  }

  WalkGradient& the_walk() {
    if (!walk) walk.emplace(make_chain_gradient(trace, weights, slopes, rewards, fates));
    return *walk;
  }
  PowerGradient& the_powers() {
    if (!powers)
      powers.emplace(make_chain_gradient(trace, weights, slopes, rewards, fates), the_walk().rate());
    return *powers;
  }
  WalkGradient& the_state_walk() {
    if (!state_walk) state_walk.emplace(make_chain_gradient_with_absorbing_states(trace, weights, slopes));
    return *state_walk;
  }
  Contour& the_contour() {
    if (!contour) {
      contour.emplace(trace, simd);
      contour->begin(weights, rewards, settled, slopes);
    }
    return *contour;
  }

  bool contour_fits(double t) {
    if (trace.time() == TimeKind::discrete || !(the_contour().at(t).error <= most_contour_error))
      return false;
    const auto found = the_contour().slopes_at(t);
    for (std::size_t p = 0; p < found.size(); ++p) {
      if (!(found[p].error <= most_contour_error * t * largest_changes[p])) return false;
    }
    return true;
  }

  /// Infinite where it does not get there.
  [[nodiscard]] double cost_of_squaring(const WalkGradient& steps, double t,
                                        Times times = Times::left_out) const {
    const Squaring squaring{steps.size(), slopes.size(), steps.rate() * t, times};
    return squaring.gets_there() && squaring.numbers() <= most_numbers ? squaring.cost() : infinity;
  }

  /// As for values, by what derivatives cost.
  Route route(double t) {
    const double cost = the_walk().cost(t);
    const double steps = the_walk().steps(t);
    if ((cost <= cheap && steps <= few_steps) || t == 0) return Route::steps;
    const double squaring = cost_of_squaring(the_walk(), t);
    const bool can_walk = cost <= affordable && steps <= most_steps;
    const Route cheaper = can_walk && cost <= squaring ? Route::steps : Route::squaring;
    if (squaring < infinity && the_walk().size() <= few_states) return cheaper;
    if (contour_fits(t)) return Route::contour;
    if (can_walk || squaring <= affordable) return cheaper;
    // Beyond the longest way to absorption nothing happens any more.
    const double far = std::min(few_steps, worth_trying / (1 + the_walk().step_cost()));
    return trace.time() == TimeKind::discrete && the_walk().ends_within(far) ? Route::steps : Route::none;
  }

  std::optional<std::vector<Point>> at(double t) {
    std::vector<Point> points;
    switch (route(t)) {
      case Route::steps:
        points = the_walk().at(t);
        break;
      case Route::squaring:
        points = the_powers().at(t);
        break;
      case Route::contour:
        for (const Inverted& slope : the_contour().slopes_at(t)) points.push_back(slope.point);
        break;
      case Route::none:
        return std::nullopt;
    }
    for (std::size_t p = 0; p < points.size(); ++p) {
      if (opens[p]) points[p] = {nan, nan, nan};
    }
    return points;
  }

  /// Where no class is endless R is finite, and so it stays as rates change.
  [[nodiscard]] bool has_endless() const { return std::ranges::find(fates, Fate::endless) != fates.end(); }
  [[nodiscard]] Distribution::Bounded slope_of_certainty(std::size_t parameter) const {
    return opens[parameter] ? Distribution::Bounded{nan, infinity} : Distribution::Bounded{0, 0};
  }

  std::vector<double> laplace(double s) {
    std::vector<double> result;
    if (s == 0 && !has_endless()) {
      for (std::size_t p = 0; p < slopes.size(); ++p) result.push_back(slope_of_certainty(p).value);
      return result;
    }
    if (!replay) replay = make_shifted_replay(trace, simd);
    const auto found = replay->gradients(weights, transform_shifts(trace, rewards, s), settled, slopes);
    // At s = 0 a transform is the probability that R is finite, which jumps where an endless class is opened.
    for (std::size_t p = 0; p < slopes.size(); ++p)
      result.push_back(opens[p] || (s == 0 && ends[p]) ? nan : found[1 + p][0].real());
    return result;
  }

  [[nodiscard]] std::vector<double> by_vertex(const std::vector<double>& states) const {
    const std::size_t n = trace.transient_count();
    std::vector<double> values(graph.vertex_count(), 0.0);
    for (std::size_t i = 0; i < n; ++i) values[trace.vertices()[i]] = states[i];
    for (std::size_t a = n; a < states.size(); ++a) values[1 + a] = states[a];
    return values;
  }

  std::optional<std::vector<Walk::Occupation>> occupation(double t, std::optional<PowerGradient>& squares,
                                                          Times times) {
    const double cost = the_state_walk().cost(t);
    const double squaring = cost_of_squaring(the_state_walk(), t, times);
    const bool can_walk = cost <= affordable && the_state_walk().steps(t) <= most_weights;
    if (can_walk && cost <= std::max(cheap, squaring)) return the_state_walk().occupation(t);
    if (squaring > affordable) return std::nullopt;
    if (!squares) {
      squares.emplace(make_chain_gradient_with_absorbing_states(trace, weights, slopes),
                      the_state_walk().rate(), times);
    }
    return squares->occupation(t);
  }

  std::optional<std::vector<std::vector<double>>> state_probabilities(double t) {
    const auto found = occupation(t, state_powers, Times::left_out);
    if (!found) return std::nullopt;
    std::vector<std::vector<double>> result;
    for (const auto& change : *found) result.push_back(by_vertex(change.probability));
    return result;
  }

  std::optional<std::vector<std::vector<double>>> state_times(double t) {
    auto found = occupation(t, time_powers, Times::kept);
    if (!found) return std::nullopt;
    std::vector<std::vector<double>> result;
    for (auto& change : *found) result.push_back(times_by_vertex(std::move(change.time)));
    return result;
  }

  [[nodiscard]] bool can_follow(const WalkGradient& steps, double t) const {
    return steps.cost(t) <= affordable && steps.steps(t) <= most_steps;
  }
  static double count_of(const RatesAt& rates, Range range) {
    return range == Range::left ? infinity : rates.doubles.count;
  }

  std::optional<std::vector<Walk::Bounded>> bounded_at(double t, const RatesAt& rates, double time_count) {
    if (!can_follow(the_walk(), t)) return std::nullopt;
    if (!walk_bounds) {
      std::feclearexcept(FE_OVERFLOW | FE_UNDERFLOW);
      ChainGradient chain = make_chain_gradient(trace, weights, slopes, rewards, fates);
      const Range range = range_of(0.0);
      add_errors(chain, trace, rates, rewards, fates);
      walk_bounds.emplace(chain, walk->rate(), count_of(rates, range));
    }
    const std::vector<Point> points = walk->at(t);
    const std::vector<Point> errors = walk_bounds->at(t, time_count);
    std::vector<Walk::Bounded> found;
    for (std::size_t p = 0; p < points.size(); ++p)
      found.push_back(opens[p] ? Walk::Bounded{{nan, nan, nan}, {infinity, infinity, infinity}}
                               : Walk::Bounded{points[p], errors[p]});
    return found;
  }

  std::vector<Distribution::Bounded> bounded_laplace(double s, const RatesAt& rates) {
    std::vector<Distribution::Bounded> found;
    if (s == 0 && !has_endless()) {
      for (std::size_t p = 0; p < slopes.size(); ++p) found.push_back(slope_of_certainty(p));
      return found;
    }
    std::feclearexcept(FE_OVERFLOW | FE_UNDERFLOW);
    const std::vector<double> values = laplace(s);
    const auto sizes = replay->magnitudes(weights, transform_shifts(trace, rewards, s), settled, slopes);
    const double of_a_solve = transform_roundings(trace, rewards, s, count_of(rates, range_of(0.0)));
    for (std::size_t p = 0; p < values.size(); ++p) {
      const double count = 2 * of_a_solve + 2 * longest_row(trace) + rates.doubles.slope_count + 3;
      const double size = sizes[1 + p][0].real();
      const double error = relative_bound(size, count) * (1 + relative_bound(1, count));
      const double unseen = is_overwhelming(trace, rewards, s) ? least_seen * (1 + size) : 0;
      found.push_back({values[p], error >= 0 && !std::isnan(values[p]) ? error + unseen : infinity});
    }
    return found;
  }

  using BoundedOccupations = std::vector<Walk::BoundedOccupation>;
  std::optional<BoundedOccupations> bounded_occupation(double t, const RatesAt& rates) {
    if (!can_follow(the_state_walk(), t)) return std::nullopt;
    if (!state_bounds) {
      std::feclearexcept(FE_OVERFLOW | FE_UNDERFLOW);
      ChainGradient chain = make_chain_gradient_with_absorbing_states(trace, weights, slopes);
      const Range range = range_of(0.0);
      chain.errors = slope_errors_with_absorbing_states(trace, slopes,
                                                        {rates.doubles.count, rates.doubles.slope_counts});
      state_bounds.emplace(chain, state_walk->rate(), count_of(rates, range));
    }
    std::vector<Walk::Occupation> values = state_walk->occupation(t);
    std::vector<Walk::Occupation> errors = state_bounds->occupation(t);
    BoundedOccupations found;
    for (std::size_t p = 0; p < values.size(); ++p)
      found.push_back({std::move(values[p]), std::move(errors[p])});
    return found;
  }
  [[nodiscard]] std::vector<double> times_by_vertex(std::vector<double> states) const {
    std::fill(states.begin() + static_cast<std::ptrdiff_t>(trace.transient_count()), states.end(), 0.0);
    return by_vertex(states);
  }

  const Graph& graph;
  const Trace& trace;
  std::vector<double> rewards;  // by position; empty: 1
  Simd simd;
  std::vector<double> weights;
  std::vector<std::vector<double>> slopes;  // of the weights, by parameter
  std::vector<Fate> fates;
  std::vector<bool> settled;
  std::vector<double> largest_changes;  // by parameter: of all rates out of a state, per unit of R
  std::vector<bool> opens;              // by parameter: a settled class
  std::vector<bool> ends;               // by parameter: an endless class
  std::optional<WalkGradient> walk;
  std::optional<PowerGradient> powers;
  std::optional<WalkGradient> state_walk;  // with absorbing states
  std::optional<PowerGradient> state_powers;
  std::optional<PowerGradient> time_powers;  // with the time spent in each state
  std::optional<WalkGradientBounds> walk_bounds;
  std::optional<WalkGradientBounds> state_bounds;
  std::optional<Contour> contour;
  std::unique_ptr<ShiftedReplay> replay;
};

DistributionGradient::DistributionGradient(const Graph& graph, const Trace& trace,
                                           const std::vector<double>& reward, Simd simd)
    : implementation_(std::make_unique<Implementation>(graph, trace, reward, simd)) {}
DistributionGradient::~DistributionGradient() = default;
DistributionGradient::DistributionGradient(DistributionGradient&&) noexcept = default;

void DistributionGradient::begin(std::span<const double> theta) {
  implementation_->begin(theta);
}
std::optional<std::vector<Point>> DistributionGradient::at(double t) {
  return implementation_->at(t);
}
std::vector<double> DistributionGradient::laplace(double s) {
  return implementation_->laplace(s);
}
std::optional<std::vector<std::vector<double>>> DistributionGradient::state_probabilities(double t) {
  return implementation_->state_probabilities(t);
}
std::optional<std::vector<std::vector<double>>> DistributionGradient::state_times(double t) {
  return implementation_->state_times(t);
}
std::optional<std::vector<Walk::Bounded>> DistributionGradient::bounded_at(double t, const RatesAt& rates,
                                                                           double time_count) {
  return implementation_->bounded_at(t, rates, time_count);
}
std::vector<Distribution::Bounded> DistributionGradient::bounded_laplace(double s, const RatesAt& rates) {
  return implementation_->bounded_laplace(s, rates);
}
std::optional<std::vector<Distribution::BoundedStates>> DistributionGradient::bounded_state_probabilities(
    double t, const RatesAt& rates) {
  const auto found = implementation_->bounded_occupation(t, rates);
  if (!found) return std::nullopt;
  std::vector<Distribution::BoundedStates> result;
  for (const auto& [value, error] : *found)
    result.push_back(
        {implementation_->by_vertex(value.probability), implementation_->by_vertex(error.probability)});
  return result;
}
std::optional<std::vector<Distribution::BoundedStates>> DistributionGradient::bounded_state_times(
    double t, const RatesAt& rates) {
  const auto found = implementation_->bounded_occupation(t, rates);
  if (!found) return std::nullopt;
  std::vector<Distribution::BoundedStates> result;
  for (const auto& [value, error] : *found)
    result.push_back(
        {implementation_->times_by_vertex(value.time), implementation_->times_by_vertex(error.time)});
  return result;
}
DistributionGradient::Route DistributionGradient::route(double t) {
  return implementation_->route(t);
}

}  // namespace phasic
