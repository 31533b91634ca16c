#include "replay/terms.hpp"

#include "replay/arithmetic.hpp"
#include "replay/formula_step.hpp"

namespace phasic {

namespace {

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
      values.push_back(step_of(node.operation, x));
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
      step_of(node.operation, value, x);
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
