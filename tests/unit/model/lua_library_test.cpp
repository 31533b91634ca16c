// The sandbox: what is absent, and that what is present is deterministic and ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/model/models.hpp"

namespace phasic::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Sandbox, ForbiddenNamesAreAbsent) {
  for (const char* name :
       {"pcall",          "xpcall", "coroutine", "setmetatable", "getmetatable", "load",   "loadstring",
        "loadfile",       "dofile", "require",   "io",           "os",           "debug",  "package",
        "collectgarbage", "rawget", "rawset",    "rawequal",     "rawlen",       "print",  "utf8",
        "warn",           "_G",     "_VERSION",  "module",       "setfenv",      "unpack", "newproxy"}) {
    EXPECT_THAT(complaint(std::string("local x = ") + name),
                HasSubstr(fmt::format("no variable '{}'", name)));
  }
}

TEST(Sandbox, ForbiddenFieldsAreAbsent) {
  for (const char* field : {"string.rep", "string.find", "string.match", "string.gmatch", "string.gsub",
                            "string.dump", "table.move", "math.random", "math.randomseed"}) {
    EXPECT_EQ(
        complaint(fmt::format("local x = {}(1)", field)),
        fmt::format("65 m.lua:1: model files have no {}; see phasic-model(5) for what there is", field));
  }
  EXPECT_THAT(complaint("local x = ('a'):rep(10)"), HasSubstr("model files have no string.rep;"));
}

TEST(Sandbox, TheWhitelistIsThere) {
  for (const char* name : {"assert",        "error",
                           "ipairs",        "pairs",
                           "next",          "select",
                           "tonumber",      "tostring",
                           "type",          "string.format",
                           "string.byte",   "string.char",
                           "string.len",    "string.lower",
                           "string.upper",  "string.reverse",
                           "string.sub",    "string.pack",
                           "string.unpack", "string.packsize",
                           "table.concat",  "table.insert",
                           "table.remove",  "table.sort",
                           "table.pack",    "table.unpack",
                           "math.floor",    "math.sqrt",
                           "math.type",     "math.tointeger",
                           "exp",           "log",
                           "sqrt",          "min",
                           "max",           "logistic"}) {
    EXPECT_EQ(value_of(std::string("type(") + name + ")"), "function") << name;
  }
  EXPECT_EQ(value_of("math.pi > 3.14 and math.huge > 1e300 and math.maxinteger > 0"), "true");
}

TEST(Sandbox, LibraryTablesCannotBeChanged) {
  EXPECT_THAT(complaint("math.floor = nil"), HasSubstr("the library table 'math' cannot be changed"));
  EXPECT_THAT(complaint("string.x = 1"), HasSubstr("the library table 'string' cannot be changed"));
  EXPECT_THAT(complaint("table.sort = 1"), HasSubstr("the library table 'table' cannot be changed"));
}

TEST(Sandbox, MetatablesCannotBeReached) {
  EXPECT_THAT(value_of("('').__index"), HasSubstr("have no string.__index"));
  EXPECT_THAT(value_of("string.__index"), HasSubstr("have no string.__index"));
  EXPECT_EQ(value_of("type(_ENV)"), "table");
  EXPECT_EQ(value_of("next(_ENV) == nil"), "true");
}

TEST(Sandbox, NoTextShowsAnAddress) {
  EXPECT_EQ(value_of("tostring({})"), "table");
  EXPECT_EQ(value_of("tostring(type)"), "function");
  EXPECT_EQ(value_of("string.format('%s|%s|%-8s|%d', {}, type, {}, 3)"), "table|function|table   |3");
  EXPECT_THAT(complaint("local x = string.format('%p', {})"), HasSubstr("%p would show an address"));
  EXPECT_THAT(complaint("local x = string.format('%-20p', {})"), HasSubstr("%p would show an address"));
  EXPECT_EQ(value_of("string.format('%%p')"), "%p");
  EXPECT_EQ(complaint("local x = string.format('%d', 'x')"),
            "65 m.lua:1: bad argument #2 to 'format' (number expected, got string)");
  EXPECT_THAT(complaint("error({})"), Not(HasSubstr("0x")));
  EXPECT_THAT(complaint("local t = {} local x = t < t"), Not(HasSubstr("0x")));
  EXPECT_EQ(value_of("tostring(nil) .. tostring(true) .. tostring(1) .. tostring(1.0)"), "niltrue11.0");
}

TEST(Sandbox, PairsGoesThroughKeysInOrder) {
  EXPECT_EQ(
      value_of("(function() local s = '' for k, v in pairs { b = 1, a = 2, [10] = 3, [2] = 4, [-1.5] = 5, "
               "[true] = 6, c = 7, [false] = 8 } do s = s .. tostring(k) .. v .. ' ' end return s end)()"),
      "-1.55 24 103 a2 b1 c7 false8 true6 ");
  EXPECT_THAT(complaint("for k in pairs { [{}] = 1, [1] = 2 } do end"), HasSubstr("has a table as a key"));
  EXPECT_THAT(complaint("for k in pairs { [type] = 1 } do end"), HasSubstr("has a function as a key"));
  EXPECT_THAT(complaint("for k in pairs(nil) do end"), HasSubstr("table expected, got nil"));
}

