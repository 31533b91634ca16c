#include "moments/written.hpp"

#include <gtest/gtest.h>

namespace phasic {
namespace {

TEST(Written, IsTheDoubleWithoutADecimal) {
  const Enclosure number = enclosed(Written{0.1}, 200);
  EXPECT_TRUE(is_exact(number));
  EXPECT_EQ(mpfr_cmp_d(number.low.get(), 0.1), 0);
}

// The double next to a tenth is above it.
TEST(Written, IsADecimalToItsLastDigit) {
  const Enclosure number = enclosed(Written{0.1, "0.1"}, 200);
  EXPECT_FALSE(is_exact(number));
  EXPECT_LT(mpfr_cmp_d(number.high.get(), 0.1), 0);
  EXPECT_TRUE(is_exact(enclosed(Written{0.5, "0.5"}, 200)));
}

TEST(Written, HasAWholePart) {
  const auto part = [](const Written& number) { return whole_part(number).number.to_double(); };
  EXPECT_EQ(part({2.5}), 2);
  EXPECT_EQ(part({3, "2.999999999999999999999999999999999999999999999999999999999999"}), 2);
  EXPECT_EQ(part({3, "3.000000000000000000000000000000000000000000000000000000000001"}), 3);
  EXPECT_EQ(part({1e300, "1e300"}), 1e300);
  EXPECT_TRUE(whole_part({3, "3.000"}).is_all);
  EXPECT_TRUE(whole_part({1e300, "1e300"}).is_all);
  EXPECT_FALSE(whole_part({3, "3.000000000000000000000000000000000000000001"}).is_all);
  EXPECT_FALSE(whole_part({0.5}).is_all);
}

}  // namespace
}  // namespace phasic
