// No number about a distribution is further from the truth than its bound says: where a chain is at a time
// and how long it has been there, for random chains, stiff ones and rates that cancel, in either kind of
// time, against dense arithmetic in hundreds of bits.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "moments/ask.hpp"
#include "moments/distribution.hpp"
#include "moments/distribution_gradient.hpp"
#include "moments/rates.hpp"
#include "support/any_case.hpp"
#include "support/cases.hpp"
#include "support/dense.hpp"
#include "support/dense_flow.hpp"
#include "support/mpfr_algebra.hpp"
#include "support/ratio_tally.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

using test::any_case;
using test::Case;
using test::DenseFlow;
using test::DenseOracle;
using test::operator-;
using test::operator+;
using test::operator*;
using test::operator/;

constexpr mpfr_prec_t bits = 500;

class Tally : public test::RatioTally {
 public:
  void check(double value, double bound, const Mpfr& truth, const std::string& what) {
    Mpfr error = Mpfr(truth.bits(), value) - truth;
    mpfr_abs(error.get(), error.get(), MPFR_RNDU);
    EXPECT_LE(error.to_double(), bound) << what << ": " << value << " and " << truth.to_double();
    if (std::isinf(bound))
      add_unknown();
    else if (error.to_double() > 1e-300)
      add(bound / error.to_double());
    else
      add_exact();
  }
};

/// What is said of states at t, where the rates have a count.
void check_states(const Case& of, double t, Tally& probabilities, Tally& times, const std::string& what) {
  const Trace trace = record(of.graph);
  Distribution distribution(of.graph, trace, {});
  if (!distribution.begin(of.theta).empty()) return;
  const RateReader reader(of.graph, trace, RateReader::Slopes::none);
  const double count = RatesAt(reader, of.theta).doubles.count;
  const auto at = distribution.bounded_state_probabilities(t, count);
  const auto until = distribution.bounded_state_times(t, count);
  ASSERT_TRUE(at && until);
  EXPECT_EQ(until->values, distribution.state_times(t));
  const auto truth = DenseFlow(of.graph, DenseOracle::in_mpfr(of.theta, bits), bits).at(t);
  for (VertexId v = 1; v < of.graph.vertex_count(); ++v) {
    const std::string where = what + " t " + std::to_string(t) + " vertex " + std::to_string(v);
    probabilities.check(at->values[v], at->errors[v], truth.probability[v - 1], where);
    const bool stays = !of.graph.is_transient(v);
    times.check(until->values[v], until->errors[v], stays ? Mpfr(bits) : truth.time[v - 1], where + " time");
  }
}

TEST(DistributionBounds, OfStatesHold) {
  for (const double decades : {2.0, 12.0}) {
    Tally probabilities;
    Tally times;
    for (std::uint64_t seed = 0; seed < test::cases(150); ++seed) {
      const Case of = any_case(seed, decades);
      const DenseFlow flow(of.graph, DenseOracle::in_mpfr(of.theta, bits), bits);
      for (const double t : test::times_for(flow, of.graph.time(), 6000))
        check_states(of, t, probabilities, times, "seed " + std::to_string(seed));
    }
    EXPECT_GT(probabilities.count(), test::cases(5000));
    EXPECT_LT(probabilities.unknown(), probabilities.count() / 20);
    EXPECT_LT(probabilities.report(decades > 10 ? "probabilities, 12 decades" : "probabilities, 2 decades"),
              1e4);
    EXPECT_LT(times.report(decades > 10 ? "times, 12 decades" : "times, 2 decades"), 1e4);
  }
}

// A rate of 0.1 + 0.1 a - 0.1 b, of which doubles hold ever fewer digits: the bound knows.
TEST(DistributionBounds, OfStatesHoldWhereRatesCancel) {
  test::ChainBuilder chain({"a", "b"});
  chain.edge(1, {0.1, 0.1, -0.1}).state().edge(2, {0.3}).state().state();
  Case of{chain.start(0).graph(), {}, {}};
  Tally probabilities;
  Tally times;
  for (const double lack : {0.3e-3, 0.7e-6, 0.3e-9}) {
    of.theta = {2, 3 - lack};
    for (const double t : {0.1, 3.0, 300.0})
      check_states(of, t, probabilities, times, "lack " + std::to_string(lack));
  }
  EXPECT_LT(probabilities.report("probabilities where rates cancel"), 1e4);
  EXPECT_LT(times.report("times where rates cancel"), 1e6);
}

