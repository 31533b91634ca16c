#include <algorithm>
#include <cmath>

#include "replay/arithmetic.hpp"
#include "replay/terms.hpp"

namespace phasic {

namespace {

bool is_less(double a, double b) {
  return a < b;
}
bool is_less(const Mpfr& a, const Mpfr& b) {
  return mpfr_less_p(a.get(), b.get()) != 0;
}
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

/// A factor on the derivative of each operand, from the operands' values and the result.
template <class Scalar>
class PartialDerivatives {
 public:
  PartialDerivatives(const FormulaNode& node, const std::vector<Scalar>& values, const Scalar& result)
      : node_(node), values_(values), result_(result) {}

  /// The result's derivative by operand `i`; only asked for operands that vary.
  [[nodiscard]] Scalar by(unsigned i) const {
    using enum Operation;
    switch (node_.operation) {
      case add:
        return number(1);
      case subtract:
        return number(i == 0 ? 1 : -1);
      case negate:
        return number(-1);
      case multiply:
        return operand(1 - i);
      case divide:
        return i == 0 ? quotient(number(1), operand(1)) : quotient(negated(result_), operand(1));
      case power:
        return i == 0 ? by_base() : product(result_, logarithm_of(operand(0)));
      case exponential:
        return result_;
      case logarithm:
        return quotient(number(1), operand(0));
      case square_root:
        return quotient(number(0.5), result_);
      case logistic:
        return by_logistic();
      case minimum:
        return number(is_less(operand(1), operand(0)) == (i == 1) ? 1 : 0);
      case maximum:
        return number(is_less(operand(0), operand(1)) == (i == 1) ? 1 : 0);
      case select_less:
        return branch(i, is_less(operand(0), operand(1)));
      case select_less_equal:
        return branch(i, !is_less(operand(1), operand(0)));
      case select_equal:
        return branch(i, !is_less(operand(0), operand(1)) && !is_less(operand(1), operand(0)));
      case constant:
      case parameter:
        break;
    }
    return number(0);
  }

 private:
  [[nodiscard]] const Scalar& operand(unsigned i) const { return values_[node_.operands[i]]; }
  [[nodiscard]] Scalar number(double of) const {
    Scalar made = result_;
    set(made, of);
    return made;
  }
  static Scalar negated(Scalar x) {
    phasic::multiply(x, -1.0);
    return x;
  }
  static Scalar product(Scalar x, const Scalar& y) {
    phasic::multiply(x, y);
    return x;
  }
  static Scalar quotient(Scalar x, const Scalar& y) {
    phasic::divide(x, y);
    return x;
  }
  // y x^(y-1)
  [[nodiscard]] Scalar by_base() const {
    Scalar exponent = operand(1);
    phasic::add(exponent, number(-1));
    return product(power_of(operand(0), exponent), operand(1));
  }
  // f(x) f(-x): no difference is taken
  [[nodiscard]] Scalar by_logistic() const {
    Scalar rest = exponential_of(operand(0));
    phasic::add(rest, number(1));
    return quotient(result_, rest);
  }
  [[nodiscard]] Scalar branch(unsigned i, bool is_first) const {
    return number(i == (is_first ? 2U : 3U) ? 1 : 0);
  }

  const FormulaNode& node_;
  const std::vector<Scalar>& values_;
  const Scalar& result_;
};

/// The derivatives of a term by all parameters: through its formula from the first step to the last. A step
/// that does not vary with a parameter takes no part, whatever its partial derivative (infinity, or none).
template <class Scalar>
std::vector<Scalar> gradient_of(const DerivedTerm& term, std::span<const double> theta, const Scalar& zero) {
  const std::vector<Scalar> values = formula_values(term, theta, zero);
  std::vector<std::vector<Scalar>> gradients(values.size(), std::vector<Scalar>(theta.size(), zero));
  for (std::size_t s = 0; s < values.size(); ++s) {
    const FormulaNode& node = term.formula[s];
    std::vector<Scalar>& gradient = gradients[s];
    if (node.operation == Operation::parameter) set(gradient[node.operands[0]], 1.0);
    const std::size_t operands = operand_count(static_cast<std::uint32_t>(node.operation)).value_or(0);
    const PartialDerivatives<Scalar> partial(node, values, values[s]);
    for (unsigned i = 0; i < operands; ++i) {
      const std::vector<Scalar>& inner = gradients[node.operands[i]];
      if (std::ranges::all_of(inner, [](const Scalar& d) { return is_zero(d); })) continue;
      const Scalar factor = partial.by(i);
      if (is_zero(factor)) continue;
      for (std::size_t p = 0; p < theta.size(); ++p) {
        if (!is_zero(inner[p])) add_product(gradient[p], factor, inner[p]);
      }
    }
  }
  return std::move(gradients[values.size() - 1]);
}

template <class Scalar>
std::vector<Scalar> gradients_of(const Terms& terms, std::span<const double> theta, const Scalar& zero) {
  std::vector<Scalar> result((1 + theta.size()) * theta.size(), zero);
  for (std::size_t p = 0; p < theta.size(); ++p) set(result[(1 + p) * theta.size() + p], 1.0);
  for (const DerivedTerm& term : terms.derived) {
    for (Scalar& derivative : gradient_of(term, theta, zero)) result.push_back(std::move(derivative));
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
