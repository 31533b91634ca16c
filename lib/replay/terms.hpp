// From theta to the rate of every coefficient class: the terms (1, theta, derived ones) are evaluated once,
// each class is then one short dot product.
#pragma once

#include <span>
#include <vector>

#include "graph/terms.hpp"
#include "replay/mpfr.hpp"
#include "trace/trace.hpp"

namespace phasic {

/// All terms at theta (`theta.size()` is the number of parameters), `terms.count()` numbers like `prototype`
/// (whose precision they take). A derived term that has no value there is NaN.
std::vector<double> evaluate_terms(const Terms& terms, std::span<const double> theta, double prototype);
std::vector<Mpfr> evaluate_terms(const Terms& terms, std::span<const double> theta, const Mpfr& prototype);

/// Every step of a term's formula; the last is the term's value.
std::vector<double> formula_values(const DerivedTerm& term, std::span<const double> theta, double prototype);
std::vector<Mpfr> formula_values(const DerivedTerm& term, std::span<const double> theta,
                                 const Mpfr& prototype);

/// The derivative of every term by every parameter, term by term (`theta.size()` numbers each): exact, by the
/// chain rule through the formulas. min, max and selections have the derivative of the branch taken.
std::vector<double> term_gradients(const Terms& terms, std::span<const double> theta, double prototype);
std::vector<Mpfr> term_gradients(const Terms& terms, std::span<const double> theta, const Mpfr& prototype);

/// The weight of each class, one fused multiply-add per term, the constant first.
std::vector<double> class_weights(const Trace& trace, std::span<const double> terms);
std::vector<Mpfr> class_weights(const Trace& trace, std::span<const Mpfr> terms);

/// The derivative of every class's weight by every parameter: by parameter, then by class.
std::vector<std::vector<double>> weight_gradients(const Trace& trace, const Terms& terms,
                                                  std::span<const double> theta, double prototype);
std::vector<std::vector<Mpfr>> weight_gradients(const Trace& trace, const Terms& terms,
                                                std::span<const double> theta, const Mpfr& prototype);

}  // namespace phasic
