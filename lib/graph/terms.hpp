// The vector that every edge's coefficients are multiplied with: term 0 is the constant 1, then theta, then
// derived terms. A derived term is a formula of theta that the model declared; it is data, recorded once.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace phasic {

/// Operations of a formula. Operands are earlier nodes; `select` is operands[0] < operands[1] ? [2] : [3].
enum class Operation : std::uint32_t {
  constant,
  parameter,
  add,
  subtract,
  multiply,
  divide,
  power,
  negate,
  exponential,
  logarithm,
  square_root,
  logistic,
  minimum,
  maximum,
  select_less,
  select_less_equal,
  select_equal,
};
/// How many operands an operation takes (0 to 4); nothing for a number that is no operation.
std::optional<std::size_t> operand_count(std::uint32_t operation);

/// `add`, `select_less`: as it is called here.
std::string_view name_of(Operation operation);
std::optional<Operation> operation_named(std::string_view name);

/// One step of a formula: unused operands are 0. `value` is the constant; operand 0 of `parameter` is its
/// index in theta.
struct FormulaNode {
  Operation operation = Operation::constant;
  std::uint32_t operands[4] = {0, 0, 0, 0};
  double value = 0;
  friend bool operator==(const FormulaNode&, const FormulaNode&) = default;
};

/// A formula in static single assignment: every operand is an earlier node, the last node is the value.
struct DerivedTerm {
  std::string name;
  std::vector<FormulaNode> formula;
  friend bool operator==(const DerivedTerm&, const DerivedTerm&) = default;
};

struct Terms {
  std::vector<std::string> parameters;  ///< names of theta, in order
  std::vector<DerivedTerm> derived;

  [[nodiscard]] std::size_t count() const { return 1 + parameters.size() + derived.size(); }
  /// The index of a named parameter or derived term among all terms (at least 1).
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  friend bool operator==(const Terms&, const Terms&) = default;
};

/// Checks names (non-empty, distinct, no control characters) and formulas (operands earlier, parameters in
/// range). Throws InputError.
void check(const Terms& terms);

}  // namespace phasic
