#include "moments/distribution.hpp"

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "moments/complaint.hpp"
#include "moments/contour.hpp"
#include "moments/missing_start.hpp"
#include "moments/powers.hpp"
#include "moments/relative_bound.hpp"
#include "moments/task.hpp"
#include "moments/transform_shifts.hpp"
#include "replay/shifted.hpp"
#include "replay/terms.hpp"

namespace phasic {

namespace {

// What is spent without asking whether it could be less, in multiply-adds: some 20 ms.
constexpr double cheap = 2e7;
// A minute or two; beyond it, it is better to say no.
constexpr double affordable = 1e11;
// What is spent on finding out whether a walk ends.
constexpr double worth_trying = 1e9;
// A step is remembered in 24 bytes.
constexpr double few_steps = 1e6;
constexpr double most_steps = 2e7;
// Below so many states squaring is cheaper than a contour, and right for every spectrum.
constexpr std::size_t few_states = 64;
// Absolute.
constexpr double most_contour_error = 2e-10;

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

struct Distribution::Implementation {
  Implementation(const Graph& graph_in, const Trace& trace_in, const std::vector<double>& reward,
                 Simd simd_in)
      : graph(graph_in),
        trace(trace_in),
        rewards(rewards_by_position(trace_in, reward)),
        simd(simd_in),
        has_whole_rewards(std::ranges::all_of(rewards, [](double r) { return std::floor(r) == r; })) {}

  [[nodiscard]] bool is_discrete() const { return trace.time() == TimeKind::discrete; }

  std::string begin(std::span<const double> theta) {
    walk.reset();
    powers.reset();
    state_walk.reset();
    state_powers.reset();
    time_powers.reset();
    const auto terms = evaluate_terms(graph.terms(), theta, 0.0);
    weights = class_weights(trace, std::span<const double>(terms));
    if (std::string error = complaint_about(graph, trace, weights); !error.empty()) return error;
    fates = find_fates(trace, weights, rewards);
    settled = settled_among(fates);
    if (contour) contour->begin(weights, rewards, settled);
    return "";
  }

  Walk& the_walk() {
    if (!walk) {
      if (is_discrete() && !has_whole_rewards) {
        throw InputError({"--reward",
                          "is no whole number in some state",
                          "in discrete time, only the Laplace transform is known for such rewards",
                          {}});
      }
      std::feclearexcept(FE_OVERFLOW | FE_UNDERFLOW);
      Chain chain = make_chain(trace, weights, rewards, fates);
      chain_range = range_of(0.0);
      walk.emplace(std::move(chain));
    }
    return *walk;
  }
  Powers& the_powers() {
    if (!powers) powers.emplace(the_walk());
    return *powers;
  }
  Contour& the_contour() {
    if (!contour) {
      contour.emplace(trace, simd);
      contour->begin(weights, rewards, settled);
    }
    return *contour;
  }

  Route route(double t) {
    Walk& steps = the_walk();
    const double cost = steps.cost(t);
    const double count = steps.rate() * t;
    if ((cost <= cheap && count <= few_steps) || t == 0) return Route::steps;
    const bool can_square = the_powers().reaches(t);
    const double squaring = the_powers().cost(t);
    if (can_square && steps.chain().size() <= few_states)
      return std::min(cost, squaring) == cost ? Route::steps : Route::squaring;
    if (!is_discrete() && the_contour().at(t).error <= most_contour_error) return Route::contour;
    const bool can_walk = cost <= affordable && count <= most_steps;
    if (can_walk && (cost <= squaring || !can_square)) return Route::steps;
    if (can_square && squaring <= affordable) return Route::squaring;
    // Beyond the longest way to absorption nothing happens any more.
    const double far = std::min(few_steps, worth_trying / (1 + steps.step_cost()));
    if (can_walk || (is_discrete() && steps.ends_within(far))) return Route::steps;
    return Route::none;
  }

