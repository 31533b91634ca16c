#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "unit/model/models.hpp"

namespace phasic::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string rest = " initial { [1] = 1 } transitions(function() end)";

// What a formula comes to: an evaluator of our own, by the meaning that terms.hpp gives each operation.
double evaluate(const std::vector<FormulaNode>& formula, const std::vector<double>& theta) {
  std::vector<double> values;
  for (const FormulaNode& node : formula) {
    const auto at = [&](int operand) { return values[node.operands[operand]]; };
    switch (node.operation) {
      using enum Operation;
      case constant:
        values.push_back(node.value);
        break;
      case parameter:
        values.push_back(theta[node.operands[0]]);
        break;
      case add:
        values.push_back(at(0) + at(1));
        break;
      case subtract:
        values.push_back(at(0) - at(1));
        break;
      case multiply:
        values.push_back(at(0) * at(1));
        break;
      case divide:
        values.push_back(at(0) / at(1));
        break;
      case power:
        values.push_back(std::pow(at(0), at(1)));
        break;
      case negate:
        values.push_back(-at(0));
        break;
      case exponential:
        values.push_back(std::exp(at(0)));
        break;
      case logarithm:
        values.push_back(std::log(at(0)));
        break;
      case square_root:
        values.push_back(std::sqrt(at(0)));
        break;
      case logistic:
        values.push_back(1 / (1 + std::exp(-at(0))));
        break;
      case minimum:
        values.push_back(std::min(at(0), at(1)));
        break;
      case maximum:
        values.push_back(std::max(at(0), at(1)));
        break;
      case select_less:
        values.push_back(at(0) < at(1) ? at(2) : at(3));
        break;
      case select_less_equal:
        values.push_back(at(0) <= at(1) ? at(2) : at(3));
        break;
      case select_equal:
        values.push_back(at(0) == at(1) ? at(2) : at(3));
        break;
    }
  }
  return values.back();
}

std::vector<FormulaNode> formula(const std::string& expression) {
  return graph_of("parameters { 'a', 'b' } derived('d', function(t) return " + expression + " end)" + rest)
      .terms()
      .derived.at(0)
      .formula;
}

double value(const std::string& expression, double a, double b) {
  return evaluate(formula(expression), {a, b});
}

std::string formula_complaint(const std::string& expression) {
  return complaint("parameters { 'a', 'b' }\nderived('d', function(t) return " + expression + " end)" + rest);
}

TEST(Derived, RecordsEachOperation) {
  EXPECT_EQ(value("t.a + t.b", 2, 5), 7);
  EXPECT_EQ(value("t.a - 1", 2, 5), 1);
  EXPECT_EQ(value("1 - t.a", 2, 5), -1);
  EXPECT_EQ(value("t.a * t.b", 2, 5), 10);
  EXPECT_EQ(value("t.a / t.b", 2, 5), 0.4);
  EXPECT_EQ(value("t.b ^ t.a", 2, 5), 25);
  EXPECT_EQ(value("-t.a", 2, 5), -2);
  EXPECT_EQ(value("exp(t.a)", 2, 5), std::exp(2));
  EXPECT_EQ(value("log(t.a)", 2, 5), std::log(2));
  EXPECT_EQ(value("sqrt(t.a)", 2, 5), std::sqrt(2));
  EXPECT_EQ(value("logistic(t.a)", 2, 5), 1 / (1 + std::exp(-2.0)));
  EXPECT_EQ(value("min(t.a, t.b)", 2, 5), 2);
  EXPECT_EQ(value("max(t.a, 3, t.b)", 2, 5), 5);
}

TEST(Derived, SelectChoosesWhenThetaIsKnown) {
  for (const auto& [comparison, less, equal, greater] :
       std::vector<std::tuple<std::string, double, double, double>>{{"<", 10, 20, 20},
                                                                    {"<=", 10, 10, 20},
                                                                    {"==", 20, 10, 20},
                                                                    {">=", 20, 10, 10},
                                                                    {">", 20, 20, 10}}) {
    const auto nodes = formula("select(t.a, '" + comparison + "', t.b, 10, 20)");
    EXPECT_EQ(evaluate(nodes, {1, 2}), less) << comparison;
    EXPECT_EQ(evaluate(nodes, {2, 2}), equal) << comparison;
    EXPECT_EQ(evaluate(nodes, {3, 2}), greater) << comparison;
  }
  EXPECT_EQ(value("select(1, '<', 2, t.a, t.b)", 2, 5), 2);
  EXPECT_EQ(value("select(3, '<', 2, t.a, t.b)", 2, 5), 5);
}

