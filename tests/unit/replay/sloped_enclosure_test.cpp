#include "replay/sloped_enclosure.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace phasic {
namespace {

constexpr mpfr_prec_t few = 40;
constexpr mpfr_prec_t many = 4000;

bool holds(const SignedEnclosure& number, const Mpfr& truth) {
  return mpfr_lessequal_p(number.low.get(), truth.get()) != 0 &&
         mpfr_greaterequal_p(number.high.get(), truth.get()) != 0;
}

SignedEnclosure between(double low, double high) {
  return {Mpfr(few, low), Mpfr(few, high)};
}
Enclosure from_to(double low, double high) {
  return {Mpfr(few, low), Mpfr(few, high)};
}
void expect_ends(const SignedEnclosure& number, double low, double high) {
  EXPECT_EQ(number.low.to_double(), low);
  EXPECT_EQ(number.high.to_double(), high);
}

TEST(SignedEnclosure, TakesTheEndsThatASignAsksFor) {
  Mpfr scratch(few);
  struct Product {
    double low, high;
    double least, greatest;
  };
  const Enclosure b = from_to(2, 4);
  for (const auto& [low, high, least, greatest] :
       {Product{1, 3, 2, 12}, Product{-1, 3, -4, 12}, Product{-3, -1, -12, -2}, Product{-3, 0, -12, 0}}) {
    SignedEnclosure sum(few);
    add_product(sum, between(low, high), b, scratch);
    expect_ends(sum, least, greatest);
    SignedEnclosure product = between(low, high);
    multiply(product, b);
    expect_ends(product, least, greatest);
  }
  for (const auto& [low, high, least, greatest] :
       {Product{1, 3, 0.25, 1.5}, Product{-1, 3, -0.5, 1.5}, Product{-3, -1, -1.5, -0.25}}) {
    SignedEnclosure quotient = between(low, high);
    divide(quotient, b);
    expect_ends(quotient, least, greatest);
  }
  expect_ends(difference(from_to(1, 2), from_to(5, 8)), -7, -3);
}

TEST(SignedEnclosure, CanBeTurnedWidenedAndNarrowed) {
  SignedEnclosure number = between(-1, 3);
  negate(number);
  expect_ends(number, -3, 1);
  widen(number, Mpfr(few, 0.5));
  expect_ends(number, -3.5, 1.5);
  narrow(number, between(-7, 1));
  expect_ends(number, -3.5, 1);
  EXPECT_EQ(magnitude_of(number).to_double(), 3.5);
  EXPECT_FALSE(is_zero(between(0, 1)));
  EXPECT_TRUE(is_zero(SignedEnclosure(few)));
  EXPECT_TRUE(is_finite(number));
  EXPECT_FALSE(is_finite(between(-INFINITY, 1)));
}

TEST(SignedEnclosure, HoldsWhatItIsMadeOf) {
  Tracked<Mpfr> number(Mpfr(few, -1.5), Mpfr(error_bits, 3));
  const SignedEnclosure found(few, number);
  const double most = 3 * std::ldexp(slack, -few);
  EXPECT_LE(found.low.to_double(), -1.5 - most);
  EXPECT_GE(found.high.to_double(), -1.5 + most);
  EXPECT_LT(found.high.to_double() - found.low.to_double(), 3 * most);
  const Tracked<Mpfr> back = tracked(found);
  EXPECT_EQ(back.value.to_double(), -1.5);
  EXPECT_GE(std::ldexp(back.scale.to_double(), -few), most);
}

// (a b + c)' and (1 - a)' and (a / b)' of numbers with slopes, in a hundred times as many bits.
TEST(SlopedEnclosure, HoldsWhatManyMoreBitsSay) {
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> uniform(0.01, 0.9);
  Mpfr scratch(few);
  for (int round = 0; round < 200; ++round) {
    SlopedEnclosure number(few, uniform(random));
    Mpfr value(many);
    Mpfr slope(many);
    mpfr_set(value.get(), number.value.low.get(), MPFR_RNDN);
    number.value = Enclosure(number.value.low);
    for (int k = 0; k < 12; ++k) {
      const Mpfr x(few, uniform(random) / 2);
      const Mpfr by(few, uniform(random) - 0.45);
      const SlopedEnclosure other(Enclosure(x), SignedEnclosure(by, by));
      switch (random() % 4) {
        case 0: {
          SlopedEnclosure sum = other;
          add_product(sum, number, other, scratch);
          number = sum;
          // x y + x: x' y + x y' + x'
          mpfr_mul(slope.get(), slope.get(), x.get(), MPFR_RNDN);
          mpfr_fma(slope.get(), value.get(), by.get(), slope.get(), MPFR_RNDN);
          mpfr_add(slope.get(), slope.get(), by.get(), MPFR_RNDN);
          mpfr_fma(value.get(), value.get(), x.get(), x.get(), MPFR_RNDN);
          break;
        }
        case 1:
          multiply(number, other.value);
          mpfr_mul(value.get(), value.get(), x.get(), MPFR_RNDN);
          mpfr_mul(slope.get(), slope.get(), x.get(), MPFR_RNDN);
          break;
        case 2:
          if (mpfr_cmp_d(value.get(), 0.99) > 0) break;
          complement(number);
          mpfr_ui_sub(value.get(), 1, value.get(), MPFR_RNDN);
          mpfr_neg(slope.get(), slope.get(), MPFR_RNDN);
          break;
        default: {
          SlopedEnclosure sum(few);
          add_product(sum, other.value, number, scratch);
          add(sum, other);
          number = sum;
          mpfr_fma(value.get(), value.get(), x.get(), x.get(), MPFR_RNDN);
          mpfr_fma(slope.get(), slope.get(), x.get(), by.get(), MPFR_RNDN);
        }
      }
      EXPECT_TRUE(holds(number.slope, slope)) << round << " " << k;
      EXPECT_LE(mpfr_cmp(number.value.low.get(), value.get()), 0);
      EXPECT_GE(mpfr_cmp(number.value.high.get(), value.get()), 0);
    }
    EXPECT_LT(number.slope.high.to_double() - number.slope.low.to_double(), 1e-8) << round;
  }
}

}  // namespace
}  // namespace phasic
