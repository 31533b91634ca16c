#include "model/formula_slips.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/model/models.hpp"

namespace phasic::test {
namespace {

using ::testing::HasSubstr;

// What is found in a derived term's function with this body, all in one line.
std::string slip_in(const std::string& body) {
  const auto slip = find_formula_slip("derived('d', function(t) " + body + " end)", "d", 1, 1);
  return slip ? slip->what : "none";
}

TEST(FormulaSlips, ComparingASymbolForEqualityIsSilentlyFalse) {
  const std::string always_false =
      "a formula is recorded once, before theta is known, so '==' here is always false";
  for (const char* body :
       {"if t.a == 2 then return 1 end return t.a", "if 2 == t.a then return 1 end return t.a",
        "return t.a * 3 + 1 == 2 and 1 or 2", "if 2 == 1 + (n * t.a) then return 1 end return 2",
        "if exp(-t.a) == 1 then return 1 end return 2", "local x = t['a'] == 0 return 1",
        "if n == 1 then if (t.a) == 2 then return 1 end end return 2"}) {
    EXPECT_EQ(slip_in(body), always_false) << body;
  }
  EXPECT_THAT(slip_in("if t.a ~= 2 then return 1 end return 2"), HasSubstr("'~=' here is always true"));
}

TEST(FormulaSlips, ASymbolAsAConditionIsSilentlyTrue) {
  EXPECT_THAT(slip_in("if t.a then return 1 end return 2"), HasSubstr("'if' here is always true"));
  EXPECT_THAT(slip_in("if n then return 1 elseif t.a - 1 then return 2 end"), HasSubstr("'elseif' here is"));
  EXPECT_THAT(slip_in("while t.a do break end return 2"), HasSubstr("'while' here is always true"));
  EXPECT_THAT(slip_in("return not t.a and 1 or 2"), HasSubstr("'not' here is always false"));
  EXPECT_THAT(slip_in("return t.a and 1 or 2"), HasSubstr("'and' here is always true"));
}

TEST(FormulaSlips, ConditionsOnPlainValuesAreNoSlips) {
  for (const char* body :
       {"if n == 2 then return t.a end return t.b", "return n == 2 and t.a or t.b",
        "return flag and t.a or t.b", "local r = t.a if n ~= 2 then r = t.b end return r",
        "if type(t.a) == 'number' then return 1 end return 2", "return select(t.a, '==', 2, 3, t.b)",
        "if not flag then return t.a end return t.b", "local same = n == 2 local x = t.a return x",
        "if u.t.a == 2 then return t.a end return 1", "local s = 'if t.a == 2' return t.a -- if t.a == 2",
        "local list = { t.a, t.b } if #list == 2 then return t.a end return 1"}) {
    EXPECT_EQ(slip_in(body), "none") << body;
  }
}

TEST(FormulaSlips, TwoSymbolsAreForLuaToRefuse) {
  EXPECT_EQ(slip_in("return t.a == t.b"), "none");
}

TEST(FormulaSlips, AnArgumentThatIsRenamedIsLeftAlone) {
  EXPECT_EQ(slip_in("local t = { a = 2 } if t.a == 2 then return 1 end return 2"), "none");
  EXPECT_EQ(slip_in("local f = function(t) return t.a == 2 end return 1"), "none");
}

TEST(FormulaSlips, OfSeveralFunctionsOnlyTheNamedOneIsLookedAt) {
  const std::string source =
      "derived('a', function(t) return t.x end) derived('b', function(t)\nreturn t.x == 1 end)\n"
      "transitions(function(t, emit) if t.x == 1 then end end)";
  EXPECT_FALSE(find_formula_slip(source, "a", 1, 1));
  ASSERT_TRUE(find_formula_slip(source, "b", 1, 2));
  EXPECT_EQ(find_formula_slip(source, "b", 1, 2)->line, 2U);
  EXPECT_FALSE(find_formula_slip("derived('a', function(t) return t.x == 1 end) f(function(t) return 1 end)",
                                 "c", 1, 1));
}

TEST(FormulaSlips, RubbishIsNoFunction) {
  for (const char* source : {"", "function", "function(", "function()", "function(t", "function(t) t.a ==",
                             "function(t) ) == t.a end", "function(t) == end", "function(t) (t.a == end"}) {
    EXPECT_NO_THROW(static_cast<void>(find_formula_slip(source, "d", 1, 1))) << source;
  }
}

TEST(FormulaSlips, TheModelIsRefusedAtTheLine) {
  EXPECT_EQ(
      complaint("parameters { 'a' }\nderived('d', function(t)\nif t.a == 2 then return 1 end return t.a "
                "end)\ninitial { [1] = 1 } transitions(function() end)"),
      "65 m.lua:3: a formula is recorded once, before theta is known, so '==' here is always false; write "
      "select(a, \"==\", b, x, y) for x where a is b, else y");
}

}  // namespace
}  // namespace phasic::test