  std::optional<Point> at(double t) {
    switch (route(t)) {
      case Route::steps:
        return the_walk().at(t);
      case Route::squaring:
        return the_powers().at(t);
      case Route::contour:
        return the_contour().at(t).point;
      case Route::none:
        break;
    }
    return std::nullopt;
  }

  std::optional<Walk::Bounded> bounded_at(double t, double rate_count) {
    Walk& steps = the_walk();
    if (steps.cost(t) > affordable || steps.rate() * t > most_steps) return std::nullopt;
    const double count = chain_range == Range::left ? infinity : rate_count;
    return steps.bounded_at(t, count, error_of_missing_start(trace, weights, count));
  }

  Distribution::Bounded bounded_laplace(double s, double rate_count) {
    std::feclearexcept(FE_OVERFLOW | FE_UNDERFLOW);
    const double value = laplace(s);
    const double of_start = error_of_missing_start(trace, weights, rate_count);
    if (s == 0 && !has_endless()) return {value, of_start};
    const double count =
        range_of(0.0) == Range::left ? infinity : transform_roundings(trace, rewards, s, rate_count);
    const double unseen = is_overwhelming(trace, rewards, s) ? least_seen : 0;
    return {value, relative_bound(value, count) + of_start + unseen};
  }

  [[nodiscard]] std::vector<double> by_vertex(const std::vector<double>& states) const {
    const std::size_t n = trace.transient_count();
    std::vector<double> values(graph.vertex_count(), 0.0);
    for (std::size_t i = 0; i < n; ++i) values[trace.vertices()[i]] = states[i];
    for (std::size_t a = n; a < states.size(); ++a) values[1 + a] = states[a];
    return values;
  }

  Walk& the_state_walk() {
    if (!state_walk) {
      std::feclearexcept(FE_OVERFLOW | FE_UNDERFLOW);
      Chain chain = make_chain_with_absorbing_states(trace, weights);
      state_range = range_of(0.0);
      state_walk.emplace(std::move(chain));
    }
    return *state_walk;
  }

  std::optional<Walk::Occupation> occupation(double t, std::optional<Powers>& squares, Times times) {
    const Walk& steps = the_state_walk();
    if (!squares) squares.emplace(steps, times);
    const double cost = steps.cost(t);
    const double squaring = squares->reaches(t) ? squares->cost(t) : infinity;
    const bool can_walk = cost <= affordable && steps.rate() * t <= most_steps;
    if (can_walk && cost <= std::max(cheap, squaring)) return steps.occupation(t);
    if (squaring <= affordable) return squares->occupation(t);
    return std::nullopt;
  }

  std::optional<std::vector<double>> state_probabilities(double t) {
    const auto found = occupation(t, state_powers, Times::left_out);
    if (!found) return std::nullopt;
    return by_vertex(found->probability);
  }

  std::optional<std::vector<double>> state_times(double t) {
    const auto found = occupation(t, time_powers, Times::kept);
    if (!found) return std::nullopt;
    return times_by_vertex(found->time);
  }

  [[nodiscard]] std::vector<double> times_by_vertex(std::vector<double> states) const {
    std::fill(states.begin() + static_cast<std::ptrdiff_t>(trace.transient_count()), states.end(), 0.0);
    return by_vertex(states);
  }

  std::optional<Walk::BoundedOccupation> bounded_occupation(double t, double rate_count) {
    const Walk& steps = the_state_walk();
    if (steps.cost(t) > affordable || steps.rate() * t > most_steps) return std::nullopt;
    return steps.bounded_occupation(t, state_range == Range::left ? infinity : rate_count);
  }

  /// Eight transforms at once cost what one does; here one is wanted.
  double laplace(double s) {
    if (s == 0 && !has_endless()) return 1;
    if (!replay) replay = make_shifted_replay(trace, simd);
    const Shifts shifts = transform_shifts(trace, rewards, s);
    const double value = replay->transforms(weights, shifts, settled)[0].real();
    const bool is_seen = value >= least_seen || !is_overwhelming(trace, rewards, s);
    return (is_seen ? value : 0) + missing_start(trace, weights);
  }

