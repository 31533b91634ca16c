// Whatever is enclosed holds the truth, and is narrow: distributions, states and quantiles of random chains,
// stiff ones and rates that cancel, in either kind of time, against dense arithmetic in a thousand bits.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "moments/enclosed_derivative.hpp"
#include "moments/enclosed_distribution.hpp"
#include "support/any_case.hpp"
#include "support/cases.hpp"
#include "support/dense.hpp"
#include "support/dense_flow.hpp"
#include "support/enclosing.hpp"
#include "support/mpfr_algebra.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

using test::any_case;
using test::Case;
using test::DenseFlow;
using test::DenseOracle;
using test::expect_within;

constexpr mpfr_prec_t bits = 192;
constexpr mpfr_prec_t oracle_bits = 1200;

/// Bits that enclosures leave open.
class Tally {
 public:
  template <class Number>
  void check(const Number& found, const Mpfr& truth, const std::string& what) {
    expect_within(found, truth, what);
    open_.push_back(test::open_bits(found));
  }
  [[nodiscard]] std::size_t count() const { return open_.size(); }
  double median() {
    std::ranges::sort(open_);
    std::printf("%zu numbers: %.3g bits are open in the median, %.3g at most\n", open_.size(),
                open_[open_.size() / 2], open_.back());
    return open_[open_.size() / 2];
  }

 private:
  std::vector<double> open_;
};

void check(const Case& of, Tally& points, Tally& states, const std::string& seed) {
  const Trace trace = record(of.graph);
  Rates<Mpfr> rates =
      RateReader(of.graph, trace, RateReader::Slopes::none).at(of.theta, Mpfr(bits), Chance::another);
  EnclosedDistribution distribution(of.graph, trace, {}, {std::move(rates.weights), rates.count, bits},
                                    Chance::another);
  const DenseFlow flow(of.graph, DenseOracle::in_mpfr(of.theta, oracle_bits), oracle_bits);
  for (const double t : test::times_for(flow, of.graph.time(), 1e6)) {
    const std::string what = seed + " t " + std::to_string(t);
    const auto truth = flow.point(t);
    using Part = EnclosedDistribution::Part;
    points.check(distribution.at({t}, Part::density).number, truth.density, what + " density");
    points.check(distribution.at({t}, Part::distribution).number, truth.distribution, what + " distribution");
    points.check(distribution.at({t}, Part::survival).number, truth.survival, what + " survival");
    const auto probabilities = distribution.state_probabilities({t});
    // These are found by steps alone.
    const bool is_near = t * flow.largest_rate() < 1000;
    const auto times = is_near ? distribution.state_times({t}) : std::nullopt;
    const auto occupation = flow.at(t);
    ASSERT_TRUE(probabilities);
    for (VertexId v = 1; v < of.graph.vertex_count(); ++v) {
      states.check((*probabilities)[v], occupation.probability[v - 1], what + " probability");
      if (times && of.graph.is_transient(v))
        states.check((*times)[v], occupation.time[v - 1], what + " time");
    }
  }
}

TEST(Enclosures, HoldTheTruth) {
  for (const double decades : {2.0, 12.0}) {
    Tally points;
    Tally states;
    for (std::uint64_t seed = 0; seed < test::cases(60); ++seed)
      check(any_case(seed, decades), points, states, "seed " + std::to_string(seed));
    EXPECT_GT(points.count(), test::cases(1000));
    EXPECT_GT(states.count(), test::cases(2000));
    EXPECT_LT(points.median(), 20);
    EXPECT_LT(states.median(), 20);
  }
}

// At the ends of what is said of a quantile, P lies on either side of p.
TEST(Enclosures, OfQuantilesHoldTheTruth) {
  std::size_t count = 0;
  for (std::uint64_t seed = 1; seed < test::cases(60); ++seed) {
    const Case of = any_case(seed, 4);
    const Trace trace = record(of.graph);
    Rates<Mpfr> rates =
        RateReader(of.graph, trace, RateReader::Slopes::none).at(of.theta, Mpfr(bits), Chance::another);
    EnclosedDistribution distribution(of.graph, trace, {}, {std::move(rates.weights), rates.count, bits},
                                      Chance::another);
    const DenseFlow flow(of.graph, DenseOracle::in_mpfr(of.theta, oracle_bits), oracle_bits);
    for (const double p : {0.8125, 0.95}) {
      const EnclosedNumber found = distribution.quantile({p});
      if (found.finding != Finding::known || found.is_infinite || is_zero(found.number)) continue;
      if (of.graph.time() == TimeKind::discrete) {
        const double k = found.number.low.to_double();
        if (k > 1000) continue;
        ++count;
        EXPECT_GE(flow.point(k).distribution.to_double(), p) << seed;
        EXPECT_LT(flow.point(k - 1).distribution.to_double(), p) << seed;
        continue;
      }
      ++count;
      EXPECT_LT(test::open_bits(found.number), 80) << seed;
      const double below = mpfr_get_d(found.number.low.get(), MPFR_RNDD);
      const double above = mpfr_get_d(found.number.high.get(), MPFR_RNDU);
      EXPECT_LE(flow.point(below).distribution.to_double(), p) << seed;
      EXPECT_GE(flow.point(above).distribution.to_double(), p) << seed;
    }
  }
  EXPECT_GT(count, test::cases(40));
}

