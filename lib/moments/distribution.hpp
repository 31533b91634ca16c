// The distribution of the time until absorption, or of a reward R accumulated until then: density (mass),
// distribution and survival function, quantiles, Laplace transform, and where the chain is at a time. At each
// point that route is taken which costs least of those that are right there: steps (uniformisation.hpp),
// squaring (powers.hpp), a contour (contour.hpp). Which one depends on the chain and the point alone, so an
// answer does not depend on what else is asked. In doubles; docs/numerics.md says with what accuracy.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "moments/sample.hpp"
#include "moments/uniformisation.hpp"
#include "replay/simd.hpp"
#include "trace/trace.hpp"

namespace phasic {

/// For one theta after another; one per thread. Graph and trace outlive it.
class Distribution {
 public:
  /// `reward` by vertex, empty: R is the time. Throws InputError for a reward that is no whole number in
  /// discrete time, unless only `laplace` is asked.
  Distribution(const Graph& graph, const Trace& trace, const std::vector<double>& reward,
               Simd simd = best_simd());
  ~Distribution();
  Distribution(Distribution&&) noexcept;

  /// Goes to another theta. Returns what is wrong with it, empty if nothing is.
  std::string begin(std::span<const double> theta);

  /// At t >= 0. Nothing where no route gets there: too many steps, and a contour does not fit.
  std::optional<Point> at(double t);
  /// The smallest t with P(R <= t) >= p, for p in (0, 1): infinite if R is infinite with probability above
  /// 1 - p. Nothing as for `at`.
  std::optional<double> quantile(double p);
  /// E[exp(-s R)] for s >= 0, with full relative accuracy.
  double laplace(double s);
  /// A number, and by how much it can be wrong: infinite where nothing is known.
  struct Bounded {
    double value = 0;
    double error = 0;
  };
  /// The same with proven bounds, where the weights of classes are exact but for `rate_count` units of
  /// roundoff. At a time this is always by steps; nothing where these are too many.
  std::optional<Walk::Bounded> bounded_at(double t, double rate_count);
  /// How fast the density changes at most where Walk::steepest_density says so.
  double steepest_density(double t, double rate_count, double time_count);
  Bounded bounded_laplace(double s, double rate_count);
  /// The quantile, and how far from it the true one can be.
  std::optional<Bounded> bounded_quantile(double p, double rate_count);
  /// P(R < infinity).
  double finite_share() { return laplace(0); }

  /// By vertex: the probability of being there at time t >= 0 (absorbing vertices included), and the expected
  /// time spent there until then, in discrete time the expected number of visits before t (0 for absorbing
  /// vertices). Of time itself, whatever the reward. Nothing as for `at`.
  std::optional<std::vector<double>> state_probabilities(double t);
  std::optional<std::vector<double>> state_times(double t);
  /// The same with proven bounds, as those above always by steps.
  struct BoundedStates {
    std::vector<double> values;
    std::vector<double> errors;
  };
  std::optional<BoundedStates> bounded_state_probabilities(double t, double rate_count);
  std::optional<BoundedStates> bounded_state_times(double t, double rate_count);

  /// Sample k of a seed, as Sampler draws it, of the same walk together with other rewards.
  [[nodiscard]] Sampler sampler(std::uint64_t seed, std::vector<Earning> others = {}) const;
  /// This reward, for the sampler of another.
  [[nodiscard]] Earning earning() const;

  enum class Route { steps, squaring, contour, none };
  /// How `at(t)` gets there.
  Route route(double t);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace phasic
