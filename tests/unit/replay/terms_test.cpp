#include "replay/terms.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/chains.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

using enum Operation;

/// f(x, y) as one operation on the two parameters and the constants 3 and 4.
DerivedTerm term(Operation operation) {
  return {"f",
          {{parameter, {0, 0, 0, 0}, 0},
           {parameter, {1, 0, 0, 0}, 0},
           {constant, {0, 0, 0, 0}, 3},
           {constant, {0, 0, 0, 0}, 4},
           {operation, {0, 1, 2, 3}, 0}}};
}

TEST(Terms, EvaluateEveryOperationInBothArithmetics) {
  const double x = 1.7;
  const double y = 0.6;
  const std::vector<std::pair<Operation, double>> cases{{add, x + y},
                                                        {subtract, x - y},
                                                        {multiply, x * y},
                                                        {divide, x / y},
                                                        {power, std::pow(x, y)},
                                                        {negate, -x},
                                                        {exponential, std::exp(x)},
                                                        {logarithm, std::log(x)},
                                                        {square_root, std::sqrt(x)},
                                                        {logistic, 1 / (1 + std::exp(-x))},
                                                        {minimum, y},
                                                        {maximum, x},
                                                        {select_less, 4},
                                                        {select_less_equal, 4},
                                                        {select_equal, 4}};
  for (const auto& [operation, expected] : cases) {
    const Terms terms{{"x", "y"}, {term(operation)}};
    const std::vector<double> theta{x, y};
    EXPECT_DOUBLE_EQ(evaluate_terms(terms, theta, 0.0)[3], expected) << static_cast<int>(operation);
    EXPECT_NEAR(evaluate_terms(terms, theta, Mpfr(128))[3].to_double(), expected, 1e-15 * std::fabs(expected))
        << static_cast<int>(operation);
  }
  const Terms equal{{"x", "y"}, {term(select_equal)}};
  EXPECT_EQ(evaluate_terms(equal, std::vector<double>{2, 2}, 0.0)[3], 3);
  const Terms less{{"x", "y"}, {term(select_less)}};
  EXPECT_EQ(evaluate_terms(less, std::vector<double>{1, 2}, 0.0)[3], 3);
}

TEST(Terms, LeaveAnInfiniteTermOutWhereItsCoefficientIsZero) {
  test::ChainBuilder chain({"rate", "x"});
  chain.parts().terms.derived = {
      {"inverse", {{constant, {}, 1}, {parameter, {1, 0, 0, 0}, 0}, {divide, {0, 1, 0, 0}, 0}}}};
  chain.parts().coefficients = CoefficientTable(4);
  const Graph graph = chain.edge(1, {0, 1, 0, 0}).state().state().start(0).graph();
  const Trace trace = record(graph);
  const auto terms = evaluate_terms(graph.terms(), std::vector<double>{5, 0}, 0.0);
  EXPECT_TRUE(std::isinf(terms[3]));
  for (const double weight : class_weights(trace, terms)) EXPECT_TRUE(std::isfinite(weight));
}

}  // namespace
}  // namespace phasic
