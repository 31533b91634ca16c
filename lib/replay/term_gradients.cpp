#include <algorithm>
#include <cmath>

#include "replay/arithmetic.hpp"
#include "replay/terms.hpp"

namespace phasic {

namespace {

double power_of(double x, double y) {
  return std::pow(x, y);
}
Mpfr power_of(Mpfr x, const Mpfr& y) {
  mpfr_pow(x.get(), x.get(), y.get(), MPFR_RNDN);
  return x;
}
double logarithm_of(double x) {
  return std::log(x);
}
Mpfr logarithm_of(Mpfr x) {
  mpfr_log(x.get(), x.get(), MPFR_RNDN);
  return x;
}

double exponential_of(double x) {
  return std::exp(x);
}
Mpfr exponential_of(Mpfr x) {
  mpfr_exp(x.get(), x.get(), MPFR_RNDN);
  return x;
}

// A number that is computed decides each branch.
template <class Scalar>
void doubt_branch(Scalar& /*factor*/, const Scalar& /*a*/, const Scalar& /*b*/) {}

#include "replay/formula_gradient-inl.hpp"

template <class Scalar>
std::vector<Scalar> gradients_of(const Terms& terms, std::span<const double> theta, const Scalar& zero) {
  std::vector<Scalar> result((1 + theta.size()) * theta.size(), zero);
  for (std::size_t p = 0; p < theta.size(); ++p) set(result[(1 + p) * theta.size() + p], 1.0);
  for (const DerivedTerm& term : terms.derived) {
    const std::vector<Scalar> values = formula_values(term, theta, zero);
    for (Scalar& derivative : gradient_of(term, values, theta.size(), zero))
      result.push_back(std::move(derivative));
  }
  return result;
}

template <class Scalar>
std::vector<std::vector<Scalar>> gradients_of_weights(const Trace& trace, const Terms& terms,
                                                      std::span<const double> theta, const Scalar& zero) {
  const std::vector<Scalar> gradients = term_gradients(terms, theta, zero);
  std::vector<std::vector<Scalar>> result(theta.size());
  std::vector<Scalar> column(terms.count(), zero);
  for (std::size_t p = 0; p < theta.size(); ++p) {
    for (std::size_t t = 0; t < column.size(); ++t) set(column[t], gradients[t * theta.size() + p]);
    result[p] = class_weights(trace, std::span<const Scalar>(column));
  }
  return result;
}

}  // namespace

std::vector<double> term_gradients(const Terms& terms, std::span<const double> theta, double prototype) {
  return gradients_of<double>(terms, theta, prototype);
}

std::vector<Mpfr> term_gradients(const Terms& terms, std::span<const double> theta, const Mpfr& prototype) {
  return gradients_of<Mpfr>(terms, theta, Mpfr(prototype.bits()));
}

std::vector<std::vector<double>> weight_gradients(const Trace& trace, const Terms& terms,
                                                  std::span<const double> theta, double prototype) {
  return gradients_of_weights<double>(trace, terms, theta, prototype);
}

std::vector<std::vector<Mpfr>> weight_gradients(const Trace& trace, const Terms& terms,
                                                std::span<const double> theta, const Mpfr& prototype) {
  return gradients_of_weights<Mpfr>(trace, terms, theta, Mpfr(prototype.bits()));
}

}  // namespace phasic
