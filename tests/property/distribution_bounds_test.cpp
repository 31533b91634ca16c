// No number about a distribution is further from the truth than its bound says: where a chain is at a time
// and how long it has been there, for random chains, stiff ones and rates that cancel, in either kind of
// time, against dense arithmetic in hundreds of bits.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "moments/distribution.hpp"
#include "moments/rates.hpp"
#include "support/any_case.hpp"
#include "support/dense.hpp"
#include "support/dense_flow.hpp"
#include "support/mpfr_algebra.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

using test::any_case;
using test::Case;
using test::DenseFlow;
using test::DenseOracle;
using test::operator-;

constexpr mpfr_prec_t bits = 500;

/// Ratios of bounds to errors.
class Tally {
 public:
  void check(double value, double bound, const Mpfr& truth, const std::string& what) {
    ++count_;
    Mpfr error = Mpfr(truth.bits(), value) - truth;
    mpfr_abs(error.get(), error.get(), MPFR_RNDU);
    EXPECT_LE(error.to_double(), bound) << what << ": " << value << " and " << truth.to_double();
    if (std::isinf(bound))
      ++unknown_;
    else if (error.to_double() > 1e-300)
      ratios_.push_back(bound / error.to_double());
  }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::size_t unknown() const { return unknown_; }
  /// How many times the error the bound is.
  double report(const char* what) {
    std::ranges::sort(ratios_);
    const double median = ratios_[ratios_.size() / 2];
    ::testing::Test::RecordProperty(std::string(what) + " median", std::to_string(median));
    std::printf(
        "%s: %zu numbers, %zu of them unknown; the bound is %.3g times the error in the median, %.3g "
        "at least\n",
        what, count_, unknown_, median, ratios_.front());
    return median;
  }

 private:
  std::size_t count_ = 0;
  std::size_t unknown_ = 0;
  std::vector<double> ratios_;
};

/// Some times for a chain: from next to none to many jumps.
std::vector<double> times_for(const DenseFlow& flow, const Graph& graph) {
  if (graph.time() == TimeKind::discrete) return {0, 1, 2, 7, 150};
  std::vector<double> times;
  for (const double jumps : {0.0, 1e-5, 0.3, 15.0, 900.0, 6000.0})
    times.push_back(jumps / flow.largest_rate());
  return times;
}

/// What is said of states at t, where the rates have a count.
void check_states(const Case& of, double t, Tally& probabilities, Tally& times, const std::string& what) {
  const Trace trace = record(of.graph);
  Distribution distribution(of.graph, trace, {});
  if (!distribution.begin(of.theta).empty()) return;
  const double count = count_in_doubles({of.graph, trace, RateReader::Slopes::none}, of.theta);
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
    for (std::uint64_t seed = 0; seed < 150; ++seed) {
      const Case of = any_case(seed, decades);
      const DenseFlow flow(of.graph, DenseOracle::in_mpfr(of.theta, bits), bits);
      for (const double t : times_for(flow, of.graph))
        check_states(of, t, probabilities, times, "seed " + std::to_string(seed));
    }
    EXPECT_GT(probabilities.count(), 5000U);
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

}  // namespace
}  // namespace phasic