TEST(Sandbox, PairsGoesThroughManyKeysInOrder) {
  EXPECT_EQ(
      value_of("(function() local t = {} for i = 1, 5000 do t['k' .. (i * 7919) % 5003] = i end "
               "local last, n = '', 0 for k in pairs(t) do if k <= last then return 'disorder' end last = k "
               "n = n + 1 end return n end)()"),
      "5000");
}

TEST(Sandbox, PairsSkipsWhatWasRemovedOnTheWay) {
  EXPECT_EQ(value_of("(function() local t = {1, 2, 3, 4} local s = '' for k in pairs(t) do s = s .. k "
                     "t[k + 1] = nil end return s end)()"),
            "13");
}

TEST(Sandbox, NextGoesThroughKeysInOrder) {
  EXPECT_EQ(value_of("(function() local t, s = { b = 1, a = 2, [3] = 4 }, '' local k, v = next(t) "
                     "while k ~= nil do s = s .. k .. v .. ' ' k, v = next(t, k) end return s end)()"),
            "34 a2 b1 ");
  EXPECT_EQ(value_of("next {} == nil"), "true");
}

TEST(Sandbox, SortIsStableAndSurvivesAnyOrder) {
  EXPECT_EQ(
      value_of("(function() local t = {5, 2, 8, 1, 9, 3} table.sort(t) return table.concat(t, ' ') end)()"),
      "1 2 3 5 8 9");
  EXPECT_EQ(
      value_of("(function() local t = {'b1', 'a1', 'b2', 'a2', 'a3'} table.sort(t, function(x, y) return "
               "x:byte() < y:byte() end) return table.concat(t, ' ') end)()"),
      "a1 a2 a3 b1 b2");
  EXPECT_EQ(
      value_of(
          "(function() local t = {} for i = 1, 1000 do t[i] = i end local n = 0 table.sort(t, function() "
          "n = n + 1 return n % 3 == 0 end) local sum = 0 for i = 1, 1000 do sum = sum + t[i] end return sum "
          "end)()"),
      "500500");
  EXPECT_THAT(complaint("table.sort({1, 'a'})"), HasSubstr("attempt to compare"));
}

TEST(Sandbox, InsertAndRemoveDoWhatLuasDo) {
  EXPECT_EQ(value_of("(function() local t = {1, 3} table.insert(t, 4) table.insert(t, 2, 2) local a = "
                     "table.remove(t, 1) "
                     "local b = table.remove(t) return table.concat(t, ' ') .. '|' .. a .. b end)()"),
            "2 3|14");
  EXPECT_EQ(value_of("table.remove({}) == nil"), "true");
  EXPECT_THAT(complaint("table.insert({1}, 5, 2)"), HasSubstr("position out of bounds"));
  EXPECT_THAT(complaint("table.remove({1}, 5)"), HasSubstr("position out of bounds"));
  EXPECT_THAT(complaint("table.insert({1})"), HasSubstr("table.insert takes"));
}

TEST(Sandbox, SelectIsLuasOwnOutsideDerivedTerms) {
  EXPECT_EQ(value_of("select('#', 1, 2, 3) .. select(2, 'a', 'b')"), "3b");
  EXPECT_EQ(value_of("select(-1, 'a', 'b')"), "b");
}

TEST(Sandbox, IpairsWalksListsAndStates) {
  EXPECT_EQ(
      value_of(
          "(function() local s = '' for i, v in ipairs { 'a', 'b' } do s = s .. i .. v end return s end)()"),
      "1a2b");
  EXPECT_THAT(complaint_in_state(
                  "local s = '' for i, v in ipairs(state) do s = s .. i .. '=' .. v .. ' ' end error(s)"),
              HasSubstr("1=2 2=0 "));
  EXPECT_THAT(complaint_in_state("for i, v in pairs(state) do end"), HasSubstr("state:occupied()"));
}

// Every one of these would run for ages in Lua's own library.
TEST(Sandbox, NothingOutrunsTheInstructionLimit) {
  Limits limits;
  limits.instructions = 2'000'000;
  const std::string sparse = "local t = {} for i = 61, 0, -1 do t[1 << i] = true end "  // #t is beyond 2^60
      ;
  const std::string model = " initial { [1] = 1 } transitions(function() end)";
  for (const std::string& code :
       {sparse + "table.insert(t, 1, 1)", sparse + "table.remove(t, 1)",
        sparse + "table.sort(t, function() end)", std::string("while true do end"),
        std::string("local function f() return f() end f()"),
        std::string("local t = {} for i = 1, 100000 do t[i] = i end while true do next(t, 5) end"),
        std::string("for i = 1, math.huge do local x = i end"), std::string("::top:: goto top")}) {
    EXPECT_THAT(complaint(code + model, {}, limits), StartsWith("69 m.lua:1: ")) << code;
  }
}

}  // namespace
}  // namespace phasic::test
