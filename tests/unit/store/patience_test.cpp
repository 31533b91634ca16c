#include "store/patience.hpp"

#include <gtest/gtest.h>

namespace phasic {
namespace {

TEST(Patience, LooksAgainUntilItIsThere) {
  int calls = 0;
  const int found = look_again([&] { return ++calls; }, [](int call) { return call == 3; });
  EXPECT_EQ(found, 3);
}

TEST(Patience, EndsAfterTwoSeconds) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(look_again([] { return 7; }, [](int) { return false; }), 7);
  const auto taken = std::chrono::steady_clock::now() - begin;
  EXPECT_GE(taken, std::chrono::milliseconds(1900));
  EXPECT_LT(taken, std::chrono::seconds(10));
}

}  // namespace
}  // namespace phasic
