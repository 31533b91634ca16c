#include "moments/bounded.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace phasic {
namespace {

Precision told() {
  Precision precision;
  precision.bounds = Precision::Bounds::told;
  return precision;
}
Precision digits(unsigned count) {
  Precision precision = told();
  precision.digits = count;
  return precision;
}
/// `value`, wrong by a relative error at most.
Tracked<double> number(double value, double relative) {
  return {value, relative * std::fabs(value) * 0x1p53};
}

TEST(Bounded, IsProvenWithinTheTolerance) {
  const Bounded good = bounded(number(3, 9e-9), {}, told(), Chance::another);
  EXPECT_EQ(good.standing, Standing::proven);
  EXPECT_GE(good.error.value, 27e-9);
  EXPECT_LE(good.error.value, 28e-9);
  const Bounded bad = bounded(number(3, 4e-8), {}, told(), Chance::another);
  EXPECT_EQ(bad.standing, Standing::imprecise);
  EXPECT_NEAR(bad.missing_bits, 2, 0.1);
}

TEST(Bounded, IsLostWhereNotEvenTheSignIsKnown) {
  EXPECT_EQ(bounded(number(3, 1.1), {}, told(), Chance::another).standing, Standing::lost);
  const Bounded last = bounded(number(-3, 1.1), {}, told(), Chance::last);
  EXPECT_EQ(last.value.value, 0);
  EXPECT_GE(last.error.value, 6.3);
}

TEST(Bounded, KeepsWhatItKnowsNothingOf) {
  const Bounded unknown =
      bounded(Tracked<double>(3, std::numeric_limits<double>::infinity()), {}, told(), Chance::last);
  EXPECT_EQ(unknown.value.value, 3);
  EXPECT_TRUE(std::isinf(unknown.error.value));
  EXPECT_EQ(unknown.standing, Standing::imprecise);
}

TEST(Bounded, MeasuresByAYardstickWhatIsNotMuchShorter) {
  const auto small = number(1e-3, 1e-6);
  EXPECT_EQ(bounded(small, {}, told(), Chance::another).standing, Standing::imprecise);
  EXPECT_EQ(bounded(small, {1}, told(), Chance::another).standing, Standing::proven);
  EXPECT_EQ(bounded(small, {1e-3}, told(), Chance::another).standing, Standing::imprecise);
  EXPECT_EQ(bounded(small, {1e5}, told(), Chance::another).standing, Standing::imprecise);
}

TEST(Bounded, ProvesDigitsThatNoErrorCanChange) {
  EXPECT_EQ(bounded(number(1.23456, 1e-7), {}, digits(5), Chance::another).value.decimal, "1.2346");
  EXPECT_EQ(bounded(number(1.23456, 1e-7), {}, digits(5), Chance::another).standing, Standing::proven);
  EXPECT_EQ(bounded(number(1.23455, 1e-7), {}, digits(5), Chance::another).standing, Standing::imprecise);
  EXPECT_EQ(bounded(Tracked<double>(1.25), {}, digits(2), Chance::another).value.decimal, "1.2");
  // What is printed is off by half a unit more.
  EXPECT_GE(bounded(Tracked<double>(1.25), {}, digits(2), Chance::another).error.value, 0.05);
}

TEST(Bounded, SaysThatAnExactNumberIs) {
  EXPECT_EQ(bounded(Tracked<Mpfr>(Mpfr(128, 2.5)), {}, told(), Chance::another).error.value, 0);
  EXPECT_EQ(bounded(Tracked<double>(NAN), {}, told(), Chance::another).standing, Standing::proven);
}

TEST(Bounded, CountsTheRoundingToADouble) {
  Mpfr third(128, 1.0);
  mpfr_div_ui(third.get(), third.get(), 3, MPFR_RNDN);
  const Bounded printed = bounded(with_count(third, 1), {}, told(), Chance::another);
  EXPECT_EQ(printed.value.value, 1.0 / 3);
  EXPECT_NEAR(printed.error.value / (1.0 / 3 * 0x1p-54), 1, 0.02);  // 1/3 - double(1/3) is 2^-54 / 3
}

TEST(Bound, IsRoundedUpToThreeDigits) {
  EXPECT_EQ(to_bound(0.0).decimal, "");
  EXPECT_EQ(to_bound(1e-12).decimal, "1.01e-12");
  for (double x = 1e-300; x < 1e300; x *= 1.7) EXPECT_GE(std::stod(to_bound(x).decimal), x);
  Mpfr tiny(64);
  mpfr_set_str(tiny.get(), "1.2341e-1000", 10, MPFR_RNDN);
  EXPECT_EQ(to_bound(tiny).decimal, "1.24e-1000");
  EXPECT_TRUE(std::isinf(to_bound(std::numeric_limits<double>::infinity()).value));
}

}  // namespace
}  // namespace phasic
