#include "replay/tracked_terms.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "replay/formula_step.hpp"

namespace phasic {

namespace {

// A function of the C library is wrong by less than a unit in the last place, 2 units of roundoff.
constexpr double function_count = 2;

template <class Scalar>
Scalar error_of(double units, const Scalar& like) {
  Scalar error = no_error(like);
  set(error, units);
  return error;
}

template <class Scalar>
Scalar larger(const Scalar& a, const Scalar& b) {
  if (!is_finite(b)) return b;
  Scalar rest = a;
  Scalar less = b;
  multiply(less, -1.0);
  add(rest, less);
  return is_negative(rest) ? b : a;
}

/// The error of an exact function's result that is wrong by `function_count` itself, and whose argument's
/// error multiplies the result by exp(y) at most, `y` in units: |exp(y u) - 1| <= y u (1 + y u) while y u is
/// at most 1.
template <class Scalar>
void grow_exponentially(Tracked<Scalar>& result, const Scalar& y, double count = function_count) {
  Scalar growth = y;
  multiply_by_unit(growth, result.value);
  Scalar rest = growth;
  multiply(rest, -1.0);
  add(rest, error_of(1.0, result.value));
  if (is_negative(rest) || !is_finite(rest)) {
    lose(result);
    return;
  }
  add(growth, error_of(1.0, result.value));
  multiply(growth, y);
  add(growth, error_of(count, result.value));
  multiply(growth, magnitude_of(result.value));
  result.scale = std::move(growth);
}

// The operation on the values alone.
double value_of(Operation operation, const std::array<const Tracked<double>*, 4>& x) {
  const double operands[4] = {x[0]->value, x[1]->value, x[2]->value, x[3]->value};
  return step_of(operation, operands);
}
Mpfr value_of(Operation operation, const std::array<const Tracked<Mpfr>*, 4>& x) {
  const mpfr_srcptr operands[4] = {x[0]->value.get(), x[1]->value.get(), x[2]->value.get(),
                                   x[3]->value.get()};
  Mpfr result(x[0]->value.bits());
  step_of(operation, result, operands);
  return result;
}
template <class Scalar>
Tracked<Scalar> function_of(Operation operation, const Tracked<Scalar>& x, const Tracked<Scalar>& y) {
  return Tracked<Scalar>(value_of(operation, std::array{&x, &y, &x, &x}));
}

template <class Scalar>
Tracked<Scalar> exponential_of(const Tracked<Scalar>& x) {
  Tracked<Scalar> result = function_of(Operation::exponential, x, x);
  grow_exponentially(result, x.scale);
  return result;
}

/// |log X - log x| <= |X - x| / min(X, x)
template <class Scalar>
Tracked<Scalar> logarithm_of(const Tracked<Scalar>& x) {
  Tracked<Scalar> result = function_of(Operation::logarithm, x, x);
  add(result.scale, magnitude_of(result.value));
  multiply(result.scale, function_count);
  if (is_exact(x)) return result;
  if (is_lost(x)) {
    lose(result);
    return result;
  }
  Scalar relative = x.scale;
  divide(relative, least_magnitude(x));
  add(result.scale, relative);
  return result;
}

/// x^y = exp(y log |x|), but for the sign. With two exact operands the function's own error is all.
template <class Scalar>
Tracked<Scalar> power_of(const Tracked<Scalar>& x, const Tracked<Scalar>& y) {
  Tracked<Scalar> result = function_of(Operation::power, x, y);
  Scalar exponent = no_error(x.value);
  if (!is_exact(x) || !is_exact(y)) {
    if (is_lost(x) || is_zero(x)) {
      lose(result);
      return result;
    }
    Tracked<Scalar> base = x;
    take_magnitude(base.value);
    Tracked<Scalar> product = logarithm_of(base);
    multiply(product, y);
    exponent = product.scale;
  }
  grow_exponentially(result, exponent);
  return result;
}

/// f(x) = 1 / (1 + exp(-x)): its logarithm changes by less than x does. Four roundings make it.
template <class Scalar>
Tracked<Scalar> logistic_of(const Tracked<Scalar>& x) {
  Tracked<Scalar> result = function_of(Operation::logistic, x, x);
  grow_exponentially(result, x.scale, function_count + 2);
  return result;
}

/// The sign of a - b, if it is known.
enum class Order { less, equal, greater, unknown };
template <class Scalar>
Order order_of(const Tracked<Scalar>& a, const Tracked<Scalar>& b) {
  Tracked<Scalar> difference = b;
  multiply(difference, -1.0);
  add(difference, a);
  if (is_zero(difference.value) && is_exact(a) && is_exact(b)) return Order::equal;
  if (is_lost(difference) || !is_finite(difference.value)) return Order::unknown;
  return is_negative(difference.value) ? Order::less : Order::greater;
}
template <class Scalar>
bool is_less(const Tracked<Scalar>& a, const Tracked<Scalar>& b) {
  return phasic::is_less(a.value, b.value);
}
template <class Scalar>
void doubt_branch(Tracked<Scalar>& factor, const Tracked<Scalar>& a, const Tracked<Scalar>& b) {
  if (order_of(a, b) == Order::unknown) lose(factor);
}

/// The smaller or larger of two is wrong by the larger error at most, a selection too, if it is
/// known which.
template <class Scalar>
Tracked<Scalar> selected(Operation operation, const std::array<const Tracked<Scalar>*, 4>& x) {
  Tracked<Scalar> result(value_of(operation, x));
  if (operation == Operation::minimum || operation == Operation::maximum) {
    result.scale = larger(x[0]->scale, x[1]->scale);
    return result;
  }
  result.scale = larger(x[2]->scale, x[3]->scale);
  doubt_branch(result, *x[0], *x[1]);
  return result;
}

template <class Scalar>
Tracked<Scalar> tracked_step(Operation operation, const std::array<const Tracked<Scalar>*, 4>& x) {
  using enum Operation;
  Tracked<Scalar> result = *x[0];
  switch (operation) {
    case Operation::add:
      phasic::add(result, *x[1]);
      return result;
    case subtract: {
      Tracked<Scalar> less = *x[1];
      phasic::multiply(less, -1.0);
      phasic::add(result, less);
      return result;
    }
    case Operation::multiply:
      phasic::multiply(result, *x[1]);
      return result;
    case Operation::divide:
      phasic::divide(result, *x[1]);
      if (is_lost(*x[1])) result.value = value_of(operation, x);
      return result;
    case power:
      return power_of(*x[0], *x[1]);
    case negate:
      phasic::multiply(result, -1.0);
      return result;
    case exponential:
      return exponential_of(*x[0]);
    case logarithm:
      return logarithm_of(*x[0]);
    case square_root:
      take_root(result);
      result.value = value_of(operation, x);
      return result;
    case logistic:
      return logistic_of(*x[0]);
    default:
      return selected(operation, x);
  }
}

#include "replay/formula_gradient-inl.hpp"

template <class Scalar>
std::vector<Tracked<Scalar>> steps_of(const DerivedTerm& term, std::span<const Tracked<Scalar>> theta,
                                      const Scalar& zero) {
  std::vector<Tracked<Scalar>> values;
  values.reserve(term.formula.size());
  for (const FormulaNode& node : term.formula) {
    if (node.operation == Operation::constant) {
      values.emplace_back(zero);
      set(values.back(), node.value);
    } else if (node.operation == Operation::parameter) {
      values.push_back(theta[node.operands[0]]);
    } else {
      std::array<const Tracked<Scalar>*, 4> x{};
      for (std::size_t i = 0; i < x.size(); ++i) x[i] = &values[node.operands[i]];
      values.push_back(tracked_step(node.operation, x));
    }
  }
  return values;
}

bool is_one(double number) {
  return number == 1;
}
bool is_one(const Mpfr& number) {
  return mpfr_cmp_ui(number.get(), 1) == 0;
}
template <class Scalar>
bool is_one(const Tracked<Scalar>& number) {
  return is_exact(number) && is_one(number.value);
}

template <class Scalar>
Tracked<Scalar> number(const Scalar& zero, double value) {
  Tracked<Scalar> result(zero);
  set(result, value);
  return result;
}

}  // namespace

template <class Scalar>
std::vector<Tracked<Scalar>> tracked_terms(const Terms& terms, std::span<const Tracked<Scalar>> theta,
                                           const Scalar& zero) {
  std::vector<Tracked<Scalar>> values{number(zero, 1)};
  values.reserve(terms.count());
  values.insert(values.end(), theta.begin(), theta.end());
  for (const DerivedTerm& term : terms.derived) values.push_back(steps_of(term, theta, zero).back());
  return values;
}

template <class Scalar>
std::vector<std::vector<Tracked<Scalar>>> tracked_gradients(const Terms& terms,
                                                            std::span<const Tracked<Scalar>> theta,
                                                            const Scalar& zero) {
  const std::vector<Tracked<Scalar>> none(terms.count(), Tracked<Scalar>(zero));
  std::vector<std::vector<Tracked<Scalar>>> result(theta.size(), none);
  for (std::size_t p = 0; p < theta.size(); ++p) set(result[p][1 + p], 1.0);
  for (std::size_t d = 0; d < terms.derived.size(); ++d) {
    const auto values = steps_of(terms.derived[d], theta, zero);
    auto gradient = gradient_of(terms.derived[d], values, theta.size(), Tracked<Scalar>(zero));
    for (std::size_t p = 0; p < theta.size(); ++p) result[p][1 + theta.size() + d] = std::move(gradient[p]);
  }
  return result;
}

template <class Scalar>
Tracked<Scalar> tracked_weight(std::span<const double> coefficients, std::span<const Tracked<Scalar>> terms,
                               const Scalar& zero) {
  Tracked<Scalar> weight(zero);
  for (std::size_t t = 0; t < coefficients.size(); ++t) {
    if (coefficients[t] == 0 || is_zero(terms[t])) continue;
    int exponent = 0;
    const bool is_power_of_two = std::fabs(std::frexp(coefficients[t], &exponent)) == 0.5;
    if (is_zero(weight) && (is_power_of_two || is_one(terms[t]))) {
      // Nothing is rounded.
      weight = terms[t];
      multiply(weight.value, coefficients[t]);
      multiply(weight.scale, std::fabs(coefficients[t]));
    } else {
      add_product(weight, number(zero, coefficients[t]), terms[t]);
    }
  }
  return weight;
}

template <class Scalar>
std::vector<Tracked<Scalar>> tracked_weights(const Trace& trace, std::span<const Tracked<Scalar>> terms,
                                             const Scalar& zero) {
  std::vector<Tracked<Scalar>> weights;
  weights.reserve(trace.class_count());
  for (ClassId c = 0; c < trace.class_count(); ++c)
    weights.push_back(tracked_weight(trace.coefficients(c), terms, zero));
  return weights;
}

template std::vector<Tracked<double>> tracked_terms(const Terms&, std::span<const Tracked<double>>,
                                                    const double&);
template std::vector<Tracked<Mpfr>> tracked_terms(const Terms&, std::span<const Tracked<Mpfr>>, const Mpfr&);
template std::vector<std::vector<Tracked<double>>> tracked_gradients(const Terms&,
                                                                     std::span<const Tracked<double>>,
                                                                     const double&);
template std::vector<std::vector<Tracked<Mpfr>>> tracked_gradients(const Terms&,
                                                                   std::span<const Tracked<Mpfr>>,
                                                                   const Mpfr&);
template Tracked<double> tracked_weight(std::span<const double>, std::span<const Tracked<double>>,
                                        const double&);
template Tracked<Mpfr> tracked_weight(std::span<const double>, std::span<const Tracked<Mpfr>>, const Mpfr&);
template std::vector<Tracked<double>> tracked_weights(const Trace&, std::span<const Tracked<double>>,
                                                      const double&);
template std::vector<Tracked<Mpfr>> tracked_weights(const Trace&, std::span<const Tracked<Mpfr>>,
                                                    const Mpfr&);

}  // namespace phasic
