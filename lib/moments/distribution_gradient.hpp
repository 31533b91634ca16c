// The derivatives in theta of what a Distribution says: through derived terms by the chain rule, through
// rewards and through states that earn nothing. By steps (walk_gradient.hpp), squaring (power_gradient.hpp)
// or on the contour (contour.hpp), chosen as Distribution does, by what derivatives cost. Values are left to
// Distribution, so that asking for derivatives never changes one of their digits.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "graph/graph.hpp"
#include "moments/distribution.hpp"
#include "moments/rates.hpp"
#include "moments/uniformisation.hpp"
#include "replay/simd.hpp"
#include "trace/trace.hpp"

namespace phasic {

/// For one theta after another; one per thread. Graph and trace outlive it. All results are by parameter; NaN
/// for a parameter that lets the chain out of a class that it could not leave and that earns nothing: R jumps
/// there. Nothing where no route gets there.
class DistributionGradient {
 public:
  /// As Distribution.
  DistributionGradient(const Graph& graph, const Trace& trace, const std::vector<double>& reward,
                       Simd simd = best_simd());
  ~DistributionGradient();
  DistributionGradient(DistributionGradient&&) noexcept;

  /// Goes to another theta, one that Distribution::begin finds nothing wrong with.
  void begin(std::span<const double> theta);

  /// At t >= 0.
  std::optional<std::vector<Point>> at(double t);
  /// Of E[exp(-s R)] for s >= 0.
  std::vector<double> laplace(double s);
  /// By parameter, then by vertex, as Distribution's.
  std::optional<std::vector<std::vector<double>>> state_probabilities(double t);
  std::optional<std::vector<std::vector<double>>> state_times(double t);

  /// The same with proven bounds, infinite where nothing is known, for rates that are read with their
  /// derivatives. All but transforms are always by steps; nothing where these are too many. `time_count`: t
  /// is exact but for so many units of roundoff.
  std::optional<std::vector<Walk::Bounded>> bounded_at(double t, const RatesAt& rates, double time_count = 0);
  std::vector<Distribution::Bounded> bounded_laplace(double s, const RatesAt& rates);
  std::optional<std::vector<Distribution::BoundedStates>> bounded_state_probabilities(double t,
                                                                                      const RatesAt& rates);
  std::optional<std::vector<Distribution::BoundedStates>> bounded_state_times(double t, const RatesAt& rates);

  enum class Route { steps, squaring, contour, none };
  /// How `at(t)` gets there.
  Route route(double t);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace phasic