// 0.7 + 0.1 + 0.2 is 1 but for some 1e-17, and so much stays.
TEST(DistributionBounds, OfStatesHoldWhereHardlyAnythingStays) {
  Tally probabilities;
  Tally times;
  for (const double last : {0.2, 0.2 - 0x1p-54, 0.2 - 0x1p-53}) {
    test::ChainBuilder chain({}, TimeKind::discrete);
    chain.edge(1, {0.7}).edge(2, {0.1}).edge(3, {last}).state().state().state().state();
    const Case of{chain.start(0).graph(), {}, {}};
    for (const double steps : {1.0, 2.0, 3.0}) check_states(of, steps, probabilities, times, "last");
  }
  EXPECT_GT(probabilities.report("probabilities where hardly anything stays"), 1);
}

constexpr mpfr_prec_t many_bits = 1000;

/// Derivatives by central differences: with h = 2^-150 what is left out is far below the bits that are left.
/// `of(theta)` is a list of numbers.
template <class Function>
std::vector<std::vector<Mpfr>> differences(const Case& of_case, Function of) {
  std::vector<std::vector<Mpfr>> by_parameter;
  for (std::size_t p = 0; p < of_case.theta.size(); ++p) {
    const auto moved = [&](double sign) {
      auto theta = DenseOracle::in_mpfr(of_case.theta, many_bits);
      theta[p] = theta[p] + theta[p] * (sign * 0x1p-150);
      return of(theta);
    };
    auto above = moved(1);
    const auto below = moved(-1);
    for (std::size_t i = 0; i < above.size(); ++i)
      above[i] = (above[i] - below[i]) / (Mpfr(many_bits, of_case.theta[p]) * 0x1p-149);
    by_parameter.push_back(std::move(above));
  }
  return by_parameter;
}

/// A chain at its theta, with how exact its rates are.
struct Exact {
  explicit Exact(const Case& of)
      : trace(record(of.graph)),
        reader(of.graph, trace, RateReader::Slopes::wanted),
        rates(reader, of.theta) {}
  Trace trace;
  RateReader reader;
  RatesAt rates;
};

bool is_good(const Case& of) {
  const Trace trace = record(of.graph);
  return Distribution(of.graph, trace, {}).begin(of.theta).empty();
}

void check_points(const Case& of, const std::vector<double>& reward, double t, Tally& tally,
                  const std::string& what) {
  const Exact exact(of);
  DistributionGradient gradient(of.graph, exact.trace, reward);
  gradient.begin(of.theta);
  const auto found = gradient.bounded_at(t, exact.rates);
  ASSERT_TRUE(found);
  const auto truth = differences(of, [&](const std::vector<Mpfr>& theta) {
    const auto [density, distribution, survival] = DenseFlow(of.graph, theta, many_bits, reward).point(t);
    return std::vector<Mpfr>{density, distribution, survival};
  });
  for (std::size_t p = 0; p < truth.size(); ++p) {
    const auto& [value, error] = (*found)[p];
    const std::string where = what + " t " + std::to_string(t) + " by " + std::to_string(p);
    tally.check(value.density, error.density, truth[p][0], where + " density");
    tally.check(value.distribution, error.distribution, truth[p][1], where + " distribution");
    tally.check(value.survival, error.survival, truth[p][2], where + " survival");
  }
}

void check_states_gradient(const Case& of, double t, Tally& tally, const std::string& what) {
  const Exact exact(of);
  DistributionGradient gradient(of.graph, exact.trace, {});
  gradient.begin(of.theta);
  const auto at = gradient.bounded_state_probabilities(t, exact.rates);
  const auto until = gradient.bounded_state_times(t, exact.rates);
  ASSERT_TRUE(at && until);
  const std::size_t n = of.graph.vertex_count() - 1;
  const auto truth = differences(of, [&](const std::vector<Mpfr>& theta) {
    auto now = DenseFlow(of.graph, theta, many_bits).at(t);
    now.probability.insert(now.probability.end(), now.time.begin(), now.time.end());
    return now.probability;
  });
  for (std::size_t p = 0; p < truth.size(); ++p) {
    for (VertexId v = 1; v <= n; ++v) {
      const std::string where =
          what + " t " + std::to_string(t) + " by " + std::to_string(p) + " vertex " + std::to_string(v);
      tally.check((*at)[p].values[v], (*at)[p].errors[v], truth[p][v - 1], where);
      const bool stays = !of.graph.is_transient(v);
      tally.check((*until)[p].values[v], (*until)[p].errors[v], stays ? Mpfr(many_bits) : truth[p][n + v - 1],
                  where + " time");
    }
  }
}

