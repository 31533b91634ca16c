#include "graph/rate_text.hpp"

#include <gtest/gtest.h>

namespace phasic {
namespace {

std::string text_of(std::vector<double> coefficients) {
  const Terms terms{{"coalescence", "p"}, {{"growth", {FormulaNode{}}}}};
  coefficients.resize(terms.count());
  return rate_text(terms, coefficients);
}

TEST(RateText, ReadsAsAPersonWouldWriteIt) {
  EXPECT_EQ(text_of({2, 3, 0}), "3 coalescence + 2");
  EXPECT_EQ(text_of({0, 1, 0, 0.5}), "coalescence + 0.5 growth");
  EXPECT_EQ(text_of({1, 0, -1}), "1 - p");
  EXPECT_EQ(text_of({-1, 0, -2}), "-2 p - 1");
  EXPECT_EQ(text_of({0.1}), "0.1");
  EXPECT_EQ(text_of({}), "0");
}

TEST(RateText, KnowsTheNamesOfAllTerms) {
  const Terms terms{{"a", "b"}, {{"c", {FormulaNode{}}}}};
  EXPECT_EQ(name_of_term(terms, 1), "a");
  EXPECT_EQ(name_of_term(terms, 2), "b");
  EXPECT_EQ(name_of_term(terms, 3), "c");
}

}  // namespace
}  // namespace phasic
