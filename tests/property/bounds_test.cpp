// No error exceeds its bound: random chains, stiff ones (rates over 24 decades), rates that cancel, in either
// kind of time, against dense elimination in hundreds of bits.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "moments/evaluate.hpp"
#include "support/any_case.hpp"
#include "support/cases.hpp"
#include "support/dense.hpp"
#include "support/mpfr_algebra.hpp"
#include "support/ratio_tally.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

using test::operator+;
using test::operator-;
using test::operator*;
using test::operator/;
using test::any_case;
using test::Case;

constexpr mpfr_prec_t many_bits = 640;

std::vector<Statistic> all_of_one() {
  using enum StatisticKind;
  std::vector<Statistic> columns{{mean},     {variance}, {standard_deviation},
                                 {skewness}, {kurtosis}, {moment, 5}};
  columns.push_back({central, 5});
  return columns;
}

/// The same, exactly.
std::vector<Mpfr> truth_of_one(test::DenseOracle& oracle, const std::vector<double>& reward) {
  const auto moments = oracle.moments(5, reward);
  const Mpfr variance = test::central(moments, 2);
  const Mpfr deviation = test::root(variance);
  return {moments[0],
          variance,
          deviation,
          test::central(moments, 3) / (variance * deviation),
          test::central(moments, 4) / (variance * variance),
          moments[4],
          test::central(moments, 5)};
}

/// E[AB] - E[A] E[B] from the variance of A + B.
Mpfr covariance(test::DenseOracle& oracle, const Case& of) {
  std::vector<double> sum = of.rewards[0].values;
  for (std::size_t v = 0; v < sum.size(); ++v) sum[v] += of.rewards[1].values[v];
  const auto variance = [&](const std::vector<double>& reward) {
    return test::central(oracle.moments(2, reward), 2);
  };
  return (variance(sum) - variance(of.rewards[0].values) - variance(of.rewards[1].values)) * 0.5;
}

class Tally : public test::RatioTally {
 public:
  /// Returns whether the bound holds.
  bool holds(const Number& value, const Number& bound, const Mpfr& truth) {
    if (mpfr_number_p(truth.get()) == 0 || std::isinf(bound.value) || !std::isfinite(value.value))
      return true;
    Mpfr error(many_bits, value.value);
    if (!value.decimal.empty()) mpfr_strtofr(error.get(), value.decimal.c_str(), nullptr, 10, MPFR_RNDN);
    mpfr_sub(error.get(), error.get(), truth.get(), MPFR_RNDN);
    mpfr_abs(error.get(), error.get(), MPFR_RNDN);
    // The oracle is wrong too, by very much less.
    Mpfr allowed(many_bits, bound.value);
    if (!bound.decimal.empty()) mpfr_strtofr(allowed.get(), bound.decimal.c_str(), nullptr, 10, MPFR_RNDU);
    Mpfr own = truth * std::exp2(-300);
    mpfr_abs(own.get(), own.get(), MPFR_RNDU);
    allowed = allowed + own;
    if (mpfr_sgn(error.get()) != 0)
      add((allowed / error).to_double());
    else
      add_exact();
    return mpfr_lessequal_p(error.get(), allowed.get()) != 0;
  }
};

Precision told(Precision::Kind kind) {
  Precision precision{kind};
  precision.bounds = Precision::Bounds::told;
  return precision;
}

Answer ask(const Case& of, std::vector<Statistic> columns, std::vector<Reward> rewards, Precision precision,
           Rows rows = Rows::start) {
  const Trace trace = record(of.graph);
  return Evaluator(of.graph, trace, {std::move(columns), std::move(rewards), precision, best_simd(), rows})
      .answer(of.theta);
}