/// Derivatives of what DenseFlow says by one parameter: central differences so narrow that they are exact to
/// hundreds of bits, and in so many bits that as many are left of them where they are tiny.
class Differences {
 public:
  Differences(const Case& of, std::size_t parameter, const std::vector<double>& reward)
      : width_(bits_of_them, of.theta[parameter]),
        above_(moved(of, parameter, 1, reward)),
        below_(moved(of, parameter, -1, reward)) {
    mpfr_mul_2si(width_.get(), width_.get(), 1 - narrow, MPFR_RNDN);
  }

  [[nodiscard]] DenseFlow::MpfrPoint point(double t) const {
    const auto above = above_.point(t);
    const auto below = below_.point(t);
    // What DenseFlow has of the distribution is 1 less the survival function.
    Mpfr gained = slope(above.survival, below.survival);
    mpfr_neg(gained.get(), gained.get(), MPFR_RNDN);
    return {slope(above.density, below.density), std::move(gained), slope(above.survival, below.survival)};
  }
  [[nodiscard]] DenseFlow::Occupation at(double t) const {
    const auto above = above_.at(t);
    const auto below = below_.at(t);
    DenseFlow::Occupation result;
    for (std::size_t v = 0; v < above.time.size(); ++v) {
      result.probability.push_back(slope(above.probability[v], below.probability[v]));
      result.time.push_back(slope(above.time[v], below.time[v]));
    }
    return result;
  }

 private:
  static constexpr mpfr_prec_t bits_of_them = 1600;
  static constexpr long narrow = 400;

  static DenseFlow moved(const Case& of, std::size_t parameter, int sign, const std::vector<double>& reward) {
    std::vector<Mpfr> theta = DenseOracle::in_mpfr(of.theta, bits_of_them);
    Mpfr by = theta[parameter];
    mpfr_mul_2si(by.get(), by.get(), -narrow, MPFR_RNDN);
    mpfr_mul_si(by.get(), by.get(), sign, MPFR_RNDN);
    mpfr_add(theta[parameter].get(), theta[parameter].get(), by.get(), MPFR_RNDN);
    return DenseFlow(of.graph, theta, bits_of_them, reward);
  }
  [[nodiscard]] Mpfr slope(Mpfr above, const Mpfr& below) const {
    mpfr_sub(above.get(), above.get(), below.get(), MPFR_RNDN);
    mpfr_div(above.get(), above.get(), width_.get(), MPFR_RNDN);
    return above;
  }

  Mpfr width_;
  DenseFlow above_;
  DenseFlow below_;
};

void check_derivatives(const Case& of, const std::vector<double>& reward, Tally& points, Tally& states,
                       const std::string& seed) {
  const Trace trace = record(of.graph);
  const Rates<Mpfr> rates =
      RateReader(of.graph, trace, RateReader::Slopes::wanted).at(of.theta, Mpfr(bits), Chance::another);
  const DenseFlow flow(of.graph, DenseOracle::in_mpfr(of.theta, oracle_bits), oracle_bits, reward);
  for (std::size_t p = 0; p < of.theta.size(); ++p) {
    SlopedWeights weights{{rates.weights, rates.count, bits}, {}, 0};
    for (const Mpfr& slope : rates.slopes[p]) weights.slopes.emplace_back(slope);
    EnclosedDerivative derivative(of.graph, trace, reward, std::move(weights));
    const Differences truths(of, p, reward);
    for (const double t : test::times_for(flow, of.graph.time(), 1e6)) {
      const std::string what = seed + " parameter " + std::to_string(p) + " t " + std::to_string(t);
      const auto truth = truths.point(t);
      using Part = EnclosedDistribution::Part;
      points.check(derivative.at({t}, Part::density).number, truth.density, what + " density");
      points.check(derivative.at({t}, Part::distribution).number, truth.distribution, what + " distribution");
      points.check(derivative.at({t}, Part::survival).number, truth.survival, what + " survival");
      if (!reward.empty()) continue;
      const auto probabilities = derivative.state_probabilities({t});
      const auto times = derivative.state_times({t});
      const auto occupation = truths.at(t);
      ASSERT_TRUE(probabilities && times);
      for (VertexId v = 1; v < of.graph.vertex_count(); ++v) {
        states.check((*probabilities)[v], occupation.probability[v - 1], what + " probability");
        if (of.graph.is_transient(v)) states.check((*times)[v], occupation.time[v - 1], what + " time");
      }
    }
  }
}

TEST(Enclosures, OfDerivativesHoldTheTruth) {
  for (const double decades : {2.0, 12.0}) {
    Tally points;
    Tally states;
    for (std::uint64_t seed = 0; seed < test::cases(6); ++seed)
      check_derivatives(any_case(seed, decades), {}, points, states, "seed " + std::to_string(seed));
    EXPECT_GT(points.count(), test::cases(250));
    EXPECT_GT(states.count(), test::cases(400));
    EXPECT_LT(points.median(), 40);
    EXPECT_LT(states.median(), 40);
  }
}

TEST(Enclosures, OfDerivativesWithRewardsHoldTheTruth) {
  Tally points;
  Tally none;
  for (std::uint64_t seed = 1; seed < 1 + test::cases(17); seed += 3) {
    const Case of = any_case(seed, 4);
    std::vector<double> reward = of.rewards[0].values;
    for (VertexId v = 1; v <= of.graph.transient_count(); ++v) reward[v] += 0.5;
    check_derivatives(of, reward, points, none, "seed " + std::to_string(seed));
  }
  EXPECT_GT(points.count(), test::cases(200));
  EXPECT_LT(points.median(), 40);
}

}  // namespace
}  // namespace phasic
