// The derivative of a formula in any type of number that has the operations of replay/arithmetic.hpp, and
// `is_less`, `power_of`, `logarithm_of`, `exponential_of`, `doubt_branch` beside them. Not a header of its
// own: term_gradients.cpp and tracked_terms.cpp include it into a namespace that has these.

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
        return chosen(is_less(operand(1), operand(0)) == (i == 1));
      case maximum:
        return chosen(is_less(operand(0), operand(1)) == (i == 1));
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
    multiply(x, -1.0);
    return x;
  }
  static Scalar product(Scalar x, const Scalar& y) {
    multiply(x, y);
    return x;
  }
  static Scalar quotient(Scalar x, const Scalar& y) {
    divide(x, y);
    return x;
  }
  // y x^(y-1)
  [[nodiscard]] Scalar by_base() const {
    Scalar exponent = operand(1);
    add(exponent, number(-1));
    return product(power_of(operand(0), exponent), operand(1));
  }
  // f(x) f(-x): no difference is taken
  [[nodiscard]] Scalar by_logistic() const {
    Scalar rest = exponential_of(operand(0));
    add(rest, number(1));
    return quotient(result_, rest);
  }
  [[nodiscard]] Scalar branch(unsigned i, bool is_first) const { return chosen(i == (is_first ? 2U : 3U)); }
  [[nodiscard]] Scalar chosen(bool is_chosen) const {
    Scalar factor = number(is_chosen ? 1 : 0);
    doubt_branch(factor, operand(0), operand(1));
    return factor;
  }

  const FormulaNode& node_;
  const std::vector<Scalar>& values_;
  const Scalar& result_;
};

/// The derivatives of a term by all parameters, from the values of its steps: through its formula from the
/// first step to the last. A step that does not vary with a parameter takes no part, whatever its partial
/// derivative (infinity, or none).
template <class Scalar>
std::vector<Scalar> gradient_of(const DerivedTerm& term, const std::vector<Scalar>& values,
                                std::size_t parameters, const Scalar& zero) {
  std::vector<std::vector<Scalar>> gradients(values.size(), std::vector<Scalar>(parameters, zero));
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
      for (std::size_t p = 0; p < parameters; ++p) {
        if (!is_zero(inner[p])) add_product(gradient[p], factor, inner[p]);
      }
    }
  }
  return std::move(gradients[values.size() - 1]);
}
