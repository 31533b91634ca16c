// Terms, their derivatives and the weights of classes as replay/terms.hpp has them, with the error of each:
// the same operations in the same order, so the values are the same to the bit. docs/numerics.md, section 3.
#pragma once

#include <span>
#include <vector>

#include "graph/terms.hpp"
#include "replay/tracked.hpp"
#include "trace/trace.hpp"

namespace phasic {

/// Scalar is double or Mpfr. Where it is not known on which side of a comparison a theta is, nothing is
/// known.
template <class Scalar>
std::vector<Tracked<Scalar>> tracked_terms(const Terms& terms, std::span<const Tracked<Scalar>> theta,
                                           const Scalar& zero);

/// By parameter, then by term.
template <class Scalar>
std::vector<std::vector<Tracked<Scalar>>> tracked_gradients(const Terms& terms,
                                                            std::span<const Tracked<Scalar>> theta,
                                                            const Scalar& zero);

/// One class, of its coefficients.
template <class Scalar>
Tracked<Scalar> tracked_weight(std::span<const double> coefficients, std::span<const Tracked<Scalar>> terms,
                               const Scalar& zero);

/// By class. `terms` may be their derivatives.
template <class Scalar>
std::vector<Tracked<Scalar>> tracked_weights(const Trace& trace, std::span<const Tracked<Scalar>> terms,
                                             const Scalar& zero);

}  // namespace phasic
