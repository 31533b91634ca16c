// Symbols of theta, which record what is done with them: a derived term's formula, for phasic-moments to
// evaluate and differentiate.
#pragma once

#include <phasic/model_basics.hpp>

#include <vector>

namespace phasic {
inline namespace model_abi_1 {

/// One of the numbers that rates are multiples of: a parameter of theta or a derived term.
struct Term {
  std::uint32_t index;  ///< among all terms: the constant is 0
};

namespace detail {

double compute(std::uint32_t operation, const double* operands);

struct Recorder {
  std::vector<phasic_node> nodes;
  std::uint32_t add(const phasic_node& node) {
    nodes.push_back(node);
    return static_cast<std::uint32_t>(nodes.size() - 1);
  }
};

}  // namespace detail

/// A formula of theta, or a plain number. + - * / compute with it, and so do pow, exp, log, sqrt, logistic,
/// min and max; `select(a < b, x, y)` is x where a < b, else y.
class Formula {
 public:
  template <Arithmetic T>
  Formula(T number) : value_(static_cast<double>(number)) {}
  Formula(detail::Recorder& recorder, std::uint32_t node) : recorder_(&recorder), node_(node) {}

  /// A comparison for `select`: theta is not known when a formula is recorded, so it is nothing to branch on.
  struct Condition;

  friend Formula operator+(const Formula& a, const Formula& b) { return apply(PHASIC_ADD, {&a, &b}); }
  friend Formula operator-(const Formula& a, const Formula& b) { return apply(PHASIC_SUBTRACT, {&a, &b}); }
  friend Formula operator*(const Formula& a, const Formula& b) { return apply(PHASIC_MULTIPLY, {&a, &b}); }
  friend Formula operator/(const Formula& a, const Formula& b) { return apply(PHASIC_DIVIDE, {&a, &b}); }
  friend Formula operator-(const Formula& a) { return apply(PHASIC_NEGATE, {&a}); }
  friend Formula pow(const Formula& a, const Formula& b) { return apply(PHASIC_POWER, {&a, &b}); }
  friend Formula exp(const Formula& a) { return apply(PHASIC_EXP, {&a}); }
  friend Formula log(const Formula& a) { return apply(PHASIC_LOG, {&a}); }
  friend Formula sqrt(const Formula& a) { return apply(PHASIC_SQRT, {&a}); }
  friend Formula logistic(const Formula& a) { return apply(PHASIC_LOGISTIC, {&a}); }
  friend Formula min(const Formula& a, const Formula& b) { return apply(PHASIC_MIN, {&a, &b}); }
  friend Formula max(const Formula& a, const Formula& b) { return apply(PHASIC_MAX, {&a, &b}); }
  friend Condition operator<(const Formula& a, const Formula& b);
  friend Condition operator<=(const Formula& a, const Formula& b);
  friend Condition operator==(const Formula& a, const Formula& b);
  friend Condition operator>(const Formula& a, const Formula& b);
  friend Condition operator>=(const Formula& a, const Formula& b);
  friend Formula select(const Condition& condition, const Formula& then, const Formula& otherwise);

  /// The node that holds its value.
  [[nodiscard]] std::uint32_t record_in(detail::Recorder& recorder) const {
    return recorder_ != nullptr ? node_ : recorder.add({PHASIC_CONSTANT, {0, 0, 0, 0}, value_});
  }

 private:
  static Formula apply(std::uint32_t operation, std::initializer_list<const Formula*> operands) {
    detail::Recorder* recorder = nullptr;
    for (const Formula* operand : operands) {
      if (operand->recorder_ != nullptr) recorder = operand->recorder_;
    }
    phasic_node node{operation, {0, 0, 0, 0}, 0};
    double numbers[4] = {0, 0, 0, 0};
    std::size_t count = 0;
    for (const Formula* operand : operands) {
      if (recorder != nullptr) node.operands[count] = operand->record_in(*recorder);
      numbers[count++] = operand->value_;
    }
    if (recorder == nullptr) return Formula(detail::compute(operation, numbers));
    return Formula(*recorder, recorder->add(node));
  }

  detail::Recorder* recorder_ = nullptr;  // of a plain number there is none
  std::uint32_t node_ = 0;
  double value_ = 0;
};

struct Formula::Condition {
  std::uint32_t operation;
  Formula left;
  Formula right;
};

inline Formula::Condition operator<(const Formula& a, const Formula& b) {
  return {PHASIC_SELECT_LESS, a, b};
}
inline Formula::Condition operator<=(const Formula& a, const Formula& b) {
  return {PHASIC_SELECT_LESS_EQUAL, a, b};
}
inline Formula::Condition operator==(const Formula& a, const Formula& b) {
  return {PHASIC_SELECT_EQUAL, a, b};
}
inline Formula::Condition operator>(const Formula& a, const Formula& b) {
  return {PHASIC_SELECT_LESS, b, a};
}
inline Formula::Condition operator>=(const Formula& a, const Formula& b) {
  return {PHASIC_SELECT_LESS_EQUAL, b, a};
}
inline Formula select(const Formula::Condition& condition, const Formula& then, const Formula& otherwise) {
  const bool is_plain = condition.left.recorder_ == nullptr && condition.right.recorder_ == nullptr;
  if (!is_plain)
    return Formula::apply(condition.operation, {&condition.left, &condition.right, &then, &otherwise});
  const double sides[4] = {condition.left.value_, condition.right.value_, 1, 0};
  return detail::compute(condition.operation, sides) != 0 ? then : otherwise;
}

/// min and max of more than two.
template <class... More>
Formula min(const Formula& a, const Formula& b, const Formula& c, const More&... more) {
  return min(min(a, b), c, more...);
}
template <class... More>
Formula max(const Formula& a, const Formula& b, const Formula& c, const More&... more) {
  return max(max(a, b), c, more...);
}

namespace detail {

inline double compute(std::uint32_t operation, const double* operands) {
  const double a = operands[0];
  const double b = operands[1];
  switch (operation) {
    case PHASIC_ADD:
      return a + b;
    case PHASIC_SUBTRACT:
      return a - b;
    case PHASIC_MULTIPLY:
      return a * b;
    case PHASIC_DIVIDE:
      return a / b;
    case PHASIC_POWER:
      return __builtin_pow(a, b);
    case PHASIC_NEGATE:
      return -a;
    case PHASIC_EXP:
      return __builtin_exp(a);
    case PHASIC_LOG:
      return __builtin_log(a);
    case PHASIC_SQRT:
      return __builtin_sqrt(a);
    case PHASIC_LOGISTIC:
      return 1 / (1 + __builtin_exp(-a));
    case PHASIC_MIN:
      return b < a ? b : a;
    case PHASIC_MAX:
      return b > a ? b : a;
    case PHASIC_SELECT_LESS:
      return a < b ? operands[2] : operands[3];
    case PHASIC_SELECT_LESS_EQUAL:
      return a <= b ? operands[2] : operands[3];
    default:
      return a == b ? operands[2] : operands[3];
  }
}

}  // namespace detail
}  // namespace model_abi_1
}  // namespace phasic