void check(const Answer& answer, const std::vector<Mpfr>& truth, Tally& tally, const std::string& what) {
  if (!answer.error.empty()) return;
  ASSERT_EQ(answer.values.size(), truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) {
    EXPECT_TRUE(tally.holds(answer.values[i], answer.bounds[i], truth[i]))
        << what << " column " << i << ": " << answer.values[i].value << " is said to be right to "
        << answer.bounds[i].value << ", and is " << truth[i].to_double();
  }
}

TEST(Bounds, OfOneRewardHoldInDoubles) {
  for (const double decades : {2.0, 24.0}) {
    Tally tally;
    for (std::uint64_t seed = 0; seed < test::cases(1500); ++seed) {
      const Case of = any_case(seed, decades);
      test::DenseOracle oracle(of.graph, of.theta, many_bits);
      const std::string what = "seed " + std::to_string(seed) + " decades " + std::to_string(decades);
      check(ask(of, all_of_one(), {Reward{}}, told(Precision::Kind::doubles)), truth_of_one(oracle, {}),
            tally, what);
      check(ask(of, all_of_one(), {of.rewards[0]}, told(Precision::Kind::doubles)),
            truth_of_one(oracle, of.rewards[0].values), tally, what + " reward");
    }
    tally.report(decades > 20 ? "24 decades" : "2 decades");
    EXPECT_GT(tally.count(), test::cases(10000));
  }
}

TEST(Bounds, OfTwoRewardsHoldInDoubles) {
  Tally tally;
  const std::vector<Statistic> columns{{StatisticKind::covariance, 1, 0, 1},
                                       {StatisticKind::correlation, 1, 0, 1}};
  for (std::uint64_t seed = 0; seed < test::cases(1500); ++seed) {
    const Case of = any_case(seed, 12);
    test::DenseOracle oracle(of.graph, of.theta, many_bits);
    const Mpfr both = covariance(oracle, of);
    const auto deviation = [&](std::size_t reward) {
      return test::root(test::central(oracle.moments(2, of.rewards[reward].values), 2));
    };
    check(ask(of, columns, of.rewards, told(Precision::Kind::doubles)),
          {both, both / (deviation(0) * deviation(1))}, tally, "seed " + std::to_string(seed));
  }
  tally.report("covariances");
}

/// Of every transient state: mean and variance from there, expected time and visits.
std::vector<Mpfr> truth_of_states(const Case& of, test::DenseOracle& oracle) {
  std::vector<Mpfr> truth;
  const auto from_states = oracle.from_states(2);
  for (std::size_t i = 0; i < of.graph.transient_count(); ++i) {
    truth.push_back(from_states[1][i]);
    truth.push_back(from_states[2][i] - from_states[1][i] * from_states[1][i]);
    std::vector<double> here(of.graph.vertex_count(), 0);
    here[i + 1] = 1;
    truth.push_back(oracle.moments(1, here)[0]);
    Mpfr leaving(truth.back().bits());
    for (std::uint32_t e = of.graph.row_offsets()[i + 1]; e < of.graph.row_offsets()[i + 2]; ++e)
      leaving = leaving + oracle.weight(e);
    truth.push_back(truth.back() * leaving);
  }
  return truth;
}

TEST(Bounds, OfStatesHoldInDoubles) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < test::cases(600); ++seed) {
    const Case of = any_case(seed, 20);
    test::DenseOracle oracle(of.graph, of.theta, many_bits);
    using enum StatisticKind;
    check(ask(of, {{mean}, {variance}, {sojourn}, {visits}}, {Reward{}}, told(Precision::Kind::doubles),
              Rows::states),
          truth_of_states(of, oracle), tally, "seed " + std::to_string(seed));
  }
  tally.report("states");
}

