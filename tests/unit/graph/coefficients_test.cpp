#include "graph/coefficients.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace phasic {
namespace {

TEST(CoefficientTable, NumbersDistinctVectorsInOrderOfAppearance) {
  CoefficientTable table(2);
  EXPECT_EQ(table.intern(std::vector{1.0, 2.0}), 0U);
  EXPECT_EQ(table.intern(std::vector{2.0, 1.0}), 1U);
  EXPECT_EQ(table.intern(std::vector{1.0, 2.0}), 0U);
  EXPECT_EQ(table.size(), 2U);
  EXPECT_EQ(table[1][0], 2.0);
}

TEST(CoefficientTable, StoresNegativeZeroAsZero) {
  CoefficientTable table(1);
  EXPECT_EQ(table.intern(std::vector{-0.0}), table.intern(std::vector{0.0}));
  EXPECT_FALSE(std::signbit(table[0][0]));
}

TEST(CoefficientTable, KeepsItsNumbersWhileItGrows) {
  CoefficientTable table(1);
  for (std::uint32_t i = 0; i < 10'000; ++i) ASSERT_EQ(table.intern(std::vector{1.0 * i}), i);
  for (std::uint32_t i = 0; i < 10'000; ++i) ASSERT_EQ(table.intern(std::vector{1.0 * i}), i);
}

}  // namespace
}  // namespace phasic