std::vector<double> some_times_for(const Case& of) {
  if (of.graph.time() == TimeKind::discrete) return {0, 1, 2, 60};
  const double rate = DenseFlow(of.graph, DenseOracle::in_mpfr(of.theta, bits), bits).largest_rate();
  return {0, 1e-4 / rate, 3 / rate, 700 / rate};
}

void check_gradients(double decades, const std::string& what) {
  Tally points;
  Tally states;
  for (std::uint64_t seed = 0; seed < test::cases(45); ++seed) {
    const Case of = any_case(seed, decades);
    if (!is_good(of)) continue;
    for (const double t : some_times_for(of)) {
      check_points(of, {}, t, points, "seed " + std::to_string(seed));
      check_states_gradient(of, t, states, "seed " + std::to_string(seed));
    }
  }
  EXPECT_GT(points.count(), test::takes_all_cases() ? 1500U : 100U);
  EXPECT_LT(points.unknown(), points.count() / 10);
  EXPECT_LT(points.report("gradients, " + what), 1e5);
  EXPECT_LT(states.report("states' gradients, " + what), 1e5);
}

TEST(DistributionBounds, OfGradientsHold) {
  check_gradients(2, "2 decades");
}
TEST(DistributionBounds, OfGradientsOfStiffChainsHold) {
  check_gradients(10, "10 decades");
}

// Rewards divide rates, and their derivatives.
TEST(DistributionBounds, OfGradientsHoldForRewards) {
  Tally tally;
  for (std::uint64_t seed = 1; seed < test::cases(60); seed += 3) {
    Case of = any_case(seed, 6);
    if (!is_good(of)) continue;
    std::vector<double>& reward = of.rewards[0].values;
    for (VertexId v = 1; v <= of.graph.transient_count(); ++v) reward[v] = 0.1 + reward[v];
    const double rate =
        DenseFlow(of.graph, DenseOracle::in_mpfr(of.theta, bits), bits, reward).largest_rate();
    for (const double jumps : {0.2, 60.0})
      check_points(of, reward, jumps / rate, tally, "seed " + std::to_string(seed));
  }
  EXPECT_GT(tally.count(), test::cases(200));
  EXPECT_GT(tally.report("gradients with rewards"), 1);
}

// A rate of 0.1 + 0.1 a - 0.1 b, of which doubles hold ever fewer digits.
TEST(DistributionBounds, OfGradientsHoldWhereRatesCancel) {
  test::ChainBuilder chain({"a", "b"});
  chain.edge(1, {0.1, 0.1, -0.1}).state().edge(2, {0.3, 0, 0.7}).state().state();
  Case of{chain.start(0).graph(), {}, {}};
  Tally points;
  Tally states;
  for (const double lack : {0.3e-3, 0.7e-6, 0.3e-9}) {
    of.theta = {2, 3 - lack};
    for (const double t : {0.1, 3.0, 300.0}) {
      check_points(of, {}, t, points, "lack " + std::to_string(lack));
      check_states_gradient(of, t, states, "lack " + std::to_string(lack));
    }
  }
  // Here the rate that is left is all there is.
  test::ChainBuilder single({"a", "b"});
  of.graph = single.edge(1, {0.1, 0.1, -0.1}).state().state().start(0).graph();
  for (const double t : {1e6, 3e8, 3e9}) check_points(of, {}, t, points, "single");
  EXPECT_EQ(points.unknown(), 0U);
  EXPECT_GT(points.report("gradients where rates cancel"), 1);
  EXPECT_GT(states.report("states' gradients where rates cancel"), 1);
}

// Of the derivatives of what leaves state 0, 1e9 by either parameter and with either sign, little is left.
TEST(DistributionBounds, OfGradientsHoldWhereSlopesCancel) {
  test::ChainBuilder chain({"a", "b"});
  chain.edge(1, {0, 1e9, 0.1}).edge(2, {1e9, -1e9, 0.7}).edge(3, {3, 0.3, 0.1}).state();
  chain.edge(0, {0, 1}).edge(3, {1}).state().edge(0, {0, 1}).edge(3, {1}).state().state();
  const Case of{chain.start(0).graph(), {0.3, 0.7}, {}};
  Tally points;
  for (const double t : {1e-10, 1e-7, 1e-4}) check_points(of, {}, t, points, "slopes cancel");
  EXPECT_EQ(points.unknown(), 0U);
  EXPECT_GT(points.report("gradients where slopes cancel"), 1);
}

