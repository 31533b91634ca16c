// The distribution of a reward at one theta, in MPFR numbers of so many bits: every number between two ends
// that are proven. The routes are steps (enclosed_walk.hpp) and, for few states, squaring
// (enclosed_powers.hpp), whichever costs less; beyond a minute or two there is none. docs/numerics.md,
// section 5.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "moments/enclosed_quantile.hpp"
#include "moments/rates.hpp"
#include "moments/written.hpp"
#include "trace/trace.hpp"

namespace phasic {

class EnclosedDistribution {
 public:
  /// `reward` by vertex, empty: R is the time. Graph and trace outlive it. Throws InputError for a reward
  /// that is no whole number in discrete time, once more than a transform is asked. With `Chance::last`, what
  /// is not known to differ from 0 is 0.
  EnclosedDistribution(const Graph& graph, const Trace& trace, const std::vector<double>& reward,
                       MpfrWeights weights, Chance chance);
  ~EnclosedDistribution();
  EnclosedDistribution(EnclosedDistribution&&) noexcept;

  enum class Part { density, distribution, survival };
  /// In discrete time the density is the mass.
  EnclosedNumber at(const Written& t, Part part);
  /// The smallest t with P(R <= t) >= p.
  EnclosedNumber quantile(const Written& p);
  /// E[exp(-s R)]
  EnclosedNumber laplace(const Written& s);

  /// By vertex, as Distribution has them; nothing where no route gets there.
  std::optional<std::vector<Enclosure>> state_probabilities(const Written& t);
  std::optional<std::vector<Enclosure>> state_times(const Written& t);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace phasic
