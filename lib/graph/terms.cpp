#include "graph/terms.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <set>

#include "base/error.hpp"

namespace phasic {

std::optional<std::size_t> operand_count(std::uint32_t operation) {
  using enum Operation;
  if (operation > static_cast<std::uint32_t>(select_equal)) return std::nullopt;
  switch (static_cast<Operation>(operation)) {
    case constant:
    case parameter:
      return 0;
    case negate:
    case exponential:
    case logarithm:
    case square_root:
    case logistic:
      return 1;
    case add:
    case subtract:
    case multiply:
    case divide:
    case power:
    case minimum:
    case maximum:
      return 2;
    case select_less:
    case select_less_equal:
    case select_equal:
      return 4;
  }
  return std::nullopt;
}

namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, 17> operation_names{
    "constant", "parameter", "add",         "subtract",          "multiply",    "divide",
    "power",    "negate",    "exponential", "logarithm",         "square_root", "logistic",
    "minimum",  "maximum",   "select_less", "select_less_equal", "select_equal"};

}  // namespace

std::string_view name_of(Operation operation) {
  return operation_names[static_cast<std::size_t>(operation)];
}

std::optional<Operation> operation_named(std::string_view name) {
  const auto found = std::ranges::find(operation_names, name);
  if (found == operation_names.end()) return std::nullopt;
  return static_cast<Operation>(found - operation_names.begin());
}

std::optional<std::size_t> Terms::find(std::string_view name) const {
  if (const auto found = std::ranges::find(parameters, name); found != parameters.end()) {
    return 1 + static_cast<std::size_t>(found - parameters.begin());
  }
  if (const auto found = std::ranges::find(derived, name, &DerivedTerm::name); found != derived.end()) {
    return 1 + parameters.size() + static_cast<std::size_t>(found - derived.begin());
  }
  return std::nullopt;
}

namespace {

void check_name(const std::string& name, std::set<std::string_view>& seen) {
  if (name.empty()) throw InputError({"", "a parameter has an empty name", "give it a name", {}});
  if (std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; })) {
    throw InputError({"", "a parameter's name has a control character", "use letters, digits and _", {}});
  }
  if (!seen.insert(name).second) {
    throw InputError({"", "two parameters or derived terms are named '" + name + "'", "rename one", {}});
  }
}

void check_formula(const DerivedTerm& term, std::size_t parameter_count) {
  const auto reject = [&](const std::string& what) {
    throw InputError({"", "derived term '" + term.name + "': " + what, "", {}});
  };
  if (term.formula.empty()) reject("its formula is empty");
  for (std::size_t i = 0; i < term.formula.size(); ++i) {
    const FormulaNode& node = term.formula[i];
    const auto operands = operand_count(static_cast<std::uint32_t>(node.operation));
    if (!operands) {
      reject("unknown operation");
    } else if (std::any_of(node.operands, node.operands + *operands,
                           [&](auto operand) { return operand >= i; })) {
      reject("a step uses one that is not before it");
    }
    const std::size_t used = node.operation == Operation::parameter ? 1 : operands.value_or(0);
    if (std::any_of(node.operands + used, std::end(node.operands),
                    [](auto operand) { return operand != 0; })) {
      reject("a step has operands that it does not use");
    }
    if (node.operation == Operation::parameter && node.operands[0] >= parameter_count) {
      reject("a step reads a parameter that is not there");
    }
    if (!std::isfinite(node.value)) reject("a constant is not finite");
  }
}

}  // namespace

void check(const Terms& terms) {
  std::set<std::string_view> seen;
  for (const auto& name : terms.parameters) check_name(name, seen);
  for (const auto& term : terms.derived) {
    check_name(term.name, seen);
    check_formula(term, terms.parameters.size());
  }
}

}  // namespace phasic