/// Derivatives of a distribution of which the survival function and its density are known in closed form.
template <class Truth>
void check_closed_form(const Case& of, const std::vector<double>& reward, double t, Tally& tally,
                       Truth truth_at) {
  const Exact exact(of);
  DistributionGradient gradient(of.graph, exact.trace, reward);
  gradient.begin(of.theta);
  const auto found = gradient.bounded_at(t, exact.rates);
  ASSERT_TRUE(found);
  const auto truth = differences(of, truth_at);
  for (std::size_t p = 0; p < truth.size(); ++p) {
    const std::string where = "t " + std::to_string(t) + " by " + std::to_string(p);
    tally.check((*found)[p].value.survival, (*found)[p].error.survival, truth[p][0], where + " survival");
    tally.check((*found)[p].value.distribution, (*found)[p].error.distribution, Mpfr(many_bits) - truth[p][0],
                where + " distribution");
    tally.check((*found)[p].value.density, (*found)[p].error.density, truth[p][1], where + " density");
  }
}

// 0 -> 1 at a, 0 -> 2 at 1, 1 -> 0 at b, 1 -> 2 at 0.7, where 1 earns nothing: 0 is left for good at
// 1 + 0.7 a / (b + 0.7).
TEST(DistributionBounds, OfGradientsHoldWhereStatesEarnNothing) {
  test::ChainBuilder chain({"a", "b"});
  chain.edge(1, {0, 1}).edge(2, {1}).state().edge(0, {0, 0, 1}).edge(2, {0.7}).state().state();
  const Case of{chain.start(0, 0.5).start(1, 0.5).graph(), {3, 0.3}, {}};
  Tally tally;
  for (const double t : {0.0, 1e-9, 0.5, 20.0, 200.0}) {
    check_closed_form(of, {0, 1, 0, 0}, t, tally, [&](const std::vector<Mpfr>& theta) {
      const Mpfr kept = Mpfr(many_bits, 0.7) / (theta[1] + Mpfr(many_bits, 0.7));
      const Mpfr rate = theta[0] * kept + Mpfr(many_bits, 1.0);
      Mpfr power = rate * -t;
      mpfr_exp(power.get(), power.get(), MPFR_RNDN);
      const Mpfr alive = (Mpfr(many_bits, 1.0) - kept * 0.5) * power;
      return std::vector<Mpfr>{alive, alive * rate};
    });
  }
  EXPECT_EQ(tally.unknown(), 0U);
  EXPECT_GT(tally.report("gradients where states earn nothing"), 1);
}

// Staying with probability 1 - (0.3 a + 0.6 a), in a state of reward 3, which makes an edge of it.
TEST(DistributionBounds, OfGradientsHoldWhereStayingEarnsSeveralTimes) {
  test::ChainBuilder chain({"a"}, TimeKind::discrete);
  const Case of{
      chain.edge(1, {0, 0.3}).edge(2, {0, 0.6}).state().state().state().start(0).graph(), {1.1}, {}};
  Tally tally;
  for (const double t : {3.0, 6.0, 9.0, 12.0}) {
    check_closed_form(of, {0, 3, 0, 0}, t, tally, [&](const std::vector<Mpfr>& theta) {
      const Mpfr one(many_bits, 1.0);
      const Mpfr stays = one - theta[0] * 0.3 - theta[0] * 0.6;
      Mpfr before = one;
      for (double left = t; left > 3; left -= 3) before = before * stays;
      return std::vector<Mpfr>{before * stays, before * (one - stays)};
    });
  }
  EXPECT_EQ(tally.unknown(), 0U);
  EXPECT_GT(tally.report("gradients where staying earns"), 1);
}

TEST(DistributionBounds, OfGradientsOfTransformsHold) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < test::cases(300); ++seed) {
    Case of = any_case(seed, 12);
    if (!is_good(of)) continue;
    const Exact exact(of);
    const std::vector<double>& reward = of.rewards[0].values;
    DistributionGradient gradient(of.graph, exact.trace, reward);
    gradient.begin(of.theta);
    for (const double s : {1e-7, 0.3, 20.0}) {
      const auto found = gradient.bounded_laplace(s, exact.rates);
      const auto truth = differences(of, [&](const std::vector<Mpfr>& theta) {
        return std::vector<Mpfr>{DenseOracle(of.graph, theta, many_bits).transform(s, reward)};
      });
      for (std::size_t p = 0; p < truth.size(); ++p) {
        if (std::isnan(found[p].value)) continue;
        tally.check(found[p].value, found[p].error, truth[p][0],
                    "seed " + std::to_string(seed) + " s " + std::to_string(s));
      }
    }
  }
  EXPECT_GT(tally.count(), test::cases(2000));
  EXPECT_GT(tally.report("gradients of transforms"), 1);
}

