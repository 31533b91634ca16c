// The ways to what happens at a time, enclosed: steps (enclosed_walk.hpp) and, for few states, squaring
// (enclosed_powers.hpp), whichever costs less. Beyond a minute or two there is none.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "graph/graph.hpp"
#include "moments/enclosed_distribution.hpp"
#include "moments/enclosed_powers.hpp"
#include "moments/enclosed_times.hpp"
#include "moments/enclosed_walk.hpp"
#include "moments/written.hpp"

namespace phasic {

/// Of one chain.
template <class Number>
class RoutesOf {
 public:
  RoutesOf(ChainOf<Number> chain, mpfr_prec_t bits)
      : steps_(std::make_unique<StepsOf<Number>>(std::move(chain), bits)) {}

  [[nodiscard]] const StepsOf<Number>& steps() const { return *steps_; }

  // All of these: nothing where no route gets there.
  /// In continuous time.
  std::optional<PointOf<Number>> point_at(const Enclosure& t) {
    switch (route(t.high)) {
      case Route::steps:
        return walk().at(t);
      case Route::squaring:
        return powers().at(t);
      case Route::none:
        break;
    }
    return std::nullopt;
  }
  /// In discrete time, after a whole number of steps.
  std::optional<PointOf<Number>> point_after(const Mpfr& count) {
    switch (route(count)) {
      case Route::steps:
        return walk().after(to_integer(count));
      case Route::squaring:
        return powers().after(count);
      case Route::none:
        break;
    }
    return std::nullopt;
  }
  /// By state of the chain, at t.
  std::optional<std::vector<Number>> probabilities(const Written& t) {
    const Mpfr whole = whole_part(t).number;
    const Enclosure at = enclosed(t, steps().bits());
    switch (route(is_discrete() ? whole : at.high)) {
      case Route::steps:
        return is_discrete() ? states_after(to_integer(whole)) : states_at(at);
      case Route::squaring:
        return (is_discrete() ? powers().state_after(whole) : powers().state_at(at)).states;
      case Route::none:
        break;
    }
    return std::nullopt;
  }
  /// The expected time in each of the first `count` states until t, 0 in the others.
  std::optional<std::vector<Number>> times(const Written& t, std::size_t count) {
    const Mpfr whole = whole_part(t).number;
    const Enclosure at = enclosed(t, steps().bits());
    const Route way = route(is_discrete() ? whole : at.high, 2);
    if (way == Route::none) return std::nullopt;
    std::vector<Number> states;
    if (way == Route::squaring)
      states = is_discrete() ? powers().visits_before(whole) : powers().times_until(at);
    else
      states = is_discrete() ? enclosed_visits(steps(), to_integer(whole))
                             : enclosed_times(steps(), steps().start(), at);
    for (std::size_t i = count; i < states.size(); ++i) set_zero(states[i]);
    return states;
  }

 private:
  // A minute or two, in multiply-adds of 128 bits.
  static constexpr double affordable = 1e9;
  // A step is remembered in some 500 bytes, an entry of a matrix in 150, with slopes in three times as many.
  static constexpr double most_steps = 1e6;
  static constexpr double most_entries = 2e6;

  enum class Route { steps, squaring, none };
  /// To t, or after so many steps; by squaring so many matrices at a time.
  [[nodiscard]] Route route(const Mpfr& t, double matrices = 1) {
    const double jumps = steps().jumps_until(t);
    const double by_squaring = price(matrices * powers().cost(jumps));
    const auto n = static_cast<double>(steps().size());
    const double entries = StepsOf<Number>::products * matrices * n * n * std::log2(2 + jumps);
    const bool can_square = by_squaring <= affordable && entries <= most_entries;
    if (can_walk(jumps) && (price_of_steps(jumps) <= by_squaring || !can_square)) return Route::steps;
    return can_square ? Route::squaring : Route::none;
  }
  /// What is spent on multiply-adds of more bits.
  [[nodiscard]] double price(double multiply_adds) const {
    return multiply_adds * std::pow(std::max(1.0, static_cast<double>(steps().bits()) / 128), 1.2);
  }
  [[nodiscard]] double price_of_steps(double jumps) const {
    return price(steps().steps_for(jumps) * steps().step_cost());
  }
  [[nodiscard]] bool can_walk(double jumps) const {
    return price_of_steps(jumps) <= affordable &&
           StepsOf<Number>::products * steps().steps_for(jumps) <= most_steps;
  }
  [[nodiscard]] bool is_discrete() const { return steps().time() == TimeKind::discrete; }
  static std::uint64_t to_integer(const Mpfr& whole) { return mpfr_get_ui(whole.get(), MPFR_RNDN); }

  std::vector<Number> states_after(std::uint64_t count) const {
    StateOf<Number> now = steps().start();
    for (; count > 0; --count) steps().advance(now);
    return std::move(now.states);
  }
  std::vector<Number> states_at(const Enclosure& t) const {
    Enclosure mean = t;
    multiply(mean, Enclosure(steps().rate()));
    StateOf<Number> now = steps().start();
    steps().drift(now, mean);
    return std::move(now.states);
  }
  WalkOf<Number>& walk() {
    if (!walk_) walk_.emplace(steps());
    return *walk_;
  }
  PowersOf<Number>& powers() {
    if (!powers_) powers_.emplace(steps());
    return *powers_;
  }

  std::unique_ptr<StepsOf<Number>> steps_;  // where it is, the others may refer to it
  std::optional<WalkOf<Number>> walk_;
  std::optional<PowersOf<Number>> powers_;
};

template <class Number>
Number& part_of(PointOf<Number>& point, EnclosedDistribution::Part part) {
  using enum EnclosedDistribution::Part;
  return part == density ? point.density : part == distribution ? point.distribution : point.survival;
}

/// 1 where a weight is positive: fates depend on nothing else.
inline std::vector<double> signs_of(const std::vector<Mpfr>& weights) {
  std::vector<double> signs;
  for (const Mpfr& weight : weights) signs.push_back(mpfr_zero_p(weight.get()) != 0 ? 0 : 1);
  return signs;
}

/// From numbers by state of a chain with absorbing states.
template <class Number>
std::optional<std::vector<Number>> by_vertex(const Graph& graph, const Trace& trace,
                                             std::optional<std::vector<Number>> states) {
  if (!states) return std::nullopt;
  const std::size_t n = trace.transient_count();
  std::vector<Number> values(graph.vertex_count(), Number(MPFR_PREC_MIN));
  for (std::size_t i = 0; i < n; ++i) values[trace.vertices()[i]] = std::move((*states)[i]);
  for (std::size_t a = n; a < states->size(); ++a) values[1 + a] = std::move((*states)[a]);
  return values;
}

}  // namespace phasic
