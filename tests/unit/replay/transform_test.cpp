#include "replay/transform.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "replay/terms.hpp"
#include "support/chains.hpp"
#include "support/dense.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

constexpr mpfr_prec_t bits = 200;

std::vector<Mpfr> weights_of(const Graph& graph, const Trace& trace, double theta) {
  const std::vector<double> at{theta};
  const auto terms = evaluate_terms(
      graph.terms(), std::span<const double>(at).first(graph.terms().parameters.size()), Mpfr(bits));
  return class_weights(trace, std::span<const Mpfr>(terms));
}

// E[exp(-sT)] is 1 less s times the mean time of a chain that dies at s: a dense solve of it.
TEST(TransformReplay, IsWhatADenseSolveOfTheKilledChainSays) {
  test::RandomChain options;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const GraphParts parts = test::random_parts(seed, options);
    const Graph graph = make_graph(parts);
    const Trace trace = record(graph);
    const std::vector<Mpfr> shifts(trace.transient_count(), Mpfr(bits, 0.3));
    const auto replay = make_transform_replay(trace, bits);
    const Mpfr found = replay->transform(weights_of(graph, trace, 1), shifts,
                                         std::vector<bool>(trace.transient_count(), false), {});
    // The same chain with a further edge of rate 0.3 from each state to a second absorbing one.
    GraphParts killed = parts;
    killed.transitions.clear();
    killed.row_offsets = {0};
    const std::vector<double> rate{0.3, 0};
    for (std::uint32_t i = 0; i < parts.state_count; ++i) {
      for (std::size_t e = parts.row_offsets[i]; e < parts.row_offsets[i + 1]; ++e)
        killed.transitions.push_back(parts.transitions[e]);
      if (i + 1 < parts.state_count)
        killed.transitions.push_back(
            {static_cast<std::uint32_t>(parts.state_count), killed.coefficients.intern(rate)});
      killed.row_offsets.push_back(killed.transitions.size());
    }
    killed.states.push_back(static_cast<std::int32_t>(killed.state_count++));
    killed.row_offsets.push_back(killed.transitions.size());
    const Graph whole = make_graph(killed);
    test::DenseOracle oracle(whole, std::vector<double>{1}, 400);
    const auto is_first = [&](std::size_t a) {
      const auto vertex = static_cast<VertexId>(1 + whole.transient_count() + a);
      return whole.state_entry(vertex, 0) == static_cast<std::int32_t>(parts.state_count) - 1;
    };
    const Mpfr truth = oracle.probabilities()[is_first(0) ? 0 : 1];
    EXPECT_NEAR(found.to_double(), truth.to_double(), 1e-15);
    Mpfr off(bits);
    mpfr_sub(off.get(), found.get(), truth.get(), MPFR_RNDN);
    EXPECT_LT(std::fabs(off.to_double()), 1e-55) << seed;
  }
}

// 0 is left for 1 at 1 and for absorption at 3; who is at 1 stays there for ever.
TEST(TransformReplay, TellsWhatIsSettledFromWhatIsEndless) {
  test::ChainBuilder chain({});
  const Graph graph = chain.edge(1, {1}).edge(2, {3}).state().edge(2, {1}).state().state().start(0).graph();
  const Trace trace = record(graph);
  const auto replay = make_transform_replay(trace, bits);
  std::vector<bool> at_one;
  for (const VertexId vertex : trace.vertices()) at_one.push_back(graph.state_entry(vertex, 0) == 1);
  const std::vector<bool> none(2, false);
  const auto weights = weights_of(graph, trace, 0);
  EXPECT_EQ(replay->transform(weights, {}, none, {}).to_double(), 1);
  EXPECT_EQ(replay->transform(weights, {}, none, at_one).to_double(), 0.75);
  EXPECT_EQ(replay->transform(weights, {}, at_one, {}).to_double(), 1);
}

}  // namespace
}  // namespace phasic