// A rate 0.7 a a - 1.5399999 a + 1, of which the derivative is 1e-7 at 1.1: how exact that is counts in every
// derivative.
TEST(DistributionBounds, OfGradientsHoldWhereDerivativesOfRatesCancel) {
  using enum Operation;
  test::ChainBuilder chain({"a"});
  chain.parts().terms.derived = {{"rate",
                                  {{parameter},
                                   {multiply, {0, 0}},
                                   {constant, {}, 0.7},
                                   {multiply, {1, 2}},
                                   {constant, {}, 1.5399999},
                                   {multiply, {0, 4}},
                                   {subtract, {3, 5}},
                                   {constant, {}, 1},
                                   {add, {6, 7}}}}};
  chain.parts().coefficients = CoefficientTable(chain.parts().terms.count());
  chain.edge(1, {0, 0, 1}).state().state().start(0);
  const Case of{chain.graph(), {1.1}, {}};
  const auto rate_at = [](const std::vector<Mpfr>& theta) {
    return theta[0] * theta[0] * 0.7 - theta[0] * 1.5399999 + Mpfr(many_bits, 1.0);
  };
  Tally tally;
  for (const double t : {1.0, 30.0, 300.0}) {
    check_closed_form(of, {}, t, tally, [&](const std::vector<Mpfr>& theta) {
      const Mpfr rate = rate_at(theta);
      Mpfr alive = rate * -t;
      mpfr_exp(alive.get(), alive.get(), MPFR_RNDN);
      return std::vector<Mpfr>{alive, alive * rate};
    });
  }
  const Exact exact(of);
  DistributionGradient gradient(of.graph, exact.trace, {});
  gradient.begin(of.theta);
  const auto found = gradient.bounded_laplace(1e-7, exact.rates);
  const auto truth = differences(of, [&](const std::vector<Mpfr>& theta) {
    const Mpfr rate = rate_at(theta);
    return std::vector<Mpfr>{rate / (rate + Mpfr(many_bits, 1e-7))};
  });
  tally.check(found[0].value, found[0].error, truth[0][0], "transform");
  EXPECT_EQ(tally.unknown(), 0U);
  EXPECT_GT(tally.report("gradients where derivatives of rates cancel"), 1);
}

AskAnswer ask_with_gradient(const Case& of, const Ask& what) {
  const Trace trace = record(of.graph);
  const std::vector<Reward> rewards{{"", {}}};
  return AskAnswerer(of.graph, trace, rewards, best_simd(),
                     {{what}, Derivatives::by_every_parameter, Precision::Bounds::told})
      .answer(of.theta);
}

// The true quantile by Newton's steps, and -F' / f there.
TEST(DistributionBounds, OfGradientsOfQuantilesHold) {
  Tally tally;
  for (std::uint64_t seed = 1; seed < test::cases(90); seed += 3) {
    const Case of = any_case(seed, 3);
    if (!is_good(of)) continue;
    for (const double p : {0.3, 0.9}) {
      const AskAnswer found = ask_with_gradient(of, {AskKind::quantile, p});
      if (!found.error.empty() || found.values[0] == 0 || std::isinf(found.bounds[0])) continue;
      const DenseFlow flow(of.graph, DenseOracle::in_mpfr(of.theta, many_bits), many_bits);
      Mpfr q(many_bits, found.values[0]);
      Mpfr density(many_bits);
      for (int round = 0; round < 5; ++round) {
        const auto at = flow.point(q);
        density = at.density;
        q = q - (at.distribution - Mpfr(many_bits, p)) / density;
      }
      const auto slopes = differences(of, [&](const std::vector<Mpfr>& theta) {
        return std::vector<Mpfr>{DenseFlow(of.graph, theta, many_bits).point(q).survival};
      });
      for (std::size_t i = 0; i < slopes.size(); ++i)
        tally.check(found.values[1 + i], found.bounds[1 + i], slopes[i][0] / density,
                    "seed " + std::to_string(seed) + " p " + std::to_string(p));
    }
  }
  EXPECT_GT(tally.count(), test::takes_all_cases() ? 60U : 0U);
  EXPECT_LE(tally.unknown(), tally.count() / 4);
  EXPECT_GT(tally.report("gradients of quantiles"), 1);
}

}  // namespace
}  // namespace phasic
