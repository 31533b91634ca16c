// Callbacks that change what is outside of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/model/models.hpp"

namespace phasic::test {
namespace {

using ::testing::StartsWith;

// The end of a transitions function that counts its only entry down.
const std::string count_down = " if state[1] > 0 then emit(state:with(1, -1), {}, 1) end end)";

TEST(Purity, TransitionsMayNotChangeAVariableOutside) {
  EXPECT_EQ(
      complaint(
          "local calls = 0\ninitial { [1] = 2 }\ntransitions(function(state, emit)\n calls = calls + 1\n" +
          count_down),
      "65 m.lua:3: in state (2): transitions changes 'calls', a variable outside of it; callbacks are pure: "
      "declare it inside, as a local");
}

TEST(Purity, NeitherMayRewardsNorThroughAnotherFunction) {
  EXPECT_THAT(
      complaint("local seen = false\nlocal function look() seen = true return 1 end\ninitial { [1] = 2 }\n"
                "reward('r', function(state) return look() end)\ntransitions(function(state, emit)" +
                count_down),
      StartsWith("65 m.lua:4: in state (2): reward 'r' changes 'seen'"));
}

// A counter that transitions uses through `call`, where `top` has put it.
std::string counting(const std::string& top, const std::string& call) {
  return complaint(top + " initial { [1] = 2 }\ntransitions(function(state, emit) local x = " + call +
                   count_down);
}

TEST(Purity, NorThroughAGlobalFunction) {
  const std::string c = "65 m.lua:2: in state (2): transitions changes 'c'";
  EXPECT_THAT(counting("local c = 0 function g() c = c + 1 end function n() return c end", "g()"),
              StartsWith(c));
  EXPECT_THAT(counting("local c = 0 function g() c = c + 1 end local function h() g() end", "h()"),
              StartsWith(c));
}

TEST(Purity, NorThroughATableHoweverDeep) {
  const std::string c = "65 m.lua:2: in state (2): transitions changes 'c'";
  EXPECT_THAT(
      counting("local c = 0 local m = { a = { b = {} } } function m.a.b.g() c = c + 1 end", "m.a.b.g()"),
      StartsWith(c));
  EXPECT_THAT(counting("local c = 0 m = { g = function() c = c + 1 end }", "m.g()"), StartsWith(c));
  EXPECT_THAT(counting("local c = 0 local list = { g = function() c = c + 1 end } "
                       "for i = 1, 100000 do list = { list } end",
                       "1 local at = list while at[1] do at = at[1] end at.g()"),
              StartsWith(c));
}

TEST(Purity, NorByAnIteratorThatGoesOn) {
  EXPECT_THAT(counting("local following = pairs { 5, 6, 7 }", "following()"),
              StartsWith("65 m.lua:2: in state (2): transitions changes 'the position of an iterator'"));
}

TEST(Purity, NorByASetOfGlobalsOfItsOwn) {
  EXPECT_THAT(counting("", "1 _ENV = { x = 1 }"),
              StartsWith("65 m.lua:2: in state (2): transitions changes '_ENV'"));
}

TEST(Purity, FunctionsThatChangeVariablesMayBeUsedWhileTheFileIsLoaded) {
  EXPECT_EQ(counting("local c = 0 function next_index() c = c + 1 return c end local i = next_index()", "i"),
            "no complaint");
}

TEST(Purity, TablesAreForRemembering) {
  EXPECT_EQ(complaint("local memo = {}\ninitial { [1] = 2 }\ntransitions(function(state, emit)\n"
                      "memo[state[1]] = true" +
                      count_down),
            "no complaint");
}

TEST(Purity, ANotANumberThatStaysOneIsNoChange) {
  EXPECT_EQ(
      complaint("local nan = 0/0\ninitial { [1] = 2 }\ntransitions(function(state, emit) local x = nan" +
                count_down),
      "no complaint");
}

TEST(Purity, FunctionsMayReferToThemselvesAndToEachOther) {
  EXPECT_EQ(complaint("local even, odd\nfunction even(n) return n == 0 or odd(n - 1) end\n"
                      "function odd(n) return n ~= 0 and even(n - 1) end\ninitial { [1] = 2 }\n"
                      "transitions(function(state, emit) local x = even(state[1])" +
                      count_down),
            "no complaint");
}

}  // namespace
}  // namespace phasic::test
