// Loading, errors and purity, through the model's own interface.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/model/models.hpp"

namespace phasic::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(LuaHost, SyntaxErrorsNameFileAndLine) {
  EXPECT_THAT(complaint("local a = 1\nlocal b = = 2"), StartsWith("65 m.lua:2: unexpected symbol near '='"));
  EXPECT_THAT(complaint("for i = 1, 2 do"), StartsWith("65 m.lua:1: 'end' expected near <eof>"));
}

TEST(LuaHost, CodeThatIsNestedTooDeeplyHasALine) {
  EXPECT_EQ(complaint("local x =\n" + std::string(1000, '(') + "\n1"),
            "65 m.lua:2: C stack overflow; Lua nests code, and calls of library functions, 200 deep");
  EXPECT_THAT(complaint("local x = 1\n\nlocal y = {{{\n" + std::string(1000, '{')),
              StartsWith("65 m.lua:4: C stack overflow"));
}

TEST(LuaHost, LongPathsAreShownWhole) {
  const std::string path =
      "/a/very/long/path/that/lua/itself/would/have/cut/down/to/sixty/characters/model.lua";
  try {
    load_lua_model(path, "\n\nerror('stop')", {}, {});
    FAIL() << "no error";
  } catch (const InputError& error) {
    EXPECT_EQ(error.what(), path + ":3: stop");
  }
}

TEST(LuaHost, RunTimeErrorsNameFileLineAndState) {
  EXPECT_EQ(complaint_in_state("local x; x.y = 1"),
            "65 m.lua:2: in state (2, 0): attempt to index a nil value (local 'x')");
  EXPECT_EQ(complaint_in_state("error('stop')"), "65 m.lua:2: in state (2, 0): stop");
  EXPECT_EQ(complaint("local function f()\n error('deep')\nend\ninitial { [1] = 1 }\n"
                      "transitions(function() f() end)"),
            "65 m.lua:2: in state (1): deep");
}

TEST(LuaHost, ErrorsWithoutAPositionGetOne) {
  EXPECT_EQ(complaint("\nerror('stop', 0)"), "65 m.lua:2: stop");
  EXPECT_EQ(complaint("\nerror({})"), "65 m.lua:2: error was called with a table");
  EXPECT_EQ(complaint("\nerror()"), "65 m.lua:2: error was called with nil");
  EXPECT_EQ(complaint("\n\nassert(false)"), "65 m.lua:3: assertion failed!");
  EXPECT_EQ(complaint("error('two\\nlines')"), "65 m.lua:1: two lines");
}

TEST(LuaHost, ReadingWhatIsNotThereIsAnError) {
  EXPECT_EQ(complaint("local x = sise"),
            "65 m.lua:1: there is no variable 'sise'; write local sise = ... before its "
            "first use");
}

TEST(LuaHost, GlobalsMayBeSetWhileLoadingButNotByCallbacks) {
  EXPECT_EQ(complaint("count = 1 function f() return count end\ninitial { [1] = f() }\n"
                      "transitions(function(state, emit) f() end)"),
            "no complaint");
  EXPECT_EQ(complaint_in_state("count = 1"),
            "65 m.lua:2: in state (2, 0): a callback sets the global 'count'; callbacks "
            "are pure: write local count = ...");
  EXPECT_THAT(complaint_in_state("count = 2", "count = 1"), HasSubstr("sets the global 'count'"));
  EXPECT_THAT(complaint_in_state("_ENV.count = 2"), HasSubstr("sets the global 'count'"));
}

TEST(LuaHost, CallbacksCannotDeclare) {
  for (const char* call : {"param('n', 1)", "parameters {}", "initial { [1] = 1 }",
                           "reward('r', function() end)", "transitions(function() end)", "time 'discrete'",
                           "derived('d', function() end)", "indexer { property('a', 0, 1) }"}) {
    EXPECT_THAT(complaint_in_state(call), StartsWith("65 m.lua:2: in state (2, 0): ")) << call;
  }
}

TEST(LuaHost, AShebangAndAByteOrderMarkAreSkipped) {
  const std::string model = "initial { [1] = 1 } transitions(function() end)";
  EXPECT_EQ(complaint("#!/usr/bin/env lua\n" + model), "no complaint");
  EXPECT_EQ(complaint("\xef\xbb\xbf" + model), "no complaint");
  EXPECT_THAT(complaint("#!x\nerror('here')"), StartsWith("65 m.lua:2: here"));
}

TEST(LuaHost, BytecodeIsRefused) {
  EXPECT_THAT(complaint(std::string("\x1bLua\x54\x00\x19\x93\r\n", 10)),
              HasSubstr("attempt to load a binary chunk"));
}

TEST(LuaHost, AnEmptyFileSaysWhatIsMissing) {
  EXPECT_EQ(complaint(""), "65 m.lua: the model has no initial state; add initial { [index] = count }");
  EXPECT_EQ(complaint("initial { [1] = 1 }"),
            "65 m.lua: the model has no transitions; add transitions(function(state, emit) ... end)");
}

TEST(LuaHost, ZeroBytesAndBinaryRubbishAreErrorsNotCrashes) {
  for (const std::string& rubbish :
       {std::string("\0\0\0", 3), std::string("\xff\xfe\x00x", 4), std::string(10000, '('),
        std::string(10000, '{'), "local x = " + std::string(100000, '-') + "1"}) {
    EXPECT_THAT(complaint(rubbish), StartsWith("65 m.lua")) << rubbish.substr(0, 10);
  }
}

}  // namespace
}  // namespace phasic::test