TEST(Bounds, OfEndsHoldInDoubles) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < test::cases(600); ++seed) {
    const Case of = any_case(seed, 24);
    test::DenseOracle oracle(of.graph, of.theta, many_bits);
    std::vector<Mpfr> truth = oracle.probabilities();
    for (std::uint32_t e = 0; e < of.graph.row_offsets()[1]; ++e) {
      const VertexId v = of.graph.targets()[e];
      if (of.graph.is_transient(v)) continue;
      Mpfr& probability = truth[v - 1 - of.graph.transient_count()];
      probability = probability + oracle.weight(e);
    }
    check(
        ask(of, {{StatisticKind::probability}}, {Reward{}}, told(Precision::Kind::doubles), Rows::absorbing),
        truth, tally, "seed " + std::to_string(seed));
  }
  tally.report("ends");
}

TEST(Bounds, OfAtomsHoldInDoubles) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < test::cases(600); ++seed) {
    Case of = any_case(seed, 24);
    // The chain that ends where a reward begins, counted by where it ends: in an absorbing vertex.
    const std::vector<double>& reward = of.rewards[0].values;
    test::DenseOracle oracle(of.graph, of.theta, many_bits);
    const Mpfr truth = oracle.probability_without(reward);
    check(ask(of, {{StatisticKind::atom}}, {of.rewards[0]}, told(Precision::Kind::doubles)), {truth}, tally,
          "seed " + std::to_string(seed));
  }
  tally.report("atoms");
}

/// Derivatives of what is known exactly, by parameter: by central differences, for which with h = 2^-150 what
/// is left out is far below the bits that the difference leaves.
template <class Truth>
std::vector<std::vector<Mpfr>> gradient_of(const Case& of, Truth truth_at) {
  constexpr mpfr_prec_t bits = 2 * many_bits;
  std::vector<std::vector<Mpfr>> by_parameter;
  for (std::size_t p = 0; p < of.theta.size(); ++p) {
    const auto moved = [&](double sign) {
      auto theta = test::DenseOracle::in_mpfr(of.theta, bits);
      theta[p] = theta[p] + theta[p] * (sign * std::exp2(-150));
      test::DenseOracle oracle(of.graph, theta, bits);
      return truth_at(oracle);
    };
    auto above = moved(1);
    const auto below = moved(-1);
    for (std::size_t k = 0; k < above.size(); ++k) {
      // What is less is the oracle's own rounding.
      const Mpfr least = above[k] * std::exp2(-1000);
      above[k] = above[k] - below[k];
      if (mpfr_cmpabs(above[k].get(), least.get()) <= 0) set(above[k], 0.0);
      above[k] = above[k] / (Mpfr(bits, of.theta[p]) * std::exp2(-149));
    }
    by_parameter.push_back(std::move(above));
  }
  return by_parameter;
}

/// Checks the derivatives of some statistics, of which the truth is known row by row.
template <class Truth>
void check_gradient(const Case& of, const std::vector<Statistic>& statistics, std::vector<Reward> rewards,
                    Rows rows, Truth truth_at, Tally& tally, const std::string& what) {
  const std::size_t count = statistics.size();
  auto columns = with_gradients(statistics, of.theta.size());
  columns.erase(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(count));
  const auto slopes = gradient_of(of, truth_at);
  std::vector<Mpfr> truth;
  for (std::size_t row = 0; row < slopes[0].size(); row += count) {
    for (std::size_t k = 0; k < count; ++k) {
      for (const auto& by_place : slopes) truth.push_back(by_place[row + k]);
    }
  }
  check(ask(of, std::move(columns), std::move(rewards), told(Precision::Kind::doubles), rows), truth, tally,
        what);
}

TEST(Bounds, OfGradientsHoldInDoubles) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < test::cases(500); ++seed) {
    const Case of = any_case(seed, 16);
    using enum StatisticKind;
    const auto truth = [&](test::DenseOracle& oracle) {
      auto moments = oracle.moments(3, of.rewards[0].values);
      moments.push_back(test::central(moments, 2));
      return moments;
    };
    check_gradient(of, {{mean}, {moment, 2}, {moment, 3}, {variance}}, {of.rewards[0]}, Rows::start, truth,
                   tally, "seed " + std::to_string(seed));
  }
  tally.report("gradients");
}

