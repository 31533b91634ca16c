#include "moments/digits.hpp"

#include <gtest/gtest.h>

namespace phasic {
namespace {

Mpfr mpfr(const char* text, mpfr_prec_t bits = 400) {
  Mpfr number(bits);
  mpfr_set_str(number.get(), text, 10, MPFR_RNDN);
  return number;
}

TEST(DecimalText, KeepsTrailingZeros) {
  EXPECT_EQ(decimal_text(2.0, 4), "2.000");
  EXPECT_EQ(decimal_text(mpfr("2"), 4), "2.000");
  EXPECT_EQ(decimal_text(mpfr("0.00012"), 3), "0.000120");
  EXPECT_EQ(decimal_text(-0.5, 1), "-0.5");
}

TEST(DecimalText, HasAnExponentWhereItIsNeeded) {
  EXPECT_EQ(decimal_text(1234.5, 4), "1234");
  EXPECT_EQ(decimal_text(1234.5, 3), "1.23e+03");
  EXPECT_EQ(decimal_text(1234.5, 1), "1e+03");
  EXPECT_EQ(decimal_text(0.0000123, 2), "1.2e-05");
  EXPECT_EQ(decimal_text(mpfr("-1.5e400"), 3), "-1.50e+400");
  EXPECT_EQ(decimal_text(mpfr("9.996e-400"), 3), "1.00e-399");
}

TEST(DecimalText, IsTheSameForDoublesAndMpfr) {
  for (const double number : {1.0, 0.1, 1e22, 123456.789, 5e-324, 1.7976931348623157e308, -2.5e-7}) {
    for (unsigned digits = 1; digits <= 17; ++digits)
      EXPECT_EQ(decimal_text(number, digits), decimal_text(Mpfr(53, number), digits)) << number << digits;
  }
}

TEST(DecimalText, OfZeroIsOneDigit) {
  EXPECT_EQ(decimal_text(0.0, 9), "0");
  EXPECT_EQ(decimal_text(Mpfr(64), 9), "0");
}

TEST(DecimalText, OfATieGoesToTheEvenDigit) {
  EXPECT_EQ(decimal_text_of_tie(mpfr("0.625000000000000000000000000000000001"), 2), "0.62");
  EXPECT_EQ(decimal_text_of_tie(mpfr("0.624999999999999999999999999999999999"), 2), "0.62");
  EXPECT_EQ(decimal_text_of_tie(mpfr("0.635000000000000000000000000000000001"), 2), "0.64");
  EXPECT_EQ(decimal_text_of_tie(mpfr("9.95"), 2), "10");
  EXPECT_EQ(decimal_text_of_tie(mpfr("0.6251"), 2), "0.63");
  EXPECT_EQ(decimal_text_of_tie(mpfr("0.6249"), 2), "0.62");
}

}  // namespace
}  // namespace phasic
