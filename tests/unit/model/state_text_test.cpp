#include "model/state_text.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace phasic {
namespace {

TEST(StateText, ShowsAShortStateWhole) {
  EXPECT_EQ(state_text(std::vector{6, 0, -1}), "(6, 0, -1)");
}

TEST(StateText, ShowsALongStateAsInitialTakesIt) {
  std::vector<std::int32_t> state(49, 0);
  state[7] = 6;
  state[20] = -1;
  EXPECT_EQ(state_text(state), "{[8]=6, [21]=-1}");
}

TEST(StateText, CutsWhatNobodyWouldRead) {
  const std::vector<std::int32_t> state(1000, 1);
  const std::string text = state_text(state);
  EXPECT_LT(text.size(), 300U);
  EXPECT_TRUE(text.ends_with("[24]=1, ...}")) << text;
}

}  // namespace
}  // namespace phasic
