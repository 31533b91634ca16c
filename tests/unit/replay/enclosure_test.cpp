#include "replay/enclosure.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace phasic {
namespace {

constexpr mpfr_prec_t few = 40;
constexpr mpfr_prec_t many = 4000;

bool holds(const Enclosure& number, const Mpfr& truth) {
  return mpfr_lessequal_p(number.low.get(), truth.get()) != 0 &&
         mpfr_greaterequal_p(number.high.get(), truth.get()) != 0;
}

double width_of(const Enclosure& number) {
  return mpfr_get_d(number.high.get(), MPFR_RNDU) / mpfr_get_d(number.low.get(), MPFR_RNDD) - 1;
}

// The same operations in a hundred times as many bits.
TEST(Enclosure, HoldsWhatManyMoreBitsSay) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform(0.01, 2);
  for (int round = 0; round < 200; ++round) {
    Enclosure number(few, uniform(random));
    Mpfr truth(many);
    mpfr_set(truth.get(), number.low.get(), MPFR_RNDN);
    number = Enclosure(number.low);
    Mpfr scratch(few);
    for (int k = 0; k < 12; ++k) {
      const Enclosure other(Enclosure(few, uniform(random)).low);
      switch (random() % 6) {
        case 0:
          add(number, other);
          mpfr_add(truth.get(), truth.get(), other.low.get(), MPFR_RNDN);
          break;
        case 1:
          multiply(number, other);
          mpfr_mul(truth.get(), truth.get(), other.low.get(), MPFR_RNDN);
          break;
        case 2:
          divide(number, other);
          mpfr_div(truth.get(), truth.get(), other.low.get(), MPFR_RNDN);
          break;
        case 3: {
          Enclosure sum = other;
          add_product(sum, number, other, scratch);
          number = sum;
          mpfr_fma(truth.get(), truth.get(), other.low.get(), other.low.get(), MPFR_RNDN);
          break;
        }
        case 4:
          take_exponential_of_minus(number);
          mpfr_neg(truth.get(), truth.get(), MPFR_RNDN);
          mpfr_exp(truth.get(), truth.get(), MPFR_RNDN);
          break;
        default:
          divide(number, 3.0);
          multiply(number, 0.7);
          mpfr_div_ui(truth.get(), truth.get(), 3, MPFR_RNDN);
          mpfr_mul_d(truth.get(), truth.get(), 0.7, MPFR_RNDN);
          break;
      }
    }
    ASSERT_TRUE(holds(number, truth)) << "round " << round;
    EXPECT_LT(width_of(number), 1e-8) << "round " << round;
    Mpfr error = tracked(number).scale;
    multiply_by_unit(error, number.low);
    mpfr_sub(truth.get(), truth.get(), tracked(number).value.get(), MPFR_RNDA);
    EXPECT_LE(mpfr_cmpabs(truth.get(), error.get()), 0) << "round " << round;
  }
}

TEST(Enclosure, ComplementsDoNotGoBelowZero) {
  Enclosure number(few, 0.7);
  mpfr_nextabove(number.high.get());
  complement(number);
  Mpfr truth(many, 1.0);
  mpfr_sub_d(truth.get(), truth.get(), 0.7, MPFR_RNDN);
  EXPECT_TRUE(holds(number, truth));
  EXPECT_FALSE(is_exact(number));
  Enclosure one(few, 1.0);
  mpfr_nextabove(one.high.get());
  complement(one);
  EXPECT_NE(mpfr_zero_p(one.low.get()), 0);
  EXPECT_NE(mpfr_zero_p(one.high.get()), 0);
}

// Five roundings of a number move it by 5 u / (1 - 5 u) at most, and that is not given away.
TEST(Enclosure, OfSoManyRoundingsIsAsWideAsTheyAre) {
  const Mpfr value(few, 0.7);
  const Enclosure number = enclosed(value, 5);
  Mpfr moved(many);
  mpfr_set(moved.get(), value.get(), MPFR_RNDN);
  for (int k = 0; k < 5; ++k) {
    Mpfr factor(many, 1 - std::ldexp(1.0, -few));
    mpfr_div(moved.get(), moved.get(), factor.get(), MPFR_RNDD);
  }
  EXPECT_TRUE(holds(number, moved));
  EXPECT_LT(width_of(number), 14 * std::ldexp(1.0, -few));
  EXPECT_GT(width_of(number), 10 * std::ldexp(1.0, -few));
  EXPECT_TRUE(is_exact(enclosed(value, 0)));
}

TEST(Enclosure, OfMoreRoundingsThanBitsIsAnything) {
  const Enclosure number = enclosed(Mpfr(few, 0.7), std::ldexp(1.0, few + 1));
  EXPECT_NE(mpfr_zero_p(number.low.get()), 0);
  EXPECT_NE(mpfr_inf_p(number.high.get()), 0);
}

TEST(Enclosure, OfAbsoluteUnitsDoesNotGoBelowZero) {
  const Enclosure number = enclosed(Mpfr(few), 0, 3);
  EXPECT_NE(mpfr_zero_p(number.low.get()), 0);
  EXPECT_EQ(number.high.to_double(), 3 * std::ldexp(1.0, -few));
}

TEST(Enclosure, ComparesWhatIsCertain) {
  const Enclosure two(Mpfr(few, 2.0));
  Enclosure about_two = two;
  mpfr_nextabove(about_two.high.get());
  const Enclosure three(few, 3.0);
  EXPECT_TRUE(is_less(about_two, three));
  EXPECT_FALSE(is_less(two, about_two));
  EXPECT_TRUE(is_at_least(about_two, two));
  EXPECT_FALSE(is_at_least(two, about_two));
}

TEST(Enclosure, OfAnExactNumberIsTrackedAsExact) {
  EXPECT_TRUE(is_exact(tracked(Enclosure(few, 0.5))));
  EXPECT_FALSE(is_exact(tracked(Enclosure(few, 0.1))));
}

}  // namespace
}  // namespace phasic
