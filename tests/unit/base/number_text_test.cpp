#include "base/number_text.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

namespace phasic {
namespace {

TEST(ShortestText, ReadsBackToTheSameDouble) {
  std::mt19937_64 generator(1);
  for (int i = 0; i < 100000; ++i) {
    const auto number = std::bit_cast<double>(generator());
    if (!std::isfinite(number)) continue;
    const auto back = parse_double(shortest_text(number));
    ASSERT_TRUE(back.has_value()) << shortest_text(number);
    ASSERT_EQ(std::bit_cast<std::uint64_t>(*back), std::bit_cast<std::uint64_t>(number));
  }
}

TEST(ShortestText, IsShort) {
  EXPECT_EQ(shortest_text(0.1), "0.1");
  EXPECT_EQ(shortest_text(1), "1");
  EXPECT_EQ(shortest_text(-0.0), "-0");
  EXPECT_EQ(shortest_text(1e300), "1e+300");
  EXPECT_EQ(shortest_text(1.3007983196759685), "1.3007983196759685");
}

TEST(ShortestText, SpellsWhatIsNoFiniteNumber) {
  EXPECT_EQ(shortest_text(HUGE_VAL), "inf");
  EXPECT_EQ(shortest_text(-HUGE_VAL), "-inf");
  EXPECT_EQ(shortest_text(std::numeric_limits<double>::quiet_NaN()), "nan");
  EXPECT_EQ(shortest_text(-std::numeric_limits<double>::quiet_NaN()), "nan");
}

TEST(ParseDouble, TakesDecimalsWithOrWithoutSign) {
  EXPECT_EQ(parse_double("2"), 2.0);
  EXPECT_EQ(parse_double("+2.5"), 2.5);
  EXPECT_EQ(parse_double("-1e-8"), -1e-8);
  EXPECT_EQ(parse_double(".5"), 0.5);
  EXPECT_EQ(parse_double("010"), 10.0);
}

TEST(ParseDouble, RefusesWhatIsNotExactlyOneFiniteDecimal) {
  for (const char* text :
       {"", " 1", "1 ", "1,5", "0x10", "1e400", "-1e400", "inf", "nan", "1e", "--1", "+-1", "1.2.3", "+"}) {
    EXPECT_EQ(parse_double(text), std::nullopt) << text;
  }
}

TEST(ParseUnsigned, TakesUpTo64Bits) {
  EXPECT_EQ(parse_unsigned("0"), 0U);
  EXPECT_EQ(parse_unsigned("010"), 10U);
  EXPECT_EQ(parse_unsigned("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
}

TEST(ParseUnsigned, NeverWrapsRoundsOrCutsOff) {
  for (const char* text : {"", "-1", "18446744073709551616", "1.0", "1e3", "0x1", " 1", "1 ", "+-1"}) {
    EXPECT_EQ(parse_unsigned(text), std::nullopt) << text;
  }
}

TEST(ParseInteger, TakesASign) {
  EXPECT_EQ(parse_integer("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parse_integer("+9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  for (const char* text : {"", "9223372036854775808", "6.5", "six", "+-6", "++6"}) {
    EXPECT_EQ(parse_integer(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace phasic
