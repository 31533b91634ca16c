#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/model/models.hpp"

namespace phasic::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string rest = " initial { [1] = 1 } transitions(function() end)";

TEST(Param, GivesTheDefaultOrWhatTheCommandLineSays) {
  EXPECT_EQ(value_of("param('n', 6)"), "6");
  const std::string model = "error('=' .. tostring(param('n', 6)), 0)";
  EXPECT_EQ(complaint(model, {"n=8"}), "65 m.lua:1: =8");
  EXPECT_EQ(complaint(model, {"n=8", "n=9"}), "65 m.lua:1: =9");
  EXPECT_EQ(complaint("error('=' .. tostring(param('x', 0.5)), 0)", {"x=2"}), "65 m.lua:1: =2.0");
  EXPECT_EQ(complaint("error('=' .. tostring(param('b', false)), 0)", {"b=true"}), "65 m.lua:1: =true");
  EXPECT_EQ(complaint("error('=' .. param('s', 'a'), 0)", {"s=b c"}), "65 m.lua:1: =b c");
}

TEST(Param, OfTheWrongTypeOrUndeclaredIsRefused) {
  EXPECT_EQ(complaint("param('n', 6)" + rest, {"n=6.5"}),
            "65 -p n=6.5: n is declared as an integer; give an integer, such as -p n=6");
  EXPECT_THAT(complaint("param('n', 6)" + rest, {"m=6"}), HasSubstr("m.lua declares no parameter 'm'"));
  EXPECT_THAT(complaint(rest, {"m=6"}), HasSubstr("it declares none"));
  // The last of a name wins, so an earlier one may be anything.
  EXPECT_EQ(complaint("param('n', 6)" + rest, {"n=6.5", "n=6"}), "no complaint");
}

TEST(Param, IsDeclaredOnceWithADefaultThatHasAType) {
  EXPECT_THAT(complaint("param('n', 6) param('n', 7)"), HasSubstr("param 'n' is declared twice"));
  EXPECT_THAT(complaint("param('n')"), HasSubstr("the default of param 'n' is nil"));
  EXPECT_THAT(complaint("param('n', {})"), HasSubstr("the default of param 'n' is a table"));
  EXPECT_THAT(complaint("param(6, 'n')"), HasSubstr("the name of a param is 6; it is a string"));
  EXPECT_THAT(complaint("param('', 1)"), HasSubstr("the name of a param is ''; use letters, digits and _"));
}

TEST(Param, DefaultsMayBeComputed) {
  const auto model = load("local n = param('n', 3) local m = param('m', n * 2)" + rest, {"n=5"});
  EXPECT_EQ(model->declaration().parameters[1].value, ParameterValue(std::int64_t{10}));
}

TEST(Param, HasANameForAnyCommandLineAndADefaultThatIsANumber) {
  EXPECT_THAT(complaint("param('θ', 1)"), StartsWith("65 m.lua:1: the name of a param is 'θ'; use A to Z"));
  EXPECT_THAT(complaint("param('n', 0/0)"),
              StartsWith("65 m.lua:1: the default of param 'n' is not a number"));
}

TEST(Param, KeepsToItsBounds) {
  const std::string model = "param('n', 6, 'size', { min = 1, max = 100 })" + rest;
  for (const char* inside : {"n=1", "n=100"}) EXPECT_EQ(complaint(model, {inside}), "no complaint");
  EXPECT_EQ(complaint(model, {"n=0"}), "65 -p n=0: n is out of range; n is from 1 to 100");
  EXPECT_EQ(complaint(model, {"n=101"}), "65 -p n=101: n is out of range; n is from 1 to 100");
  EXPECT_EQ(complaint("param('x', 0.5, nil, { min = 0 })" + rest, {"x=-0.25"}),
            "65 -p x=-0.25: x is out of range; x is at least 0");
  EXPECT_EQ(complaint("param('x', 0.5, nil, { max = 1 })" + rest, {"x=2"}),
            "65 -p x=2.0: x is out of range; x is at most 1");
}

TEST(Param, ADefaultOutOfItsBoundsIsTheFilesMistake) {
  EXPECT_EQ(complaint("\nlocal n = param('n', 3) param('m', n * 2, '', { max = 9 })" + rest, {"n=5"}),
            "65 m.lua:2: the default of param 'm', 10, is out of range; m is at most 9");
}

TEST(Param, BoundsAreNumbersOfItsType) {
  EXPECT_THAT(complaint("param('n', 6, '', { min = 1.5 })"),
              HasSubstr("the min of param 'n' is 1.5; it is an integer"));
  EXPECT_THAT(complaint("param('n', 6, '', { low = 1 })"),
              HasSubstr("the bounds of param 'n' name low; there are min and max"));
  EXPECT_THAT(complaint("param('n', 6, '', { 1, 9 })"), HasSubstr("the bounds of param 'n' name"));
  EXPECT_THAT(complaint("param('n', 6, '', 9)"),
              HasSubstr("the bounds of param 'n' are 9; write { min = 1, max = 100 }"));
  EXPECT_THAT(complaint("param('s', 'a', '', { min = 'a' })"),
              HasSubstr("only integers and numbers have bounds"));
  EXPECT_THAT(complaint("param('n', 6, '', { min = 9, max = 1 })"),
              HasSubstr("has bounds from 9 to 1; the first is the smaller one"));
  EXPECT_THAT(complaint("param('x', .5, '', { min = 0/0, max = 1 })"), HasSubstr("param 'x' has bounds"));
}

TEST(Param, IsDescribedWithDefaultBoundsAndHelp) {
  const auto model = load(
      "param('n', 6, 'size', { min = 1 }) parameters { 'a' } derived('d', function(t) return t.a end)" + rest,
      {"n=9"});
  const Parameter& parameter = model->declaration().parameters[0];
  EXPECT_EQ(parameter.value, ParameterValue(std::int64_t{9}));
  EXPECT_EQ(parameter.standard, ParameterValue(std::int64_t{6}));
  EXPECT_EQ(parameter.help, "size");
  EXPECT_EQ(bounds_text(parameter), "at least 1");
  EXPECT_THAT(model->declaration().theta, ::testing::ElementsAre("a"));
  EXPECT_THAT(model->declaration().derived, ::testing::ElementsAre("d"));
}

TEST(Check, StopsWithItsMessageAndTheParameters) {
  const std::string model =
      "local n = param('n', 6)\nlocal k = param('k', 2)\ncheck(k < n, 'k is less than n')" + rest;
  EXPECT_EQ(complaint(model), "no complaint");
  EXPECT_EQ(complaint(model, {"n=1"}), "65 m.lua:3: k is less than n; here n = 1, k = 2");
  EXPECT_EQ(complaint("check(false, 'never')"), "65 m.lua:1: never");
}

TEST(Check, TakesAConditionAndAMessageAtTheTopLevel) {
  EXPECT_THAT(complaint("check(true)"), HasSubstr("the message of a check is nil; it is a string"));
  EXPECT_THAT(complaint("check(function() return false end, 'x')"),
              HasSubstr("check takes a condition, no function"));
  EXPECT_THAT(complaint("initial { [1] = 1 } transitions(function() check(true, 'x') end)"),
              HasSubstr("check was called in a callback"));
}

}  // namespace
}  // namespace phasic::test