  [[nodiscard]] bool has_endless() const { return std::ranges::find(fates, Fate::endless) != fates.end(); }

  const Graph& graph;
  const Trace& trace;
  std::vector<double> rewards;  // by position; empty: 1
  Simd simd;
  bool has_whole_rewards;
  std::vector<double> weights;
  std::vector<Fate> fates;
  std::vector<bool> settled;
  std::optional<Walk> walk;
  Range chain_range = Range::kept;
  std::optional<Walk> state_walk;  // with absorbing states
  Range state_range = Range::kept;
  std::optional<Powers> powers;
  std::optional<Powers> state_powers;  // of the walk with absorbing states
  std::optional<Powers> time_powers;   // the same, with the time spent in each state
  std::optional<Contour> contour;
  std::unique_ptr<ShiftedReplay> replay;
};

namespace {

/// How far P(R <= t) is above p, told by the smaller of the two probabilities, so that nothing cancels.
double excess(const Point& point, double p) {
  return p <= 0.5 ? point.distribution - p : (1 - p) - point.survival;
}

/// By how much `excess` can be wrong.
double error_of_excess(const Walk::Bounded& at, double p) {
  constexpr double unit = 0x1p-53;
  const double error = p <= 0.5 ? at.error.distribution : at.error.survival;
  return error + 2 * unit * std::fabs(excess(at.value, p));
}

/// Two times with the quantile in between: the distribution function is below p at `low`, not so at `high`.
struct Bracket {
  double low = 0;
  double high = 0;
};

/// Halves a time while the distribution function is not below p.
std::optional<Bracket> lowered(Distribution& distribution, double p, Bracket found) {
  for (;;) {
    found.low = found.high / 2;
    const auto point = distribution.at(found.low);
    if (!point) return std::nullopt;
    if (excess(*point, p) < 0 || found.low == 0) return found;
    found.high = found.low;
  }
}

/// Doubles a time until the distribution function has reached p.
std::optional<Bracket> bracket(Distribution& distribution, double p, double first) {
  Bracket found{0, first};
  while (std::isfinite(found.high)) {
    const auto point = distribution.at(found.high);
    if (!point) return std::nullopt;
    if (excess(*point, p) >= 0) return found;
    found.low = found.high;
    found.high *= 2;
  }
  found.low = found.high = infinity;
  return found;
}

}  // namespace

Distribution::Distribution(const Graph& graph, const Trace& trace, const std::vector<double>& reward,
                           Simd simd)
    : implementation_(std::make_unique<Implementation>(graph, trace, reward, simd)) {}
Distribution::~Distribution() = default;
Distribution::Distribution(Distribution&&) noexcept = default;

std::string Distribution::begin(std::span<const double> theta) {
  return implementation_->begin(theta);
}
std::optional<Point> Distribution::at(double t) {
  return implementation_->at(t);
}
double Distribution::laplace(double s) {
  return implementation_->laplace(s);
}
std::optional<std::vector<double>> Distribution::state_probabilities(double t) {
  return implementation_->state_probabilities(t);
}
std::optional<std::vector<double>> Distribution::state_times(double t) {
  return implementation_->state_times(t);
}
std::optional<Walk::Bounded> Distribution::bounded_at(double t, double rate_count) {
  return implementation_->bounded_at(t, rate_count);
}
double Distribution::steepest_density(double t, double rate_count, double time_count) {
  return implementation_->the_walk().steepest_density(t, rate_count, time_count);
}
Distribution::Bounded Distribution::bounded_laplace(double s, double rate_count) {
  return implementation_->bounded_laplace(s, rate_count);
}
std::optional<Distribution::BoundedStates> Distribution::bounded_state_probabilities(double t,
                                                                                     double rate_count) {
  const auto found = implementation_->bounded_occupation(t, rate_count);
  if (!found) return std::nullopt;
  return BoundedStates{implementation_->by_vertex(found->value.probability),
                       implementation_->by_vertex(found->error.probability)};
}
std::optional<Distribution::BoundedStates> Distribution::bounded_state_times(double t, double rate_count) {
  auto found = implementation_->bounded_occupation(t, rate_count);
  if (!found) return std::nullopt;
  return BoundedStates{implementation_->times_by_vertex(std::move(found->value.time)),
                       implementation_->times_by_vertex(std::move(found->error.time))};
}
Sampler Distribution::sampler(std::uint64_t seed, std::vector<Earning> others) const {
  const Implementation& in = *implementation_;
  others.insert(others.begin(), earning());
  return {in.trace, in.weights, std::move(others), seed};
}
Earning Distribution::earning() const {
  return {implementation_->rewards, implementation_->fates};
}
Distribution::Route Distribution::route(double t) {
  return implementation_->route(t);
}

std::optional<double> Distribution::quantile(double p) {
  const Walk& walk = implementation_->the_walk();
  if (excess(Point{0, walk.chain().atom, 1 - walk.chain().atom}, p) >= 0) return 0.0;
  if (walk.rate() == 0 || laplace(0) < p) return infinity;
  const bool is_discrete = implementation_->is_discrete();
  auto around = bracket(*this, p, is_discrete ? 1 : 1 / walk.rate());
  if (!around) return std::nullopt;
  if (is_discrete) {
    // The invariant is enough: below p at low, not at high.
    while (around->high - around->low > 1) {
      const double middle = std::floor(around->low + (around->high - around->low) / 2);
      const auto point = at(middle);
      if (!point) return std::nullopt;
      (excess(*point, p) >= 0 ? around->high : around->low) = middle;
    }
    return around->high;
  }
  if (around->low == 0) around = lowered(*this, p, *around);
  if (!around) return std::nullopt;
  // Newton's steps where they stay inside the bracket, halving where they do not.
  double t = around->low + (around->high - around->low) / 2;
  for (int round = 0; round < 200 && std::isfinite(around->high); ++round) {
    const auto point = at(t);
    if (!point) return std::nullopt;
    const double off = excess(*point, p);
    (off >= 0 ? around->high : around->low) = t;
    const double next = t - off / point->density;
    if (off == 0 || std::fabs(next - t) <= std::numeric_limits<double>::epsilon() * t) return t;
    const bool is_inside = next > around->low && next < around->high;
    t = is_inside ? next : around->low + (around->high - around->low) / 2;
    if (t <= around->low || t >= around->high) break;
  }
  return around->high;
}

std::optional<Distribution::Bounded> Distribution::bounded_quantile(double p, double rate_count) {
  const auto found = quantile(p);
  if (!found) return std::nullopt;
  const double q = *found;
  if (std::isinf(q)) {
    const Bounded finite = bounded_laplace(0, rate_count);
    return Bounded{q, finite.value + finite.error < p ? 0 : infinity};
  }
  const bool is_discrete = implementation_->is_discrete();
  // Wider and wider, until the true one is proven to lie within.
  const double least = is_discrete ? 0 : q * 0x1p-52;
  for (double width = least; width <= q + 1; width = 2 * width + (is_discrete ? 1 : 0)) {
    const double low = is_discrete ? q - width - 1 : q - width;
    const auto above = bounded_at(q + width, rate_count);
    if (!above) return std::nullopt;
    bool is_below = low < 0 || q == 0;
    if (!is_below) {
      const auto below = bounded_at(low, rate_count);
      is_below = below && excess(below->value, p) + error_of_excess(*below, p) < 0;
    }
    if (is_below && excess(above->value, p) - error_of_excess(*above, p) >= 0)
      return Bounded{q, is_discrete ? width : width + q * 0x1p-53};
    if (width == 0 && !is_discrete) break;
  }
  return Bounded{q, infinity};
}

}  // namespace phasic
