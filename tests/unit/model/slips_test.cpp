#include "model/slips.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/model/models.hpp"

namespace phasic::test {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Slips, FromOtherLanguagesGetLuasForm) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"if 1 != 2 then end", "Lua writes ~= for 'not equal'"},
      {"local a = 1 a += 1", "Lua has no +=; write x = x + y"},
      {"local a = 1 a -= 1", "Lua has no -=; write x = x - y"},
      {"local a = 1 a *= 2", "Lua has no *=; write x = x * y"},
      {"local a = 1 a++", "Lua has no ++; write i = i + 1"},
      {"if true && false then end", "Lua writes 'and' for &&"},
      {"if true || false then end", "Lua writes 'or' for ||"},
      {"if !true then end", "Lua writes 'not' for !"},
      {"local a = true ? 1 : 2", "Lua writes (condition and a or b) for condition ? a : b"},
      {"if true then elif false then end", "Lua writes elseif"},
      {"for i = 1, 2 do continue end",
       "Lua has no continue; write goto next, with ::next:: at the loop's end"},
      {"local a = 1 if a = 1 then end", "Lua writes == for 'equal'"},
      {"local a = null", "Lua writes nil"},
      {"local a = True", "Lua writes true"},
      {"print(1)", "model files print nothing; stop with error(text) to see a value"},
  };
  for (const auto& [code, remedy] : cases) EXPECT_THAT(complaint(code), EndsWith("; " + remedy)) << code;
}

TEST(Slips, OnAnEarlierLineAreNotBlamed) {
  EXPECT_THAT(complaint("-- a != b\nlocal s = 'x != y'\n\nlocal b = )"), Not(HasSubstr("~=")));
}

TEST(Slips, InIndicesOfStatesAreNamed) {
  EXPECT_EQ(complaint_in_state("local x = state[0]"),
            "65 m.lua:2: in state (2, 0): index 0 of a state; Lua counts from 1");
  EXPECT_THAT(complaint("initial { [0] = 1 }"), EndsWith("index 0 of a state; indices start at 1"));
  EXPECT_THAT(complaint_in_state("local x = state.with(1, -1)"), HasSubstr("call methods with a colon"));
}

}  // namespace
}  // namespace phasic::test
