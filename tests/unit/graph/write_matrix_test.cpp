#include "graph/write_matrix.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/chains.hpp"

namespace phasic {
namespace {

template <class Write>
std::string text_of(const Write& write) {
  std::string text;
  write([&](std::string_view piece) { text += piece; });
  return text;
}

/// 1 -> 2 at 3, 2 -> 1 at 0.5, 1 -> 3 at 1, 2 -> 3 at 2; starts in 2.
Graph two_states(TimeKind time, double scale) {
  test::ChainBuilder chain({}, time);
  chain.edge(1, {3 * scale}).edge(2, {1 * scale}).state();
  chain.edge(0, {0.5 * scale}).edge(2, {2 * scale}).state().state();
  return chain.start(1).graph();
}

std::vector<double> rates_of(const Graph& graph) {
  std::vector<double> rates;
  for (ClassId c = 0; c < graph.class_count(); ++c) rates.push_back(graph.coefficients(c)[0]);
  return rates;
}

TEST(WriteMatrix, HasRatesAndTheirSumsOnTheDiagonal) {
  const Graph graph = two_states(TimeKind::continuous, 1);
  EXPECT_EQ(text_of([&](const TextSink& sink) { write_matrix(graph, rates_of(graph), sink); }),
            "%%MatrixMarket matrix coordinate real general\n% rates between transient states\n2 2 4\n"
            "1 1 -4\n1 2 3\n2 1 0.5\n2 2 -2.5\n");
}

TEST(WriteMatrix, HasInDiscreteTimeTheProbabilitiesToStay) {
  const Graph graph = two_states(TimeKind::discrete, 0.25);
  EXPECT_EQ(text_of([&](const TextSink& sink) { write_matrix(graph, rates_of(graph), sink); }),
            "%%MatrixMarket matrix coordinate real general\n% probabilities between transient states\n2 2 3\n"
            "1 2 0.75\n2 1 0.125\n2 2 0.375\n");
}

TEST(WriteMatrix, TellsWhereTheChainStarts) {
  EXPECT_EQ(
      text_of([&](const TextSink& sink) { write_start_vector(two_states(TimeKind::continuous, 1), sink); }),
      "%%MatrixMarket matrix coordinate real general\n% probabilities to start\n1 2 1\n1 2 1\n");
}

TEST(WriteTransitions, NumberStatesFromZeroAndLetAbsorbingOnesStay) {
  const Graph graph = two_states(TimeKind::continuous, 1);
  EXPECT_EQ(text_of([&](const TextSink& sink) { write_transitions(graph, rates_of(graph), sink); }),
            "3 5\n0 1 3\n0 2 1\n1 0 0.5\n1 2 2\n2 2 1\n");
  EXPECT_EQ(text_of([&](const TextSink& sink) { write_labels(graph, sink); }),
            "0=\"init\" 1=\"absorbed\"\n1: 0\n2: 1\n");
}

TEST(WriteTransitions, PutTheProbabilityToStayInItsPlace) {
  const Graph graph = two_states(TimeKind::discrete, 0.25);
  EXPECT_EQ(text_of([&](const TextSink& sink) { write_transitions(graph, rates_of(graph), sink); }),
            "3 6\n0 1 0.75\n0 2 0.25\n1 0 0.125\n1 1 0.375\n1 2 0.5\n2 2 1\n");
}

TEST(WriteTransitions, LeaveOutWhatThisThetaMakesZero) {
  const Graph graph = two_states(TimeKind::continuous, 1);
  std::vector<double> rates = rates_of(graph);
  rates[0] = 0;  // 0.5, the smallest
  EXPECT_EQ(text_of([&](const TextSink& sink) { write_transitions(graph, rates, sink); }),
            "3 4\n0 1 3\n0 2 1\n1 2 2\n2 2 1\n");
}

TEST(WriteLabels, RefuseAStartInSeveralStates) {
  test::ChainBuilder chain({});
  chain.edge(1, {1}).state().edge(2, {1}).state().state().start(0, 0.5).start(1, 0.5);
  const Graph graph = chain.graph();
  EXPECT_THROW(write_labels(graph, [](std::string_view) {}), InputError);
}

}  // namespace
}  // namespace phasic
