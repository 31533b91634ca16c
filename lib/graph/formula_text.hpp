// Formulas of theta as text: `2*mutation*(1-drift)^2/3`, `bottleneck*exp(-recombination)`.
//
//   sum      product { (+|-) product }
//   product  signed { (*|/) signed }
//   signed   { +|- } power
//   power    operand [ ^ signed ]                     from the right: 2^3^2 is 2^9, -x^2 is -(x^2)
//   operand  number | parameter | ( sum )
//            | exp(x) | log(x) | sqrt(x) | logistic(x) | min(x, y ...) | max(x, y ...)
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "graph/formula.hpp"

namespace phasic {

/// Reads formulas over one list of parameters.
class FormulaReader {
 public:
  /// `parameters` must stay where it is.
  explicit FormulaReader(std::span<const std::string> parameters);

  /// Records the formula and returns the node of its value; what is constant in it is computed. Throws
  /// InputError at `where` for what is no formula, a name that is no parameter, a constant that is not
  /// finite, and parentheses or signs more than 200 deep.
  FormulaRecorder::Node read(std::string_view text, const std::string& where,
                             FormulaRecorder& recorder) const;

 private:
  std::span<const std::string> parameters_;
  std::unordered_map<std::string_view, std::uint32_t> index_;
};

}  // namespace phasic
