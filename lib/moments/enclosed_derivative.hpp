// How the distribution of a reward changes with one parameter at one theta, enclosed: by the routes that
// EnclosedDistribution takes, with numbers that carry their derivative. Values are left to that, so that
// asking for derivatives never changes one of their digits. docs/numerics.md, section 5.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "graph/graph.hpp"
#include "moments/enclosed_distribution.hpp"
#include "trace/trace.hpp"

namespace phasic {

struct EnclosedSlope {
  Finding finding = Finding::known;
  SignedEnclosure number{MPFR_PREC_MIN};
  /// Not where the parameter lets the chain out of a class that it could not leave and that earns nothing,
  /// and not of an infinite quantile.
  bool has_value = true;
};

class EnclosedDerivative {
 public:
  /// As EnclosedDistribution.
  EnclosedDerivative(const Graph& graph, const Trace& trace, const std::vector<double>& reward,
                     SlopedWeights weights);
  ~EnclosedDerivative();
  EnclosedDerivative(EnclosedDerivative&&) noexcept;

  EnclosedSlope at(const Written& t, EnclosedDistribution::Part part);
  /// In continuous time: of what EnclosedDistribution::quantile found.
  EnclosedSlope of_quantile(const EnclosedNumber& quantile);
  EnclosedSlope laplace(const Written& s);

  /// By vertex; nothing where no route gets there.
  std::optional<std::vector<SignedEnclosure>> state_probabilities(const Written& t);
  std::optional<std::vector<SignedEnclosure>> state_times(const Written& t);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace phasic
