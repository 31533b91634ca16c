// Steps and squaring, enclosed: against dense exponentials in many more bits, on random chains and stiff
// ones.
#include "moments/enclosed_walk.hpp"

#include <gtest/gtest.h>

#include "moments/enclosed_powers.hpp"
#include "moments/enclosed_times.hpp"
#include "moments/transform_shifts.hpp"
#include "replay/terms.hpp"
#include "support/cases.hpp"
#include "support/chains.hpp"
#include "support/dense.hpp"
#include "support/dense_flow.hpp"
#include "support/enclosing.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

using test::DenseFlow;
using test::DenseOracle;
using test::expect_within;
using test::open_bits;

constexpr mpfr_prec_t bits = 256;
constexpr mpfr_prec_t oracle_bits = 1400;

/// A chain's weights are products of a double and a double: exact.
struct Made {
  Made(const Graph& graph, double theta, const std::vector<double>& reward = {})
      : trace(record(graph)), rewards(rewards_by_position(trace, reward)) {
    const std::vector<double> at{theta};
    const auto terms = evaluate_terms(graph.terms(), at, Mpfr(bits));
    weights = {class_weights(trace, std::span<const Mpfr>(terms)), 0, bits};
  }
  [[nodiscard]] EnclosedSteps steps() const { return {enclose_chain(trace, weights, rewards, {}), bits}; }
  [[nodiscard]] EnclosedSteps steps_of_states() const {
    return {enclose_chain_with_absorbing_states(trace, weights), bits};
  }

  Trace trace;
  std::vector<double> rewards;
  MpfrWeights weights;
};

void expect_point(const EnclosedPoint& found, const DenseFlow::MpfrPoint& truth, double most_open,
                  const std::string& what) {
  expect_within(found.density, truth.density, what + " density");
  expect_within(found.distribution, truth.distribution, what + " distribution");
  expect_within(found.survival, truth.survival, what + " survival");
  for (const Enclosure* number : {&found.density, &found.distribution, &found.survival})
    EXPECT_LT(open_bits(*number), most_open) << what;
}

TEST(EnclosedWalk, HoldsWhatADenseExponentialSays) {
  test::RandomChain options;
  options.states = 7;
  for (const double decades : {1.0, 6.0, 14.0}) {
    options.decades = decades;
    for (std::uint64_t seed = 1; seed <= test::cases(8); ++seed) {
      const Graph graph = make_graph(test::random_parts(seed, options));
      const DenseFlow flow(graph, DenseOracle::in_mpfr({0.7}, oracle_bits), oracle_bits);
      const EnclosedSteps steps = Made(graph, 0.7).steps();
      EnclosedWalk walk(steps);
      for (const double jumps : {0.0, 1e-4, 0.3, 20.0, 2000.0}) {
        const double t = jumps / flow.largest_rate();
        expect_point(walk.at(Enclosure(bits, t)), flow.point(t), 30,
                     "seed " + std::to_string(seed) + " decades " + std::to_string(decades) + " jumps " +
                         std::to_string(jumps));
      }
    }
  }
}

TEST(EnclosedPowers, HoldWhatADenseExponentialSays) {
  test::RandomChain options;
  options.states = 7;
  for (const double decades : {1.0, 14.0}) {
    options.decades = decades;
    for (std::uint64_t seed = 1; seed <= test::cases(6); ++seed) {
      const Graph graph = make_graph(test::random_parts(seed, options));
      const DenseFlow flow(graph, DenseOracle::in_mpfr({0.7}, oracle_bits), oracle_bits);
      const EnclosedSteps steps = Made(graph, 0.7).steps();
      EnclosedPowers powers(steps);
      for (const double jumps : {0.0, 1e-4, 1.0, 77.7, 3e6, 1e12}) {
        const double t = jumps / flow.largest_rate();
        if (flow.point(t).survival.to_double() == 0) continue;  // the oracle has no digits of the rest left
        expect_point(powers.at(Enclosure(bits, t)), flow.point(t), 100,
                     "seed " + std::to_string(seed) + " decades " + std::to_string(decades) + " jumps " +
                         std::to_string(jumps));
      }
    }
  }
}

TEST(EnclosedWalk, HoldsWhatHappensInDiscreteTime) {
  test::RandomChain options;
  options.states = 7;
  options.time = TimeKind::discrete;
  for (std::uint64_t seed = 1; seed <= test::cases(10); ++seed) {
    const Graph graph = make_graph(test::random_parts(seed, options));
    const DenseFlow flow(graph, DenseOracle::in_mpfr({0.9}, oracle_bits), oracle_bits);
    const EnclosedSteps steps = Made(graph, 0.9).steps();
    EnclosedWalk walk(steps);
    EnclosedPowers powers(steps);
    for (const unsigned k : {0U, 1U, 6U, 300U}) {
      const std::string what = "seed " + std::to_string(seed) + " steps " + std::to_string(k);
      expect_point(walk.after(k), flow.point(k), 30, what);
      expect_point(powers.after(Mpfr(bits, k)), flow.point(k), 60, what + " by squaring");
    }
  }
}

