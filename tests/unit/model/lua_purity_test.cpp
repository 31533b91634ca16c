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
