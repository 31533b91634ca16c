#include "graph/formula.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace phasic {

namespace {
constexpr std::size_t most_nodes = 10'000;
}  // namespace

FormulaRecorder::Node FormulaRecorder::constant(double value) {
  if (!std::isfinite(value)) {
    throw InputError({"", "a formula has a constant that is not finite", "constants are finite numbers", {}});
  }
  FormulaNode node;
  node.value = value;
  return add(node);
}

FormulaRecorder::Node FormulaRecorder::parameter(std::uint32_t index) {
  FormulaNode node;
  node.operation = Operation::parameter;
  node.operands[0] = index;
  return add(node);
}

FormulaRecorder::Node FormulaRecorder::apply(Operation operation, std::initializer_list<Node> operands) {
  FormulaNode node;
  node.operation = operation;
  std::copy(operands.begin(), operands.end(), node.operands);
  return add(node);
}

// Equal nodes are one: a formula's bytes do not depend on how often a subexpression was written down.
FormulaRecorder::Node FormulaRecorder::add(const FormulaNode& node) {
  const auto known = std::find(nodes_.begin(), nodes_.end(), node);
  if (known != nodes_.end()) return static_cast<Node>(known - nodes_.begin());
  if (nodes_.size() == most_nodes) {
    throw InputError(
        {"", "a formula takes more than 10000 operations", "derived terms are short formulas", {}});
  }
  nodes_.push_back(node);
  return static_cast<Node>(nodes_.size() - 1);
}

std::vector<FormulaNode> FormulaRecorder::formula_of(Node result) const {
  std::vector<std::uint32_t> place(nodes_.size(), 0);
  std::vector<bool> needed(nodes_.size(), false);
  needed[result] = true;
  const auto operands_of = [](const FormulaNode& node) {
    const bool has_operands = node.operation != Operation::parameter;
    return has_operands ? operand_count(static_cast<std::uint32_t>(node.operation)).value_or(0) : 0;
  };
  for (std::size_t i = result + std::size_t{1}; i-- > 0;) {
    if (!needed[i]) continue;
    for (std::size_t k = 0; k < operands_of(nodes_[i]); ++k) needed[nodes_[i].operands[k]] = true;
  }
  std::vector<FormulaNode> formula;
  for (std::size_t i = 0; i <= result; ++i) {
    if (!needed[i]) continue;
    FormulaNode node = nodes_[i];
    for (std::size_t k = 0; k < operands_of(node); ++k) node.operands[k] = place[node.operands[k]];
    place[i] = static_cast<std::uint32_t>(formula.size());
    formula.push_back(node);
  }
  return formula;
}

}  // namespace phasic
