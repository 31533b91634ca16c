#include "model/watchdog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ctime>

#include "unit/model/models.hpp"

namespace phasic::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string endless = "initial { [1] = 2 }\ntransitions(function(state, emit)\nwhile true do end end)";

// A function that runs for this many turns of a loop in each of a hundred states.
std::string busy(int turns) {
  return fmt::format(
      "initial {{ [1] = 100 }}\ntransitions(function(state, emit) local x = 0\nfor i = 1, {} do x = x + i "
      "end if state[1] > 0 then emit(state:with(1, -1), {{}}, 1) end end)",
      turns);
}

TEST(Watchdog, StopsACallbackThatNeverReturns) {
  EXPECT_EQ(complaint(endless),
            "69 m.lua:3: in state (2): transitions took more than 100000000 instructions; does it end? If "
            "so, raise "
            "--max-instructions (0: no limit)");
}

TEST(Watchdog, StopsAFileThatNeverLoads) {
  EXPECT_THAT(
      complaint("\nwhile true do end"),
      StartsWith("69 m.lua:2: running the top level of the file took more than 100000000 instructions"));
}

TEST(Watchdog, CountsEachStateFromZero) {
  Limits limits;
  limits.instructions = 100'000;
  EXPECT_EQ(complaint(busy(10'000), {}, limits), "no complaint");  // a million turns in all
  EXPECT_THAT(complaint(busy(200'000), {}, limits), StartsWith("69 m.lua:3: in state (100): "));
}

TEST(Watchdog, CountsASmallLimitExactly) {
  Limits limits;
  limits.instructions = 1000;
  EXPECT_EQ(complaint(busy(400), {}, limits), "no complaint");
  EXPECT_THAT(complaint(busy(1200), {}, limits), StartsWith("69 "));
}

TEST(Watchdog, LooksAtTheClockEvenInsideACallback) {
  Limits limits;
  limits.seconds = 0.05;
  limits.instructions = 0;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(
      complaint(endless, {}, limits),
      "69 m.lua:3: in state (2): transitions took more than 0.05 seconds; raise --max-seconds (0: no limit)");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

// Each turn of the loop is four instructions, and copies 8 MiB.
const std::string copying =
    "local s = 'x' for i = 1, 23 do s = s .. s end\ninitial { [1] = 2 }\n"
    "transitions(function(state, emit) while true do local u = s:upper() end end)";

TEST(Watchdog, LooksAtTheClockAfterEachLongLibraryCall) {
  Limits limits;
  limits.seconds = 0.5;
  const auto begin = std::chrono::steady_clock::now();
  limits.instructions = 0;
  EXPECT_THAT(complaint(copying, {}, limits), HasSubstr("took more than 0.5 seconds"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(Watchdog, CountsLargeBlocksOfMemoryAsInstructions) {
  Limits limits;
  limits.instructions = 5'000'000;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(complaint(copying, {}, limits), StartsWith("69 m.lua:3: in state (2): transitions took more"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(Watchdog, LooksAtTheClockBetweenShortCallbacks) {
  Limits limits;
  limits.seconds = 0.05;
  limits.vertices = 0;
  const std::string endless_chain =
      "initial { [1] = 2 }\ntransitions(function(state, emit) emit({ (state[1] + 1) % 1000000000 }, {}, 1) "
      "end)";
  EXPECT_THAT(complaint(endless_chain, {}, limits), HasSubstr("took more than 0.05 seconds"));
}

TEST(Watchdog, IsQuietBetweenLoadingAndExploring) {
  const auto model = load("initial { [1] = 2 } transitions(function() end)");
  const timespec quarter_of_a_second{0, 250'000'000};
  EXPECT_EQ(nanosleep(&quarter_of_a_second, nullptr), 0) << "interrupted";
}

TEST(Recursion, WithoutEndIsAnErrorOfTheModel) {
  EXPECT_THAT(complaint("local function f() return 1 + f() end\nf()"), HasSubstr("stack overflow"));
}

}  // namespace
}  // namespace phasic::test