TEST(Derived, PlainNumbersAreComputedAtOnce) {
  EXPECT_EQ(formula("t.a * exp(0)").size(), 3U);
  EXPECT_EQ(formula("2 + 3").size(), 1U);
  EXPECT_EQ(value("min(4, 3) * max(1, 2) * t.a", 2, 5), 12);
  EXPECT_EQ(value_of("exp(0) + min(2, 1) + max(1, 2, 3) + sqrt(4) + log(1) + logistic(0)"), "7.5");
}

TEST(Derived, MayUseEarlierDerivedTerms) {
  const Graph graph = graph_of(
      "parameters { 'a' } derived('d', function(t) return t.a * t.a end) "
      "derived('e', function(t) return t.d + 1 end)" +
      rest);
  ASSERT_EQ(graph.terms().derived.size(), 2U);
  EXPECT_EQ(evaluate(graph.terms().derived[1].formula, {3}), 10);
  EXPECT_THAT(complaint("parameters { 'a' } derived('d', function(t) return t.e end) "
                        "derived('e', function(t) return t.a end)" +
                        rest),
              HasSubstr("derived term 'e' is declared later"));
}

TEST(Derived, IsATermOfRates) {
  const Graph graph = graph_of(
      "parameters { 'a' } derived('d', function(t) return exp(t.a) end) initial { [1] = 1 }\n"
      "transitions(function(state, emit) if state[1] > 0 then emit(state:with(1, -1), "
      "{ a = 2, d = 3 }, 4) end end)");
  EXPECT_THAT(graph.coefficients(graph.classes()[1]), ::testing::ElementsAre(4, 2, 3));
}

TEST(Derived, DoesNotRunWhileTheFileIsLoaded) {
  EXPECT_NO_THROW(load("parameters { 'a' } derived('d', function(t) error('ran') end)" + rest));
  EXPECT_EQ(formula_complaint("error('ran')"), "65 m.lua:2: ran");
}

TEST(Derived, SaysWhatIsWrong) {
  EXPECT_THAT(formula_complaint("t.c"), StartsWith("65 m.lua:2: theta has no 'c'; its parameters are: a, b"));
  EXPECT_EQ(formula_complaint("1/0"),
            "65 m.lua:2: derived term 'd': a formula has a constant that is not finite; constants are finite "
            "numbers");
  EXPECT_THAT(formula_complaint("t.a < t.b and t.a or t.b"),
              HasSubstr("cannot be compared; write select(a, \"<\", b"));
  EXPECT_THAT(formula_complaint("t.a == t.b"), HasSubstr("cannot be compared"));
  EXPECT_THAT(formula_complaint("nil"),
              StartsWith("65 m.lua:2: derived term 'd' returns nil; it returns a formula"));
  EXPECT_THAT(formula_complaint("t.a + 'x'"), HasSubstr("an operand of a formula is the string \"x\""));
  EXPECT_THAT(formula_complaint("t.a / 0 + 1/0"), HasSubstr("a constant that is not finite"));
  EXPECT_THAT(formula_complaint("math.exp(t.a)"), HasSubstr("number expected"));
  EXPECT_THAT(formula_complaint("select(t.a, '<', t.b)"), HasSubstr("write select(a, \"<\", b, x, y)"));
  EXPECT_THAT(formula_complaint("select(t.a, '~=', t.b, 1, 2)"), HasSubstr("select has no comparison '~='"));
  EXPECT_THAT(formula_complaint("(function() t.a = 1 end)()"), StartsWith("65 m.lua:2: "));
  EXPECT_THAT(complaint("derived('a', function(t) return 1 end) parameters { 'a' }"),
              HasSubstr("it comes first"));
  EXPECT_THAT(complaint("parameters { 'a' } derived('a', function(t) return 1 end)"),
              HasSubstr("'a' is already"));
}

}  // namespace
}  // namespace phasic::test
