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

TEST(RateText, ShortensNumbersInPictures) {
  EXPECT_EQ(short_number(0.25), "0.25");
  EXPECT_EQ(short_number(2.0 / 3), "2/3");
  EXPECT_EQ(short_number(-22.0 / 7), "-22/7");
  EXPECT_EQ(short_number(3.14159265358979), "3.14159");
  EXPECT_EQ(short_number(1e300 / 3), "3.33333e+299");
  const std::vector<double> coefficients{0, 1.0 / 3};
  EXPECT_EQ(rate_text({{"a"}, {}}, coefficients, NumberStyle::readable), "1/3 a");
  EXPECT_EQ(rate_text({{"a"}, {}}, coefficients), "0.3333333333333333 a");
}

TEST(RateText, KnowsTheNamesOfAllTerms) {
  const Terms terms{{"a", "b"}, {{"c", {FormulaNode{}}}}};
  EXPECT_EQ(name_of_term(terms, 1), "a");
  EXPECT_EQ(name_of_term(terms, 2), "b");
  EXPECT_EQ(name_of_term(terms, 3), "c");
}

}  // namespace
}  // namespace phasic
