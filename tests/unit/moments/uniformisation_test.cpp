#include "moments/uniformisation.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "replay/mpfr.hpp"
#include "support/cases.hpp"
#include "support/chains.hpp"
#include "support/dense_exponential.hpp"
#include "support/theta_chain.hpp"

namespace phasic {
namespace {

using test::relative_error;

// exp(-mean) mean^k / k! in 300 bits.
double poisson(double mean, unsigned long k) {
  Mpfr weight(300, mean);
  mpfr_pow_ui(weight.get(), weight.get(), k, MPFR_RNDN);
  Mpfr other(300, -mean);
  mpfr_exp(other.get(), other.get(), MPFR_RNDN);
  mpfr_mul(weight.get(), weight.get(), other.get(), MPFR_RNDN);
  mpfr_fac_ui(other.get(), k, MPFR_RNDN);
  mpfr_div(weight.get(), weight.get(), other.get(), MPFR_RNDN);
  return weight.to_double();
}

TEST(PoissonWeights, HaveRelativeAccuracyFarFromTheMode) {
  for (const double mean : {1e-9, 0.3, 7.5, 63.9, 64.0, 64.99, 1000.25, 123456.789}) {
    const PoissonWeights weights(mean);
    EXPECT_LT(relative_error(weights.at_mode(), poisson(mean, weights.mode())), 4e-15) << mean;
    const auto distance = static_cast<std::uint64_t>(20 * std::sqrt(mean) + 20);
    double weight = weights.at_mode();
    std::uint64_t k = weights.mode();
    for (; k < weights.mode() + distance; ++k) weight = weights.up(weight, k);
    EXPECT_LT(relative_error(weight, poisson(mean, k)), 1e-15 * static_cast<double>(distance)) << mean;
    weight = weights.at_mode();
    k = weights.mode();
    for (; k > 0 && k + distance > weights.mode(); --k) weight = weights.down(weight, k);
    EXPECT_LT(relative_error(weight, poisson(mean, k)), 1e-15 * static_cast<double>(distance)) << mean;
  }
}

TEST(PoissonWeights, BoundWhatLiesBeyond) {
  const double mean = 100.5;
  const PoissonWeights weights(mean);
  for (const unsigned long k : {110UL, 150UL}) {
    double rest = 0;
    for (unsigned long j = k + 1; j < 400; ++j) rest += poisson(mean, j);
    EXPECT_GE(weights.beyond(poisson(mean, k), k), rest);
    EXPECT_LT(weights.beyond(poisson(mean, k), k), 2 * rest);
  }
  for (const unsigned long k : {90UL, 50UL}) {
    double rest = 0;
    for (unsigned long j = 0; j < k; ++j) rest += poisson(mean, j);
    EXPECT_GE(weights.below(poisson(mean, k), k), rest);
    EXPECT_LT(weights.below(poisson(mean, k), k), 2 * rest);
  }
}

void expect_point(const Point& point, const Point& truth, double tolerance) {
  EXPECT_LT(relative_error(point.density, truth.density), tolerance) << point.density;
  EXPECT_LT(relative_error(point.distribution, truth.distribution), tolerance) << point.distribution;
  EXPECT_LT(relative_error(point.survival, truth.survival), tolerance) << point.survival;
}

TEST(Walk, GivesAnExponentialInBothTails) {
  Walk walk = test::ThetaChain(test::erlang(1), {2}).walk();
  for (const double t : {0.0, 1e-12, 0.1, 1.0, 30.0, 300.0}) {
    expect_point(walk.at(t), {2 * std::exp(-2 * t), -std::expm1(-2 * t), std::exp(-2 * t)}, 1e-13);
  }
}

// exp(-x) x^(k-1) / (k-1)! and sums of such terms, x = rate t.
TEST(Walk, GivesAnErlangInBothTails) {
  Walk walk = test::ThetaChain(test::erlang(5), {3}).walk();
  for (const double t : {1e-6, 0.01, 1.0, 5.0, 100.0}) {
    const double x = 3 * t;
    double below = 0;
    for (unsigned k = 5; k < 40 + 4 * static_cast<unsigned>(x); ++k) below += poisson(x, k);
    double above = 0;
    for (unsigned k = 0; k < 5; ++k) above += poisson(x, k);
    expect_point(walk.at(t), {3 * poisson(x, 4), below, above}, 1e-13);
  }
}

// Rates 1, 2 and 4: the survival function is 8/3 e^-t - 2 e^-2t + 1/3 e^-4t.
TEST(Walk, GivesAHypoexponential) {
  test::ChainBuilder chain({});
  chain.edge(1, {1}).state().edge(2, {2}).state().edge(3, {4}).state().state().start(0);
  Walk walk = test::ThetaChain(chain.graph(), {}).walk();
  for (const double t : {0.5, 2.0, 20.0}) {
    const double survival = 8 * std::exp(-t) / 3 - 2 * std::exp(-2 * t) + std::exp(-4 * t) / 3;
    const double density = 8 * std::exp(-t) / 3 - 4 * std::exp(-2 * t) + 4 * std::exp(-4 * t) / 3;
    expect_point(walk.at(t), {density, 1 - survival, survival}, 1e-13);
  }
}

// 10,000 equal stages with mean 1 and standard deviation 0.01: the distribution function is that of a Poisson
// number of mean 10,000 t.
TEST(Walk, GivesANearlyCertainTime) {
  Walk walk = test::ThetaChain(test::erlang(10000), {10000}).walk();
  EXPECT_LT(relative_error(walk.at(1).density, 10000 * poisson(10000, 9999)), 1e-12);
  if (!test::takes_all_cases()) return;
  double below = 0;
  for (unsigned long k = 10000; k < 10400; ++k) below += poisson(9500, k);
  EXPECT_LT(relative_error(walk.at(0.95).distribution, below), 1e-11);
  EXPECT_LT(below, 1e-6);
}

TEST(Walk, AgreesWithTheDenseExponentialOnRandomChains) {
  test::RandomChain options;
  options.states = 12;
  for (const double decades : {1.0, 4.0}) {
    options.decades = decades;
    for (std::uint64_t seed = 1; seed <= test::cases(10); ++seed) {
      const Graph graph = make_graph(test::random_parts(seed, options));
      Walk walk = test::ThetaChain(graph, {1}).walk();
      const test::DenseExponential oracle(graph, {1});
      for (const double t : {0.01, 1.0, 40.0}) expect_point(walk.at(t), oracle.at(t), 3e-12);
    }
  }
}

// Two phases in a row with success probability 0.3: negative binomial.
TEST(Walk, CountsStepsInDiscreteTime) {
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  chain.edge(1, {0, 1}).state().edge(2, {0, 1}).state().state().start(0);
  Walk walk = test::ThetaChain(chain.graph(), {0.3}).walk();
  const double mass[] = {0, 0, 0.09, 0.126, 0.1323, 0.12348};
  double sum = 0;
  for (unsigned k = 0; k < 6; ++k) {
    sum += mass[k];
    EXPECT_NEAR(walk.at(k).density, mass[k], 1e-16) << k;
    EXPECT_NEAR(walk.at(k).distribution, sum, 1e-15);
    EXPECT_NEAR(walk.at(k).survival, 1 - sum, 1e-15);
  }
  EXPECT_EQ(walk.at(3.5).density, 0);
  EXPECT_EQ(walk.at(3.5).distribution, walk.at(3).distribution);
  // (k - 1) p^2 (1 - p)^(k - 2), deep in the tail.
  EXPECT_LT(relative_error(walk.at(1000).density, 999 * 0.09 * std::pow(0.7, 998)), 1e-12);
}

// A state of reward r is r steps: from a state of reward 2 (kept with probability 1/2 each time) to one of
// reward 3, so R = 2 G + 3.
TEST(Walk, AddsUpWholeRewardsInDiscreteTime) {
  test::ChainBuilder chain({}, TimeKind::discrete);
  chain.edge(1, {0.5}).state().edge(2, {1}).state().state().start(0);
  Walk walk = test::ThetaChain(chain.graph(), {}, {0, 2, 3, 0}).walk();
  EXPECT_EQ(walk.at(4).density, 0);
  EXPECT_EQ(walk.at(5).density, 0.5);
  EXPECT_EQ(walk.at(6).density, 0);
  EXPECT_EQ(walk.at(7).density, 0.25);
  EXPECT_EQ(walk.at(7).survival, 0.25);
  EXPECT_EQ(walk.at(9).distribution, 0.875);
}

TEST(Walk, OccupiesStatesAsTheDenseExponentialDoes) {
  test::RandomChain options;
  options.states = 8;
  const Graph graph = make_graph(test::random_parts(5, options));
  const test::ThetaChain of(graph, {1});
  const Walk walk = of.walk();
  const test::DenseExponential oracle(graph, {1});
  for (const double t : {0.0, 0.3, 2.0}) {
    const auto states = walk.occupation(t);
    const auto truth = oracle.probabilities(t);
    for (std::size_t i = 0; i < 8; ++i)
      EXPECT_LT(relative_error(states.probability[i], truth[of.trace.vertices()[i] - 1]), 1e-13);
  }
  // Time spent anywhere until t: the integral of the survival function, by Simpson's rule.
  Walk again = of.walk();
  const double t = 2;
  const auto states = walk.occupation(t);
  double total = 0;
  for (const double time : states.time) total += time;
  constexpr int intervals = 400;
  double integral = 0;
  for (int i = 0; i <= intervals; ++i) {
    const double factor = i == 0 || i == intervals ? 1 : i % 2 == 1 ? 4 : 2;
    integral += factor * again.at(t * i / intervals).survival * t / intervals / 3;
  }
  EXPECT_NEAR(total / integral, 1, 1e-9);
}

TEST(Walk, CountsVisitsBeforeATimeInDiscreteTime) {
  test::ChainBuilder chain({}, TimeKind::discrete);
  chain.edge(1, {0.5}).state().state().start(0);
  const Walk walk = test::ThetaChain(chain.graph(), {}).walk();
  EXPECT_EQ(walk.occupation(3).time[0], 1.75);
  EXPECT_EQ(walk.occupation(3).probability[0], 0.125);
}

}  // namespace
}  // namespace phasic
