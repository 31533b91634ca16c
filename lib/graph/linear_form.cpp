#include "graph/linear_form.hpp"

#include <utility>
#include <vector>

namespace phasic {

namespace {

using Node = FormulaRecorder::Node;

class Analysis {
 public:
  Analysis(FormulaRecorder& recorder, Node value) : recorder_(recorder) {
    scaled_.reserve(value + std::size_t{1});
    for (Node node = 0; node <= value; ++node) scaled_.push_back(scale_of(node));
  }

  // Walks down sums; a text is never longer than this takes.
  LinearForm of(Node value) {
    LinearForm form;
    std::vector<std::pair<Node, double>> open{{value, 1.0}};
    while (!open.empty()) {
      const auto [node, factor] = open.back();
      open.pop_back();
      const FormulaNode step = recorder_[node];
      const Node left = step.operands[0];
      const Node right = step.operands[1];
      switch (step.operation) {
        case Operation::constant:
          form.constant += factor * step.value;
          break;
        case Operation::add:
        case Operation::subtract:
          open.emplace_back(right, step.operation == Operation::add ? factor : -factor);
          open.emplace_back(left, factor);
          break;
        default: {
          const auto& [scale, rest] = scaled_[node];
          if (is_sum(rest))
            open.emplace_back(rest, factor * scale);
          else
            form.parts[rest] += factor * scale;
        }
      }
    }
    return form;
  }

 private:
  struct Scaled {
    double scale;
    Node rest;
  };

  [[nodiscard]] bool is(Operation operation, Node node) const {
    return recorder_[node].operation == operation;
  }
  [[nodiscard]] bool is_sum(Node node) const {
    return is(Operation::add, node) || is(Operation::subtract, node);
  }

  // The constant factor of a node, and what is left; its operands come before it.
  Scaled scale_of(Node node) {
    const FormulaNode step = recorder_[node];
    const Node left = step.operands[0];
    const Node right = step.operands[1];
    switch (step.operation) {
      case Operation::negate:
        return {-scaled_[left].scale, scaled_[left].rest};
      case Operation::multiply:
        if (is(Operation::constant, left))
          return {recorder_[left].value * scaled_[right].scale, scaled_[right].rest};
        if (is(Operation::constant, right))
          return {scaled_[left].scale * recorder_[right].value, scaled_[left].rest};
        return {scaled_[left].scale * scaled_[right].scale,
                recorder_.apply(Operation::multiply, {scaled_[left].rest, scaled_[right].rest})};
      case Operation::divide:
        if (is(Operation::constant, right))
          return {scaled_[left].scale / recorder_[right].value, scaled_[left].rest};
        if (is(Operation::constant, left))
          return {recorder_[left].value / scaled_[right].scale,
                  recorder_.apply(Operation::divide, {recorder_.constant(1), scaled_[right].rest})};
        return {scaled_[left].scale / scaled_[right].scale,
                recorder_.apply(Operation::divide, {scaled_[left].rest, scaled_[right].rest})};
      default:
        return {1, node};
    }
  }

  FormulaRecorder& recorder_;
  std::vector<Scaled> scaled_;  // of the nodes that were there
};

}  // namespace

LinearForm linear_form(FormulaRecorder& recorder, FormulaRecorder::Node value) {
  return Analysis(recorder, value).of(value);
}

}  // namespace phasic
