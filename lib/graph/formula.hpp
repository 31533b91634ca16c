// Records a formula of theta, node by node, as a derived term's function computes with symbols, or as its
// text is read.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "graph/terms.hpp"

namespace phasic {

class FormulaRecorder {
 public:
  using Node = std::uint32_t;

  Node constant(double value);
  Node parameter(std::uint32_t index);
  Node apply(Operation operation, std::initializer_list<Node> operands);

  [[nodiscard]] const FormulaNode& operator[](Node node) const { return nodes_[node]; }
  /// What the node `result` needs, and nothing else: operands before what uses them, from left to right,
  /// whatever the order in which they were recorded.
  [[nodiscard]] std::vector<FormulaNode> formula_of(Node result) const;

 private:
  Node add(const FormulaNode& node);
  std::vector<FormulaNode> nodes_;
};

}  // namespace phasic
