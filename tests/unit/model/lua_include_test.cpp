#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/model/directory.hpp"
#include "unit/model/models.hpp"

namespace phasic::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::string rest = "\ninitial { [1] = 1 } transitions(function(state, emit) end)";

class Include : public ::testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<Model> load(const std::string& text) const {
    return load_lua_model(directory.path("m.lua"), text + rest, {}, {});
  }
  /// What the model complains about, paths as from its directory.
  [[nodiscard]] std::string complaint(const std::string& text) const {
    try {
      const auto model = load(text);
      explore(*model, {}, 1, Log("test", LogLevel::off));
    } catch (const Error& error) {
      std::string line = fmt::format("{} {}", static_cast<int>(error.code()), error.what());
      const std::string prefix = directory.path("");
      for (auto at = line.find(prefix); at != std::string::npos; at = line.find(prefix)) {
        line.erase(at, prefix.size());
      }
      return line;
    }
    return "no complaint";
  }
  [[nodiscard]] std::vector<RequestPart> parts(const std::string& text) const {
    return load(text)->request_parts();
  }
  Directory directory;
};

TEST_F(Include, GivesWhatTheFileReturnsAndSharesGlobals) {
  directory.write("common.lua", "local hidden = 1 shown = 2 return { value = 3 }");
  EXPECT_EQ(complaint("local c = include 'common.lua' error(c.value .. shown, 0)"), "65 m.lua:1: 32");
  EXPECT_THAT(complaint("include 'common.lua' local x = hidden"), HasSubstr("there is no variable 'hidden'"));
  directory.write("nothing.lua", "");
  EXPECT_EQ(complaint("error(tostring(include 'nothing.lua'), 0)"), "65 m.lua:1: nil");
}

TEST_F(Include, DeclaresAsTheModelFileDoes) {
  directory.write(
      "common.lua",
      "#!shebang\nlocal n = param('n', 4)\nparameters { 'a' }\ninitial { [1] = n }\n"
      "transitions(function(state, emit) if state[1] > 0 then emit(state:with(1, -1), { 1 }) end end)");
  const auto model = load_lua_model(directory.path("m.lua"), "include 'common.lua'", {{"n", "2"}}, {});
  EXPECT_EQ(explore(*model, {}, 1, Log("test", LogLevel::off)).vertex_count(), 4U);
  EXPECT_EQ(model->declaration().where, directory.path("common.lua") + ":5");
  // A second source runs the texts again; the files need not be there any more.
  std::filesystem::remove(directory.path("common.lua"));
  const auto source = model->make_source();
  EXPECT_EQ(source->expand(std::vector<std::int32_t>{2}).size(), 1U);
}

TEST_F(Include, RunsAFileOnce) {
  directory.write("common.lua", "param('n', 1) return {}");
  directory.write("lib/user.lua", "return include '../common.lua'");
  EXPECT_EQ(complaint("error(tostring(include 'common.lua' == include 'lib/user.lua'), 0)"),
            "65 m.lua:1: true");
}

TEST_F(Include, OfItselfIsAnError) {
  directory.write("a.lua", "\ninclude 'b.lua'");
  directory.write("b.lua", "include 'a.lua'");
  EXPECT_EQ(complaint("include 'a.lua'"),
            "65 b.lua:1: this include leads back to its own file: a.lua -> b.lua -> a.lua; move what both "
            "need to a "
            "third file");
  directory.write("m.lua", "");
  EXPECT_THAT(complaint("include 'm.lua'"),
              StartsWith("65 m.lua:1: this include leads back to its own file"));
}

TEST_F(Include, ErrorsNameTheIncludedFileAndItsLine) {
  directory.write("common.lua", "\nlocal x = = 1");
  EXPECT_EQ(complaint("\n\ninclude 'common.lua'"), "65 common.lua:2: unexpected symbol near '='");
  directory.write("deep.lua", "local x =\n" + std::string(1000, '('));
  EXPECT_THAT(complaint("include 'deep.lua'"), StartsWith("65 deep.lua:2: C stack overflow; "));
  directory.write("common.lua", "\nif a != 1 then end");
  EXPECT_EQ(complaint("include 'common.lua'"),
            "65 common.lua:2: 'then' expected near '!'; Lua writes ~= for 'not equal'");
  directory.write("common.lua", "\n\nlocal function f(x) return x.y.z end return f");
  EXPECT_EQ(complaint("\n\n\nlocal f = include 'common.lua'\nf {}"),
            "65 common.lua:3: attempt to index a nil value (field 'y')");
  directory.write("common.lua", "return function(state, emit)\n emit(state:with(2, 1), {}, 1) end");
  EXPECT_THAT(complaint("local f = include 'common.lua' reward('r', function(s) return 1 end)\n"
                        "initial { [1] = 1 } transitions(f) do return end"),
              StartsWith("65 common.lua:2: in state (1): index 2 of a state is out of range"));
  directory.write("common.lua", "\nwhile true do end");
  EXPECT_THAT(complaint("include 'common.lua'"), StartsWith("69 common.lua:2: running the top level"));
}

TEST_F(Include, TakesRelativePathsOfFilesThatAreThere) {
  EXPECT_THAT(complaint("\ninclude '/etc/passwd'"),
              StartsWith("65 m.lua:2: include of '/etc/passwd'; name a file by its path from the including "
                         "file's directory"));
  EXPECT_THAT(complaint("\ninclude 'none.lua'"), StartsWith("66 m.lua:2: include \"none.lua\": "));
  EXPECT_THAT(complaint("include '.'"), HasSubstr("is no regular file"));
  EXPECT_THAT(complaint("include(5)"), HasSubstr("the path of an include is 5; it is a string"));
  directory.write("code.lua", "\x1bLua");
  EXPECT_THAT(complaint("include 'code.lua'"), AllOf(StartsWith("65 "), HasSubstr("code.lua")));
}

TEST_F(Include, BelongsToTheTopLevel) {
  directory.write("common.lua", "");
  EXPECT_THAT(complaint("initial { [1] = 1 } transitions(function() include 'common.lua' end) do return end"),
              HasSubstr("include was called in a callback"));
  directory.write("common.lua", "local x = io");
  EXPECT_THAT(complaint("include 'common.lua'"), HasSubstr("common.lua:1: there is no variable 'io'"));
}

TEST_F(Include, TheTokensOfIncludedFilesAreInTheRequest) {
  directory.write("lib/a.lua", "factor = 2");
  const auto before = parts("include 'lib/a.lua'");
  EXPECT_EQ(before[1].name, "include lib/a.lua");
  directory.write("lib/a.lua", "-- twice\nfactor=2");
  EXPECT_EQ(parts("include 'lib/a.lua'"), before);
  directory.write("lib/a.lua", "factor = 3");
  EXPECT_THAT(parts("include 'lib/a.lua'"), Not(::testing::ElementsAreArray(before)));
  // A file that is not included does not count, nor where all of them are.
  directory.write("lib/b.lua", "x = 1");
  EXPECT_EQ(parts("include 'lib/a.lua'").size(), before.size());
  const Directory other;
  other.write("lib/a.lua", "factor = 3");
  EXPECT_EQ(load_lua_model(other.path("moved.lua"), "include 'lib/a.lua'" + rest, {}, {})->request_parts(),
            parts("include 'lib/a.lua'"));
}

}  // namespace
}  // namespace phasic::test
