#include "replay/tracked.hpp"

#include <gtest/gtest.h>

#include <cfenv>
#include <cmath>
#include <random>

#include "graph/formula.hpp"
#include "replay/terms.hpp"
#include "replay/tracked_terms.hpp"
#include "support/cases.hpp"

namespace phasic {
namespace {

constexpr mpfr_prec_t many_bits = 800;

double error_of(const Tracked<double>& number, const Mpfr& truth) {
  Mpfr error(many_bits, number.value);
  mpfr_sub(error.get(), error.get(), truth.get(), MPFR_RNDN);
  return std::fabs(error.to_double());
}
double bound_of(const Tracked<double>& number) {
  return number.scale * 0x1p-53 * slack;
}

TEST(Tracked, KnowsADifferenceOfExactNumbersToBeNothing) {
  Tracked<double> difference(0.3);
  Tracked<double> less(0.3);
  multiply(less, -1.0);
  add(difference, less);
  EXPECT_TRUE(is_zero(difference));
  EXPECT_FALSE(is_lost(difference));
}

TEST(Tracked, KnowsWhatCancellationLeaves) {
  Tracked<double> sum = with_count(1.0, 3);
  add(sum, with_count(-1.0, 3));
  EXPECT_TRUE(is_lost(sum));
  divide(sum, sum);
  EXPECT_FALSE(std::isfinite(sum.scale));
}

TEST(Tracked, KnowsThatMpfrWasExact) {
  Tracked<Mpfr> product(Mpfr(64, 3.0));
  multiply(product, Tracked<Mpfr>(Mpfr(64, 5.0)));
  EXPECT_TRUE(is_exact(product));
  divide(product, Tracked<Mpfr>(Mpfr(64, 4.0)));
  EXPECT_TRUE(is_exact(product));
  divide(product, Tracked<Mpfr>(Mpfr(64, 7.0)));
  EXPECT_FALSE(is_exact(product));
}

TEST(Tracked, KnowsTheRootOfWhatMayBeNothing) {
  Tracked<double> lost(1e-20, 1.0);  // wrong by up to 2^-53
  take_root(lost);
  EXPECT_GE(bound_of(lost), std::sqrt(0x1p-53) - lost.value);
}

/// A random formula of two parameters, ten steps long.
DerivedTerm any_formula(std::mt19937_64& random) {
  using enum Operation;
  const auto below = [&](std::uint32_t end) { return static_cast<std::uint32_t>(random() % end); };
  DerivedTerm term{"term", {}};
  term.formula.push_back({parameter, {0, 0, 0, 0}, 0});
  term.formula.push_back({parameter, {1, 0, 0, 0}, 0});
  term.formula.push_back(
      {constant, {0, 0, 0, 0}, std::ldexp(1.0 + below(1000), static_cast<int>(below(20)) - 15)});
  while (term.formula.size() < 12) {
    const auto operation = static_cast<Operation>(2 + below(15));
    FormulaNode node{operation, {0, 0, 0, 0}, 0};
    const std::size_t count = *operand_count(static_cast<std::uint32_t>(operation));
    for (std::size_t i = 0; i < count; ++i)
      node.operands[i] = below(static_cast<std::uint32_t>(term.formula.size()));
    term.formula.push_back(node);
  }
  return term;
}

TEST(TrackedTerms, AreNeverWrongByMoreThanTheySay) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> uniform(0, 3);
  std::size_t values = 0;
  std::size_t slopes = 0;
  for (std::uint64_t run = 0; run < test::cases(30000); ++run) {
    Terms terms{{"a", "b"}, {any_formula(random)}};
    const std::vector<double> theta{uniform(random), uniform(random)};
    // Half of them are decimals that the doubles only approximate.
    const double off = run % 2 == 0 ? 0 : 0x1p-54;
    std::vector<Tracked<double>> tracked;
    for (const double x : theta) tracked.emplace_back(x, off == 0 ? 0 : x);
    Terms shifted = terms;  // the same formula at theta (1 + off), which 800 bits hold
    auto& formula = shifted.derived[0].formula;
    std::vector<FormulaNode> longer{formula[0], formula[1], {Operation::constant, {0, 0, 0, 0}, off}};
    longer.push_back({Operation::constant, {0, 0, 0, 0}, 1});
    longer.push_back({Operation::add, {2, 3, 0, 0}, 0});
    longer.push_back({Operation::multiply, {0, 4, 0, 0}, 0});
    longer.push_back({Operation::multiply, {1, 4, 0, 0}, 0});
    for (std::size_t i = 2; i < formula.size(); ++i) {
      FormulaNode node = formula[i];
      const std::size_t count = operand_count(static_cast<std::uint32_t>(node.operation)).value_or(0);
      for (std::size_t k = 0; k < count; ++k) node.operands[k] += 5;
      longer.push_back(node);
    }
    formula = longer;
    // What leaves the range of doubles leaves its mark, and is for MPFR.
    std::feclearexcept(FE_ALL_EXCEPT);
    const auto found = tracked_terms<double>(terms, tracked, 0.0);
    const auto gradients = tracked_gradients<double>(terms, tracked, 0.0);
    if (std::fetestexcept(FE_OVERFLOW | FE_UNDERFLOW) != 0) continue;
    const auto plain = evaluate_terms(terms, theta, 0.0);
    EXPECT_TRUE(found[3].value == plain[3] || (std::isnan(found[3].value) && std::isnan(plain[3]))) << run;
    const Mpfr truth = std::move(evaluate_terms(shifted, theta, Mpfr(many_bits))[3]);
    if (!std::isfinite(bound_of(found[3])) || mpfr_number_p(truth.get()) == 0) continue;
    if (!std::isfinite(found[3].value)) continue;
    ++values;
    EXPECT_LE(error_of(found[3], truth), bound_of(found[3])) << "run " << run;
    if (off != 0) continue;
    const auto true_gradients = term_gradients(terms, theta, Mpfr(many_bits));
    for (std::size_t p = 0; p < 2; ++p) {
      const Mpfr& slope = true_gradients[3 * 2 + p];
      const double bound = bound_of(gradients[p][3]);
      if (!std::isfinite(bound) || mpfr_number_p(slope.get()) == 0 || !std::isfinite(gradients[p][3].value))
        continue;
      ++slopes;
      EXPECT_LE(error_of(gradients[p][3], slope), bound) << "run " << run << " by " << p;
    }
  }
  EXPECT_GT(values, test::cases(10000));
  EXPECT_GT(slopes, test::cases(5000));
}

}  // namespace
}  // namespace phasic
