#include "graph/linear_form.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/formula_text.hpp"

namespace phasic {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

const std::vector<std::string> parameters{"p", "q", "r"};

struct Parts {
  double constant;
  std::map<std::string, double> parts;  // parameters by name, others by their last operation and size
};

Parts parts_of(std::string_view text) {
  FormulaRecorder recorder;
  const auto value = FormulaReader(parameters).read(text, "here", recorder);
  const LinearForm form = linear_form(recorder, value);
  Parts parts{form.constant, {}};
  for (const auto& [node, coefficient] : form.parts) {
    const auto formula = recorder.formula_of(node);
    const FormulaNode& last = formula.back();
    if (last.operation == Operation::parameter)
      parts.parts[parameters[last.operands[0]]] = coefficient;
    else
      parts.parts["operation " + std::to_string(static_cast<int>(last.operation)) + " of " +
                  std::to_string(formula.size())] = coefficient;
  }
  return parts;
}

std::string product_of(int nodes) {
  return "operation " + std::to_string(static_cast<int>(Operation::multiply)) + " of " +
         std::to_string(nodes);
}
std::string quotient_of(int nodes) {
  return "operation " + std::to_string(static_cast<int>(Operation::divide)) + " of " + std::to_string(nodes);
}

TEST(LinearForm, AddsUpWhatIsLinear) {
  const Parts parts = parts_of("3 - 2*(p - (q/4 + 1)) - p + r*(2/3)");
  EXPECT_EQ(parts.constant, 5);
  EXPECT_THAT(parts.parts, ElementsAre(Pair("p", -3), Pair("q", 0.5), Pair("r", 2.0 / 3)));
}

TEST(LinearForm, TakesOneForAConstant) {
  const Parts parts = parts_of("(1/4+1/4)^2");
  EXPECT_EQ(parts.constant, 0.25);
  EXPECT_THAT(parts.parts, IsEmpty());
}

TEST(LinearForm, TakesConstantFactorsOutOfProductsAndQuotients) {
  EXPECT_THAT(parts_of("2*p*q/3").parts, ElementsAre(Pair(product_of(3), 2.0 / 3)));
  EXPECT_THAT(parts_of("(-2)*p*(3*q) + p*q").parts, ElementsAre(Pair(product_of(3), -5)));
  EXPECT_THAT(parts_of("-(p*(q*4))").parts, ElementsAre(Pair(product_of(3), -4)));
  EXPECT_THAT(parts_of("(6*p)/(3*q)").parts, ElementsAre(Pair(quotient_of(3), 2)));
  EXPECT_THAT(parts_of("3/(2*q)").parts, ElementsAre(Pair(quotient_of(3), 1.5)));
}

// Multiplied out, 1 - 2 p + p^2 would cancel where p is near 1.
TEST(LinearForm, LeavesProductsOfSumsAsTheyAre) {
  EXPECT_THAT(parts_of("2*(1-p)*(1-p)").parts, ElementsAre(Pair(product_of(4), 2)));
  EXPECT_EQ(parts_of("(1-p)^2").parts.size(), 1U);
  EXPECT_EQ(parts_of("p*(q+r) + exp(p) - q").parts.size(), 3U);
}

}  // namespace
}  // namespace phasic
