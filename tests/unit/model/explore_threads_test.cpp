// What several threads make of a model: the same as one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/explore.hpp"
#include "unit/model/models.hpp"

namespace phasic::test {
namespace {

using ::testing::MatchesRegex;
using ::testing::StartsWith;

constexpr std::chrono::microseconds at_once{0};

/// The graph's hash, or `65 m.lua:2: in state (2): what; remedy`.
std::string outcome(const std::string& source, unsigned jobs, const std::vector<std::string>& given = {},
                    const Limits& limits = {}) {
  try {
    const auto model = load(source, given, limits);
    return to_hex(explore(*model, limits, jobs, Log("test", LogLevel::off), at_once).hash());
  } catch (const Error& error) {
    return fmt::format("{} {}", static_cast<int>(error.code()), error.what());
  }
}

void expect_same_for_all_threads(const std::string& source, const std::string& alone,
                                 const std::vector<std::string>& given = {}, const Limits& limits = {}) {
  for (const unsigned jobs : {2U, 3U, 8U}) {
    for (int again = 0; again < 3; ++again) {
      EXPECT_EQ(outcome(source, jobs, given, limits), alone) << jobs << " threads";
    }
  }
}

// A walk on a square; it ends where the sum of both coordinates is `last`.
std::string walk(const std::string& in_each_state, const std::string& last = "last") {
  return "local last = param('last', 60) parameters { 'a' } initial { [1] = 0, [2] = 0 }\n"
         "transitions(function(state, emit) local i, j = state[1], state[2]\n"
         "if i + j == " +
         last + " then return end\n" + in_each_state +
         " emit(state:with(1, 1), { i + 1 }) emit(state:with(2, 1), { j + 2 })\n"
         "if i > 0 and j > 0 then emit(state:with(1, -1, 2, -1), {}, 0.5) end end)\n"
         "reward('sum', function(state) return state[1] + 0.5 * state[2] end)";
}

TEST(ExplorationByThreads, GivesTheGraphOfOneThread) {
  const std::string arg = example("two_locus_arg.lua");
  expect_same_for_all_threads(arg, outcome(arg, 1, {"n=5"}), {"n=5"});
  expect_same_for_all_threads(walk(""), outcome(walk(""), 1));
}

TEST(ExplorationByThreads, FindsEntriesThatGetWiderOnTheWay) {
  // 0, 1, 3, 7, ... beyond what 8 and 16 bits hold, upwards and downwards.
  const std::string model =
      "initial { [1] = 0, [2] = 0 }\ntransitions(function(state, emit) local i = state[1]\n"
      "if i > 100000 then return end for k = 0, 20 do emit({ 2 * i + 1, -i - k }, {}, 1) end end)";
  const std::string alone = outcome(model, 1);
  EXPECT_EQ(alone.size(), 64U) << alone;
  expect_same_for_all_threads(model, alone);
}

TEST(ExplorationByThreads, ReportsTheErrorThatOneThreadMeetsFirst) {
  const std::string model = walk("if i + j > 12 and (i * 7 + j) % 5 == 3 then error('here ' .. i) end");
  const std::string alone = outcome(model, 1);
  EXPECT_THAT(alone, StartsWith("65 m.lua:4: in state ("));
  expect_same_for_all_threads(model, alone);
}

TEST(ExplorationByThreads, ReachesTheLimitOfVerticesInTheSameState) {
  Limits limits;
  limits.vertices = 700;
  const std::string alone = outcome(walk(""), 1, {}, limits);
  EXPECT_THAT(alone, StartsWith("69 m.lua:2: in state ("));
  expect_same_for_all_threads(walk(""), alone, {}, limits);
}

TEST(ExplorationByThreads, TakesTheLimitOfVerticesBeforeALaterError) {
  Limits limits;
  limits.vertices = 300;
  const std::string model = walk("if i + j > 30 then error('too late') end");
  const std::string alone = outcome(model, 1, {}, limits);
  EXPECT_THAT(alone, StartsWith("69 m.lua:2: in state ("));
  expect_same_for_all_threads(model, alone, {}, limits);
}

TEST(ExplorationByThreads, FindsManyStatesFromOneAndNarrowPlaces) {
  // A chain, a fan of a thousand, which meets again in one state, and so on.
  const std::string model =
      "initial { [1] = 0, [2] = 0 }\ntransitions(function(state, emit) local i, j = state[1], state[2]\n"
      "if i == 60 then return end\n"
      "if i % 20 == 10 and j == 0 then for k = 1, 1000 do emit({ i, k }, {}, k) end\n"
      "else emit({ i + 1, 0 }, {}, 1) end end)";
  const std::string alone = outcome(model, 1);
  EXPECT_EQ(alone.size(), 64U) << alone;
  expect_same_for_all_threads(model, alone);
}

TEST(ExplorationByThreads, NamesTheFirstOfSeveralStatesWhoseRatesOverflowTogether) {
  const std::string model =
      walk("if (i + 2 * j) % 7 == 3 then for k = 1, 2 do emit(state:with(1, 1), { 1e308 }) end end");
  const std::string alone = outcome(model, 1);
  EXPECT_THAT(alone, ::testing::HasSubstr("a rate's coefficient is not finite"));
  expect_same_for_all_threads(model, alone);
}

TEST(ExplorationByThreads, CountsInstructionsForEachStateOnItsOwn) {
  Limits limits;
  limits.instructions = 5000;
  const std::string endless = walk("if i == 9 and j == 5 then while true do end end");
  const std::string alone = outcome(endless, 1, {}, limits);
  EXPECT_THAT(alone, StartsWith("69 m.lua:4: in state (9, 5): transitions took more than 5000 instructions"));
  expect_same_for_all_threads(endless, alone, {}, limits);
}

TEST(ExplorationByThreads, StopsAnyThreadThatDoesNotReturn) {
  Limits limits;
  limits.seconds = 0.3;
  const std::string model = walk("if i + j > 10 then while true do end end");
  for (const unsigned jobs : {1U, 2U, 5U}) {
    // Where one of several threads is when time is up is another matter.
    const char* const place = jobs == 1 ? "4: in state \\(11, 0\\): transitions" : "[2-6]: in state .*";
    EXPECT_THAT(outcome(model, jobs, {}, limits),
                MatchesRegex(fmt::format("69 m.lua:{} took more than 0.3 seconds.*", place)));
  }
}

TEST(ExplorationByThreads, StopsAStateSpaceThatDoesNotEnd) {
  Limits limits;
  limits.seconds = 0.2;
  const std::string model = walk("", "-1");
  for (const unsigned jobs : {1U, 3U}) {
    EXPECT_THAT(outcome(model, jobs, {}, limits),
                MatchesRegex("69 m.lua:[2-6]: in state .*: .* took more than 0.2 seconds.*"));
  }
}

TEST(ExplorationByThreads, HoldsTheLimitOfMemoryInEachThread) {
  Limits limits;
  limits.memory = 3 << 20;
  const std::string model =
      walk("if i == 9 and j == 5 then local t = {} while true do t[#t + 1] = t end end");
  for (const unsigned jobs : {1U, 2U, 5U}) {
    EXPECT_THAT(
        outcome(model, jobs, {}, limits),
        StartsWith("69 m.lua:4: in state (9, 5): transitions took more than 3145728 bytes of memory"));
  }
}

TEST(ExplorationByThreads, NoticesAnImpureCallbackInAnyThread) {
  const std::string model = "local seen = 0\n" + walk("if i == 5 then seen = seen + 1 end");
  for (const unsigned jobs : {1U, 2U, 5U}) {
    for (int again = 0; again < 30; ++again) {
      EXPECT_THAT(outcome(model, jobs),
                  StartsWith("65 m.lua:3: in state (5, 0): transitions changes 'seen'"));
    }
  }
}

}  // namespace
}  // namespace phasic::test
