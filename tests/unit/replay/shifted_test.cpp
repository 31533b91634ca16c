#include "replay/shifted.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "replay/replay.hpp"
#include "replay/terms.hpp"
#include "support/chains.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

std::vector<double> weights_of(const Graph& graph, const Trace& trace, const std::vector<double>& theta) {
  const auto terms = evaluate_terms(graph.terms(), theta, 0.0);
  return class_weights(trace, std::span<const double>(terms));
}

Lanes lanes_of(std::complex<double> first, std::complex<double> step) {
  Lanes lanes;
  for (std::size_t i = 0; i < shift_lanes; ++i) lanes[i] = first + step * static_cast<double>(i);
  return lanes;
}

// (rate / (rate + s))^5
TEST(ShiftedReplay, TransformsAnErlang) {
  const Graph graph = test::erlang(5);
  const Trace trace = record(graph);
  const Lanes shifts = lanes_of({-1.5, 0}, {0.7, 2});
  const Lanes found =
      make_shifted_replay(trace)->transforms(weights_of(graph, trace, {3}), Shifts(shifts), {});
  for (std::size_t i = 0; i < shift_lanes; ++i) {
    const std::complex<double> truth = std::pow(3.0 / (3.0 + shifts[i]), 5);
    EXPECT_LT(std::abs(found[i] - truth), 1e-14 * std::abs(truth)) << i;
  }
}

// The slope at 0 is minus the mean; relative accuracy shows in 1 - F for a small shift.
TEST(ShiftedReplay, StartsAtOneWithTheSlopeOfTheMean) {
  const Graph graph = make_graph(test::random_parts(3, {}));
  const Trace trace = record(graph);
  const auto weights = weights_of(graph, trace, {1});
  const double mean = make_replay(trace)->moments(weights, {}, 1, {}).scaled[0];
  const double missing = 0.001;  // of the start's probabilities
  const double shift = 1e-7;
  const Lanes found = make_shifted_replay(trace)->transforms(weights, Shifts(lanes_of(shift, 0)), {});
  EXPECT_NEAR((1 - missing - found[0].real()) / shift / mean, 1, 1e-4);
  EXPECT_EQ(found[0].imag(), 0);
}

TEST(ShiftedReplay, HasTheSameBitsOnEveryKindOfVectors) {
  test::RandomChain options;
  options.states = 60;
  options.decades = 6;
  const Graph graph = make_graph(test::random_parts(11, options));
  const Trace trace = record(graph);
  const auto weights = weights_of(graph, trace, {1});
  const Shifts shifts(lanes_of({-2, 0.1}, {0.5, 1.7}));
  const Lanes baseline = make_shifted_replay(trace, Simd::baseline)->transforms(weights, shifts, {});
  for (const Simd simd : {Simd::avx2, Simd::avx512}) {
    if (simd > best_simd()) continue;
    EXPECT_EQ(make_shifted_replay(trace, simd)->transforms(weights, shifts, {}), baseline) << name_of(simd);
  }
}

// A transform with a shift of its own for every position: states that earn nothing have none.
TEST(ShiftedReplay, TakesAShiftForEveryPosition) {
  test::ChainBuilder chain({});
  const Graph graph = chain.edge(1, {2}).state().edge(2, {5}).state().state().start(0).graph();
  const Trace trace = record(graph);
  Shifts shifts(2);
  for (std::size_t i = 0; i < 2; ++i) {
    if (trace.vertices()[i] == 1) shifts.set(i, lanes_of(3, 0));
  }
  EXPECT_EQ(make_shifted_replay(trace)->transforms(weights_of(graph, trace, {}), shifts, {})[0], 2.0 / 5.0);
}

TEST(ShiftedReplay, CountsSettledPositionsAsAbsorbed) {
  test::ChainBuilder chain({"a"});
  const Graph graph =
      chain.edge(1, {1}).edge(2, {1}).state().edge(2, {0, 1}).state().state().start(0).graph();
  const Trace trace = record(graph);
  Shifts shifts(2);
  std::vector<bool> settled(2, false);
  for (std::size_t i = 0; i < 2; ++i) {
    if (trace.vertices()[i] == 1)
      shifts.set(i, lanes_of(2, 0));
    else
      settled[i] = true;
  }
  EXPECT_EQ(make_shifted_replay(trace)->transforms(weights_of(graph, trace, {0}), shifts, settled)[0], 0.5);
}

// d/dr (r / (r + s))^5 = 5 (r / (r + s))^4 s / (r + s)^2
TEST(ShiftedReplay, DifferentiatesTheTransformOfAnErlang) {
  const Graph graph = test::erlang(5);
  const Trace trace = record(graph);
  const Lanes shifts = lanes_of({0.5, 0}, {0.7, 2});
  const auto slopes = weight_gradients(trace, graph.terms(), std::vector{3.0}, 0.0);
  const auto found =
      make_shifted_replay(trace)->gradients(weights_of(graph, trace, {3}), Shifts(shifts), {}, slopes);
  for (std::size_t i = 0; i < shift_lanes; ++i) {
    const std::complex<double> sum = 3.0 + shifts[i];
    const std::complex<double> truth = 5.0 * std::pow(3.0 / sum, 4) * shifts[i] / (sum * sum);
    EXPECT_LT(std::abs(found[1][i] - truth), 1e-13 * std::abs(truth)) << i;
  }
}

// Components of many states, one of which is settled; the transforms that come with derivatives are the same.
TEST(ShiftedReplay, HasTheSameBitsOfDerivativesForEveryKindOfVectors) {
  const Graph graph = make_graph(test::random_parts(7, {.states = 40, .density = 0.1}));
  const Trace trace = record(graph);
  const auto weights = weights_of(graph, trace, {1});
  const auto slopes = weight_gradients(trace, graph.terms(), std::vector{1.0}, 0.0);
  std::vector<bool> settled(trace.transient_count(), false);
  settled[7] = true;
  const Shifts shifts(lanes_of({0.1, -1}, {0.2, 0.3}));
  const auto best = make_shifted_replay(trace)->gradients(weights, shifts, settled, slopes);
  EXPECT_EQ(make_shifted_replay(trace)->transforms(weights, shifts, settled), best[0]);
  for (const Simd simd : {Simd::baseline, Simd::avx2}) {
    if (simd <= best_simd()) {
      EXPECT_EQ(make_shifted_replay(trace, simd)->gradients(weights, shifts, settled, slopes), best);
    }
  }
}

}  // namespace
}  // namespace phasic