TEST(Bounds, OfGradientsOfTwoRewardsHoldInDoubles) {
  Tally tally;
  const std::vector<Statistic> statistics{{StatisticKind::covariance, 1, 0, 1},
                                          {StatisticKind::correlation, 1, 0, 1}};
  for (std::uint64_t seed = 0; seed < test::cases(300); ++seed) {
    const Case of = any_case(seed, 12);
    const auto truth = [&](test::DenseOracle& oracle) {
      const auto deviation = [&](std::size_t reward) {
        return test::root(test::central(oracle.moments(2, of.rewards[reward].values), 2));
      };
      const Mpfr both = covariance(oracle, of);
      return std::vector<Mpfr>{both, both / (deviation(0) * deviation(1))};
    };
    check_gradient(of, statistics, of.rewards, Rows::start, truth, tally, "seed " + std::to_string(seed));
  }
  EXPECT_GT(tally.count(), test::cases(1500));
  tally.report("gradients of covariances");
}

TEST(Bounds, OfGradientsOfStatesHoldInDoubles) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < test::cases(200); ++seed) {
    const Case of = any_case(seed, 12);
    using enum StatisticKind;
    const auto truth = [&](test::DenseOracle& oracle) { return truth_of_states(of, oracle); };
    check_gradient(of, {{mean}, {variance}, {sojourn}, {visits}}, {Reward{}}, Rows::states, truth, tally,
                   "seed " + std::to_string(seed));
  }
  EXPECT_GT(tally.count(), test::cases(10000));
  tally.report("gradients of states");
}

TEST(Bounds, OfGradientsOfEndsHoldInDoubles) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < test::cases(300); ++seed) {
    const Case of = any_case(seed, 16);
    // What starts in an absorbing vertex does not depend on theta.
    const auto truth = [&](test::DenseOracle& oracle) { return oracle.probabilities(); };
    check_gradient(of, {{StatisticKind::probability}}, {Reward{}}, Rows::absorbing, truth, tally,
                   "seed " + std::to_string(seed));
  }
  EXPECT_GT(tally.count(), test::cases(900));
  tally.report("gradients of ends");
}

TEST(Bounds, OfGradientsOfAtomsHoldInDoubles) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < test::cases(300); ++seed) {
    const Case of = any_case(seed, 16);
    const auto truth = [&](test::DenseOracle& oracle) {
      return std::vector<Mpfr>{oracle.probability_without(of.rewards[0].values)};
    };
    check_gradient(of, {{StatisticKind::atom}}, {of.rewards[0]}, Rows::start, truth, tally,
                   "seed " + std::to_string(seed));
  }
  EXPECT_GT(tally.count(), test::cases(500));
  tally.report("gradients of atoms");
}

// The rule that decides is the one that is tested above: here it brings every number within the tolerance.
TEST(Bounds, AreWithinTheToleranceWherePrecisionIsAutomatic) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < test::cases(400); ++seed) {
    const Case of = any_case(seed, 24);
    test::DenseOracle oracle(of.graph, of.theta, many_bits);
    Precision precision = told(Precision::Kind::automatic);
    precision.tolerance = seed % 2 == 0 ? 1e-8 : 1e-15;
    const Answer answer = ask(of, all_of_one(), {Reward{}}, precision);
    check(answer, truth_of_one(oracle, {}), tally, "seed " + std::to_string(seed));
    EXPECT_EQ(answer.shortfall, "");
    for (std::size_t i = 0; i < answer.values.size(); ++i) {
      if (answer.error.empty() && std::isnormal(answer.values[i].value)) {
        EXPECT_LE(answer.bounds[i].value,
                  (precision.tolerance + 0x1p-53) * 1.02 * std::fabs(answer.values[i].value))
            << "seed " << seed << " column " << i;
      }
    }
  }
  EXPECT_GT(tally.count(), test::cases(2000));
}

}  // namespace
}  // namespace phasic