TEST(EnclosedWalk, HoldsRewards) {
  test::RandomChain options;
  options.states = 6;
  options.decades = 4;
  for (std::uint64_t seed = 1; seed <= test::cases(5); ++seed) {
    const Graph graph = make_graph(test::random_parts(seed, options));
    std::vector<double> reward(graph.vertex_count(), 0);
    for (VertexId v = 1; v <= graph.transient_count(); ++v) reward[v] = 0.1 * v;
    const DenseFlow flow(graph, DenseOracle::in_mpfr({1}, oracle_bits), oracle_bits, reward);
    const EnclosedSteps steps = Made(graph, 1, reward).steps();
    EnclosedWalk walk(steps);
    for (const double t : {0.001, 0.1, 2.0})
      expect_point(walk.at(Enclosure(bits, t)), flow.point(t), 30, "seed " + std::to_string(seed));
  }
}

TEST(EnclosedSteps, KnowWhereTheyAreAndHowLongTheyHaveBeenThere) {
  for (const TimeKind time : {TimeKind::continuous, TimeKind::discrete}) {
    test::RandomChain options;
    options.states = 6;
    options.decades = 5;
    options.time = time;
    for (std::uint64_t seed = 1; seed <= test::cases(5); ++seed) {
      const Graph graph = make_graph(test::random_parts(seed, options));
      const DenseFlow flow(graph, DenseOracle::in_mpfr({0.8}, oracle_bits), oracle_bits);
      const Made made(graph, 0.8);
      const EnclosedSteps steps = made.steps_of_states();
      EnclosedPowers powers(steps);
      for (const double jumps : {0.0, 1.0, 9.0, 200.0}) {
        const double t = time == TimeKind::discrete ? jumps : jumps / flow.largest_rate();
        const auto truth = flow.at(t);
        EnclosedState now = steps.start();
        std::vector<Enclosure> spent;
        std::vector<Enclosure> by_squaring;
        std::vector<Enclosure> spent_by_squaring;
        if (time == TimeKind::discrete) {
          for (double k = 0; k < t; ++k) steps.advance(now);
          spent = enclosed_visits(steps, static_cast<std::uint64_t>(t));
          by_squaring = powers.state_after(Mpfr(bits, t)).states;
          spent_by_squaring = powers.visits_before(Mpfr(bits, t));
        } else {
          Enclosure mean(bits, t);
          multiply(mean, Enclosure(steps.rate()));
          steps.drift(now, mean);
          spent = enclosed_times(steps, steps.start(), Enclosure(bits, t));
          by_squaring = powers.state_at(Enclosure(bits, t)).states;
          spent_by_squaring = powers.times_until(Enclosure(bits, t));
        }
        for (std::size_t i = 0; i < steps.size(); ++i) {
          const std::size_t n = made.trace.transient_count();
          const std::size_t place = i < n ? made.trace.vertices()[i] - 1 : i;
          const std::string what = "seed " + std::to_string(seed) + " t " + std::to_string(t);
          expect_within(now.states[i], truth.probability[place], what);
          expect_within(by_squaring[i], truth.probability[place], what + " by squaring");
          expect_within(spent[i], truth.time[place], what + " time");
          expect_within(spent_by_squaring[i], truth.time[place], what + " time by squaring");
          for (const auto* numbers : {&now.states, &by_squaring, &spent, &spent_by_squaring}) {
            if (!is_zero((*numbers)[i])) {
              EXPECT_LT(open_bits((*numbers)[i]), 60) << what;
            }
          }
        }
      }
    }
  }
}

TEST(EnclosedWeights, BoundWhatComesAfterThem) {
  const Enclosure mean(bits, 3.7);
  EnclosedWeights weights(mean);
  EXPECT_NE(mpfr_nan_p(weights.beyond().get()), 0);
  for (int k = 0; k < 8; ++k) weights.advance();
  const Mpfr beyond = weights.beyond();
  const Mpfr steps_beyond = weights.steps_beyond();
  Mpfr sum(bits);
  Mpfr steps(bits);
  for (unsigned long k = 1; k <= 200; ++k) {
    weights.advance();
    mpfr_add(sum.get(), sum.get(), weights.weight().low.get(), MPFR_RNDD);
    Mpfr addend = weights.weight().low;
    mpfr_mul_ui(addend.get(), addend.get(), k, MPFR_RNDD);
    mpfr_add(steps.get(), steps.get(), addend.get(), MPFR_RNDD);
  }
  EXPECT_LT(sum.to_double(), beyond.to_double());
  EXPECT_GT(sum.to_double(), beyond.to_double() / 2);
  EXPECT_LT(steps.to_double(), steps_beyond.to_double());
  EXPECT_GT(steps.to_double(), steps_beyond.to_double() / 2);
}

// A rate of which nothing is known but that it is not above 1e-50 or so.
TEST(EnclosedSteps, AreVagueWhereARateMayBeZero) {
  const Graph graph = test::erlang(2);
  Made made(graph, 1);
  EXPECT_FALSE(made.steps().is_vague());
  made.weights.count = std::ldexp(1.0, bits);
  EXPECT_TRUE(made.steps().is_vague());
}

}  // namespace
}  // namespace phasic
