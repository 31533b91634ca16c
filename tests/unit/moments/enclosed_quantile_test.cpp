#include "moments/enclosed_quantile.hpp"

#include <gtest/gtest.h>

#include "support/enclosing.hpp"

namespace phasic {
namespace {

constexpr mpfr_prec_t bits = 200;

/// An exponential of rate 1, enclosed with so many bits to spare.
EnclosedPoint exponential(const Mpfr& t) {
  Enclosure survival(t);
  take_exponential_of_minus(survival);
  Enclosure distribution = survival;
  complement(distribution);
  return {survival, distribution, survival};
}

Mpfr quantile_of_exponential(double p) {
  Mpfr truth(3 * bits, -p);
  mpfr_log1p(truth.get(), truth.get(), MPFR_RNDN);
  mpfr_neg(truth.get(), truth.get(), MPFR_RNDN);
  return truth;
}

TEST(FindTime, HoldsTheQuantilesOfAnExponential) {
  for (const double p : {1e-9, 0.1, 0.5, 0.5000001, 0.95, 1 - 0x1p-40}) {
    for (const double first : {1e-6, 0.7, 1e5}) {
      int looks = 0;
      const auto found = find_time(
          [&](const Mpfr& t) {
            ++looks;
            return exponential(t);
          },
          Enclosure(bits, p), Mpfr(bits, first));
      ASSERT_EQ(found.finding, Finding::known) << p;
      test::expect_within(found.number, quantile_of_exponential(p), std::to_string(p));
      EXPECT_LT(test::open_bits(found.number), 45) << p;
      EXPECT_LT(looks, 150) << p;
    }
  }
}

TEST(FindTime, SaysThatItIsTooFar) {
  const auto found = find_time(
      [](const Mpfr& t) {
        return mpfr_cmp_ui(t.get(), 2) > 0 ? std::optional<EnclosedPoint>() : exponential(t);
      },
      Enclosure(bits, 0.999), Mpfr(bits, 0.1));
  EXPECT_EQ(found.finding, Finding::far);
}

TEST(FindTime, IsUndecidedWhereNothingIsKnown) {
  const Enclosure anything(Mpfr(bits), Mpfr(bits, 1.0));
  const auto found = find_time(
      [&](const Mpfr&) {
        return EnclosedPoint{anything, anything, anything};
      },
      Enclosure(bits, 0.3), Mpfr(bits, 1.0));
  EXPECT_EQ(found.finding, Finding::undecided);
}

/// 1 - 2^-k
EnclosedPoint coins(const Mpfr& k) {
  Mpfr alive(bits, 1.0);
  mpfr_mul_2si(alive.get(), alive.get(), -mpfr_get_si(k.get(), MPFR_RNDN), MPFR_RNDN);
  Mpfr gone(bits);
  mpfr_ui_sub(gone.get(), 1, alive.get(), MPFR_RNDN);
  return {Enclosure(alive), Enclosure(gone), Enclosure(alive)};
}

TEST(FindSteps, FindsTheFirstThatReachesTheLevel) {
  const auto steps_to = [](double p) {
    const auto found = find_steps(coins, Enclosure(bits, p), Chance::another);
    EXPECT_EQ(found.finding, Finding::known);
    EXPECT_TRUE(is_exact(found.number));
    return found.number.low.to_double();
  };
  EXPECT_EQ(steps_to(0.3), 1);
  EXPECT_EQ(steps_to(0.5), 1);
  EXPECT_EQ(steps_to(0.75), 2);
  EXPECT_EQ(steps_to(0.76), 3);
  EXPECT_EQ(steps_to(1 - 0x1p-45), 45);
}

// With a last bit that may be either: 0.75 is reached at 2, or at 3.
TEST(FindSteps, TakesWhatCannotBeToldAsReachedInTheEnd) {
  Enclosure p(bits, 0.75);
  mpfr_nextabove(p.high.get());
  EXPECT_EQ(find_steps(coins, p, Chance::another).finding, Finding::undecided);
  const auto last = find_steps(coins, p, Chance::last);
  EXPECT_EQ(last.finding, Finding::known);
  EXPECT_EQ(last.number.low.to_double(), 2);
}

}  // namespace
}  // namespace phasic
