#include "graph/terms.hpp"

#include <gtest/gtest.h>

#include <set>

#include <limits>

#include "base/error.hpp"

namespace phasic {
namespace {

FormulaNode parameter(std::uint32_t index) {
  return {Operation::parameter, {index, 0, 0, 0}, 0};
}

TEST(Terms, CountsTheConstantThetaAndDerivedTerms) {
  const Terms terms{{"a", "b"}, {{"c", {parameter(0)}}}};
  EXPECT_EQ(terms.count(), 4U);
  EXPECT_EQ(terms.find("b"), 2U);
  EXPECT_EQ(terms.find("c"), 3U);
  EXPECT_EQ(terms.find("d"), std::nullopt);
}

TEST(Terms, RefusesNamesGivenTwice) {
  EXPECT_THROW(check({{"a", "a"}, {}}), InputError);
  EXPECT_THROW(check({{"a"}, {{"a", {parameter(0)}}}}), InputError);
  EXPECT_THROW(check({{""}, {}}), InputError);
  EXPECT_THROW(check({{"a\nb"}, {}}), InputError);
}

TEST(Terms, RefusesFormulasThatReadWhatIsNotThere) {
  EXPECT_NO_THROW(check({{"a"}, {{"c", {parameter(0), {Operation::exponential, {0, 0, 0, 0}, 0}}}}}));
  EXPECT_THROW(check({{"a"}, {{"c", {parameter(1)}}}}), InputError);
  EXPECT_THROW(check({{"a"}, {{"c", {}}}}), InputError);
  EXPECT_THROW(check({{"a"}, {{"c", {{Operation::negate, {0, 0, 0, 0}, 0}}}}}), InputError);
  EXPECT_THROW(check({{"a"}, {{"c", {{Operation::constant, {}, std::numeric_limits<double>::infinity()}}}}}),
               InputError);
}

// A step is evaluated with all four, whatever it makes of them.
TEST(Terms, RefusesOperandsThatAStepDoesNotUse) {
  EXPECT_THROW(check({{"a"}, {{"c", {parameter(0), {Operation::exponential, {0, 7, 0, 0}, 0}}}}}),
               InputError);
  EXPECT_THROW(check({{"a"}, {{"c", {parameter(0), {Operation::add, {0, 0, 0, 7}, 0}}}}}), InputError);
  EXPECT_THROW(check({{"a"}, {{"c", {{Operation::parameter, {0, 7, 0, 0}, 0}}}}}), InputError);
  EXPECT_THROW(check({{"a"}, {{"c", {{Operation::constant, {7, 0, 0, 0}, 1}}}}}), InputError);
}

TEST(Operations, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (std::uint32_t number = 0; operand_count(number); ++number) {
    const auto operation = static_cast<Operation>(number);
    EXPECT_EQ(operation_named(name_of(operation)), operation);
    names.insert(name_of(operation));
  }
  EXPECT_EQ(names.size(), 17U);
  EXPECT_EQ(name_of(Operation::select_less_equal), "select_less_equal");
  EXPECT_EQ(operation_named("modulo"), std::nullopt);
}

}  // namespace
}  // namespace phasic
