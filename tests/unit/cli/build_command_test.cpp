#include "cli/build_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/lua_model.hpp"
#include "unit/cli/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;
using ::testing::HasSubstr;

Limits limits_from(const std::string& memory) {
  LimitTexts texts;
  texts.memory = memory;
  return resolve_limits(texts);
}

TEST(LimitTexts, EmptyOnesLeaveTheDefaults) {
  const Limits limits = resolve_limits({});
  EXPECT_EQ(limits.instructions, 100'000'000U);
  EXPECT_EQ(limits.memory, std::uint64_t{1} << 30);
  EXPECT_EQ(limits.vertices, 100'000'000U);
  EXPECT_EQ(limits.seconds, 0);
}

TEST(LimitTexts, MemoryMayCarryAUnit) {
  EXPECT_EQ(limits_from("0").memory, 0U);
  EXPECT_EQ(limits_from("1000").memory, 1000U);
  EXPECT_EQ(limits_from("3KiB").memory, 3072U);
  EXPECT_EQ(limits_from("512MiB").memory, std::uint64_t{512} << 20);
  EXPECT_EQ(limits_from("2GiB").memory, std::uint64_t{2} << 30);
  for (const char* wrong : {"GiB", "-1", "1.5GiB", "5MB", "99999999999999GiB", "18446744073709551616"}) {
    EXPECT_THROW(limits_from(wrong), UsageError) << wrong;
  }
}

TEST(LimitTexts, OthersAreNumbers) {
  EXPECT_THROW(resolve_limits({"x", "", "", ""}), UsageError);
  EXPECT_THROW(resolve_limits({"", "", "-1", ""}), UsageError);
  EXPECT_THROW(resolve_limits({"", "", "", "-0.5"}), UsageError);
  EXPECT_THROW(resolve_limits({"", "", "", "inf"}), UsageError);
  EXPECT_EQ(resolve_limits({"", "", "", "0.5"}).seconds, 0.5);
}

// A record that names another graph than the model gives: only a mistake of ours, or a machine that computes
// differently, could write one.
TEST(VerifyMode, FailsWhereTheCachedGraphIsAnother) {
  const ScratchDirectory scratch;
  const Log log{"phasic-test", LogLevel::off};
  const std::string source =
      "initial { [1] = param('n', 2) }\ntransitions(function(state, emit)\n"
      "if state[1] > 0 then emit(state:with(1, -1), {}, 1) end end)\n";
  BuildOptions options;
  options.model = scratch.write("m.lua", source).string();
  options.answer.output = (scratch.path() / "graph.phg").string();
  Store store = store_in(scratch.path() / "cache", log);
  ASSERT_EQ(build(options, store, log), ExitCode::done);

  const auto parts_of = [&](const std::string& n) {
    return load_lua_model("m.lua", source, {{"n", n}}, {})->request_parts();
  };
  auto record = store.find(Layer::graphs, request_key("graph", parts_of("2")));
  ASSERT_TRUE(record);
  record->parts = parts_of("3");
  record->request = request_key("graph", record->parts);
  ASSERT_EQ(store.file(*record), Stored::yes);

  Store verifying = store_in(scratch.path() / "cache", log, CacheMode::verify);
  EXPECT_EQ(build(options, verifying, log), ExitCode::done);
  options.parameters = {"n=3"};
  const Caught caught = caught_from([&] { build(options, verifying, log); });
  EXPECT_EQ(caught.code, 70);
  EXPECT_THAT(caught.line, HasSubstr("the graph in the cache is not the one that the model gives now"));
}

}  // namespace
}  // namespace phasic
