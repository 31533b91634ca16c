#include "replay/terms.hpp"

#include <cmath>

#include "replay/arithmetic.hpp"

namespace phasic {

namespace {

// One step of a formula in doubles.
double apply(Operation operation, const double* x) {
  using enum Operation;
  switch (operation) {
    case add:
      return x[0] + x[1];
    case subtract:
      return x[0] - x[1];
    case multiply:
      return x[0] * x[1];
    case divide:
      return x[0] / x[1];
    case power:
      return std::pow(x[0], x[1]);
    case negate:
      return -x[0];
    case exponential:
      return std::exp(x[0]);
    case logarithm:
      return std::log(x[0]);
    case square_root:
      return std::sqrt(x[0]);
    case logistic:
      return 1 / (1 + std::exp(-x[0]));
    case minimum:
      return std::fmin(x[0], x[1]);
    case maximum:
      return std::fmax(x[0], x[1]);
    case select_less:
      return x[0] < x[1] ? x[2] : x[3];
    case select_less_equal:
      return x[0] <= x[1] ? x[2] : x[3];
    case select_equal:
      return x[0] == x[1] ? x[2] : x[3];
    case constant:
    case parameter:
      break;
  }
  return std::nan("");
}

void apply_logistic(mpfr_ptr out, mpfr_srcptr x) {
  mpfr_neg(out, x, MPFR_RNDN);
  mpfr_exp(out, out, MPFR_RNDN);
  mpfr_add_ui(out, out, 1, MPFR_RNDN);
  mpfr_ui_div(out, 1, out, MPFR_RNDN);
}

// The same in multiprecision; `out` is none of the operands.
void apply(Operation operation, mpfr_ptr out, const mpfr_srcptr* x) {
  using enum Operation;
  switch (operation) {
    case add:
      mpfr_add(out, x[0], x[1], MPFR_RNDN);
      return;
    case subtract:
      mpfr_sub(out, x[0], x[1], MPFR_RNDN);
      return;
    case multiply:
      mpfr_mul(out, x[0], x[1], MPFR_RNDN);
      return;
    case divide:
      mpfr_div(out, x[0], x[1], MPFR_RNDN);
      return;
    case power:
      mpfr_pow(out, x[0], x[1], MPFR_RNDN);
      return;
    case negate:
      mpfr_neg(out, x[0], MPFR_RNDN);
      return;
    case exponential:
      mpfr_exp(out, x[0], MPFR_RNDN);
      return;
    case logarithm:
      mpfr_log(out, x[0], MPFR_RNDN);
      return;
    case square_root:
      mpfr_sqrt(out, x[0], MPFR_RNDN);
      return;
    case logistic:
      apply_logistic(out, x[0]);
      return;
    case minimum:
      mpfr_min(out, x[0], x[1], MPFR_RNDN);
      return;
    case maximum:
      mpfr_max(out, x[0], x[1], MPFR_RNDN);
      return;
    case select_less:
      mpfr_set(out, mpfr_less_p(x[0], x[1]) ? x[2] : x[3], MPFR_RNDN);
      return;
    case select_less_equal:
      mpfr_set(out, mpfr_lessequal_p(x[0], x[1]) ? x[2] : x[3], MPFR_RNDN);
      return;
    case select_equal:
      mpfr_set(out, mpfr_equal_p(x[0], x[1]) ? x[2] : x[3], MPFR_RNDN);
      return;
    case constant:
    case parameter:
      break;
  }
  mpfr_set_nan(out);
}

double leaf(const FormulaNode& node, std::span<const double> theta) {
  return node.operation == Operation::constant ? node.value : theta[node.operands[0]];
}

bool is_leaf(const FormulaNode& node) {
  return node.operation == Operation::constant || node.operation == Operation::parameter;
}

template <class Scalar>
std::vector<Scalar> weights_of(const Trace& trace, std::span<const Scalar> terms, const Scalar& zero) {
  std::vector<Scalar> weights(trace.class_count(), zero);
  Scalar coefficient = zero;
  for (ClassId c = 0; c < weights.size(); ++c) {
    const auto vector = trace.coefficients(c);
    for (std::size_t t = 0; t < vector.size(); ++t) {
      // A coefficient of 0 keeps its edge apart from a term that is infinite or has no value here.
      if (vector[t] == 0) continue;
      set(coefficient, vector[t]);
      add_product(weights[c], coefficient, terms[t]);
    }
  }
  return weights;
}

}  // namespace

std::vector<double> formula_values(const DerivedTerm& term, std::span<const double> theta, double) {
  std::vector<double> values;
  values.reserve(term.formula.size());
  for (const FormulaNode& node : term.formula) {
    if (is_leaf(node)) {
      values.push_back(leaf(node, theta));
    } else {
      double x[4];
      for (int i = 0; i < 4; ++i) x[i] = values[node.operands[i]];
      values.push_back(apply(node.operation, x));
    }
  }
  return values;
}

std::vector<Mpfr> formula_values(const DerivedTerm& term, std::span<const double> theta,
                                 const Mpfr& prototype) {
  std::vector<Mpfr> values;
  values.reserve(term.formula.size());
  values.reserve(term.formula.size());
  for (const FormulaNode& node : term.formula) {
    Mpfr value(prototype);
    if (is_leaf(node)) {
      set(value, leaf(node, theta));
    } else {
      mpfr_srcptr x[4];
      for (int i = 0; i < 4; ++i) x[i] = values[node.operands[i]].get();
      apply(node.operation, value.get(), x);
    }
    values.push_back(std::move(value));
  }
  return values;
}

std::vector<double> evaluate_terms(const Terms& terms, std::span<const double> theta, double) {
  std::vector<double> values{1};
  values.reserve(terms.count());
  values.insert(values.end(), theta.begin(), theta.end());
  for (const DerivedTerm& term : terms.derived) values.push_back(formula_values(term, theta, 0.0).back());
  return values;
}

std::vector<Mpfr> evaluate_terms(const Terms& terms, std::span<const double> theta, const Mpfr& prototype) {
  std::vector<Mpfr> values;
  values.reserve(terms.count());
  values.emplace_back(prototype.bits(), 1.0);
  for (const double number : theta) values.emplace_back(prototype.bits(), number);
  for (const DerivedTerm& term : terms.derived)
    values.push_back(formula_values(term, theta, prototype).back());
  return values;
}

std::vector<double> class_weights(const Trace& trace, std::span<const double> terms) {
  return weights_of<double>(trace, terms, 0.0);
}

std::vector<Mpfr> class_weights(const Trace& trace, std::span<const Mpfr> terms) {
  return weights_of<Mpfr>(trace, terms, Mpfr(terms.front().bits()));
}

}  // namespace phasic
