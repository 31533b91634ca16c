#include "replay/mpfr.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "replay/arithmetic.hpp"

namespace phasic {
namespace {

TEST(Mpfr, KeepsItsPrecisionWhenItIsCopiedAndTakesTheOthersWhenAssigned) {
  const Mpfr wide(300, 1.5);
  Mpfr copy(wide);
  EXPECT_EQ(copy.bits(), 300);
  Mpfr narrow(60);
  narrow = wide;
  EXPECT_EQ(narrow.bits(), 300);
  EXPECT_EQ(narrow.to_double(), 1.5);
}

TEST(Mpfr, SurvivesBeingMovedAbout) {
  std::vector<Mpfr> numbers;
  for (int i = 0; i < 100; ++i) numbers.emplace_back(128, i);
  std::vector<Mpfr> others = std::move(numbers);
  std::swap(others[3], others[97]);
  EXPECT_EQ(others[3].to_double(), 97);
  EXPECT_EQ(others[97].to_double(), 3);
}

TEST(Mpfr, RoundsAProductAndSumOnce) {
  // 1 + 2^-100 squared minus 1 - 2^-99 leaves 2^-200, which a separately rounded product would lose.
  Mpfr a(128, 1);
  mpfr_nextabove(a.get());
  Mpfr square(128, -1);
  Mpfr once(a);
  multiply(once, a);
  Mpfr rounded(once);
  multiply(once, -1.0);
  add_product(once, a, a);
  EXPECT_FALSE(is_zero(once));
  EXPECT_TRUE(is_finite(rounded));
}

}  // namespace
}  // namespace phasic
