// The limit on Lua's memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/model/models.hpp"

namespace phasic::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(MemoryLimit, StopsATableThatGrowsWithoutEnd) {
  Limits limits;
  limits.memory = 1 << 24;
  EXPECT_EQ(
      complaint(
          "initial { [1] = 2 }\ntransitions(function(state, emit)\nlocal t = {}\nfor i = 1, 1e9 do\nt[i] = i "
          "end end)",
          {}, limits),
      "69 m.lua:5: in state (2): transitions took more than 16777216 bytes of memory; raise --max-memory (0: "
      "no limit)");
}

TEST(MemoryLimit, StopsAStringThatDoubles) {
  Limits limits;
  limits.memory = 1 << 24;
  EXPECT_THAT(complaint("local s = 'x'\nwhile true do\ns = s .. s end", {}, limits),
              StartsWith("69 m.lua:3: running the top level of the file took more than 16777216 bytes"));
}

TEST(MemoryLimit, StopsACallbackThatMakesChildrenWithoutEnd) {
  Limits limits;
  limits.memory = 1 << 24;
  EXPECT_EQ(
      complaint("initial { [1] = 2, [100000] = 0 }\ntransitions(function(state, emit)\nwhile true do\n"
                "state:with(1, 1) end end)",
                {}, limits),
      "69 m.lua:4: in state {[1]=2}: transitions took more than 16777216 bytes of memory; raise --max-memory "
      "(0: no limit)");
}

TEST(MemoryLimit, TooSmallForLuaItselfIsSaid) {
  Limits limits;
  limits.memory = 1000;
  EXPECT_THAT(complaint("local x = 1", {}, limits), HasSubstr("raise --max-memory"));
  limits.memory = 12000;
  EXPECT_THAT(complaint("local x = 1", {}, limits), HasSubstr("raise --max-memory"));
}

TEST(LuaState, ThatDoesNotFitAtAllNamesTheModel) {
  Limits limits;
  limits.memory = 1000;
  EXPECT_EQ(complaint("", {}, limits),
            "69 m.lua: not even an empty model fits in the memory allowed; raise --max-memory");
}

}  // namespace
}  // namespace phasic::test
