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

// Depth first, operands from left to right: the order in which a language evaluates them leaves no trace.
std::vector<FormulaNode> FormulaRecorder::formula_of(Node result) const {
  constexpr std::uint32_t unplaced = 0xffffffff;
  const auto operands_of = [](const FormulaNode& node) {
    const bool has_operands = node.operation != Operation::parameter;
    return has_operands ? operand_count(static_cast<std::uint32_t>(node.operation)).value_or(0) : 0;
  };
  std::vector<std::uint32_t> place(nodes_.size(), unplaced);
  std::vector<FormulaNode> formula;
  std::vector<Node> open{result};
  while (!open.empty()) {
    FormulaNode node = nodes_[open.back()];
    const std::size_t count = operands_of(node);
    const auto* const missing = std::find_if(node.operands, node.operands + count,
                                             [&](Node operand) { return place[operand] == unplaced; });
    if (missing != node.operands + count) {
      open.push_back(*missing);
      continue;
    }
    for (std::size_t k = 0; k < count; ++k) node.operands[k] = place[node.operands[k]];
    place[open.back()] = static_cast<std::uint32_t>(formula.size());
    formula.push_back(node);
    open.pop_back();
  }
  return formula;
}

}  // namespace phasic
