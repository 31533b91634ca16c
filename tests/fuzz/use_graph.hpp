// What the tools do with a graph that was accepted, on a small scale.
#pragma once

#include "graph/graph.hpp"
#include "moments/evaluate.hpp"
#include "trace/record.hpp"

namespace phasic::fuzz {

// Beyond these a graph is right to be slow.
inline constexpr std::size_t most_vertices = 200;
inline constexpr std::size_t most_terms = 200;

/// Asks for three moments at two thetas, one by one and side by side.
inline void ask(const Graph& graph, const Trace& trace, std::vector<double> reward) {
  Question question;
  question.statistics = {{StatisticKind::mean, 1}, {StatisticKind::variance, 2}, {StatisticKind::moment, 3}};
  question.reward = std::move(reward);
  Evaluator evaluator(graph, trace, question);
  const std::vector<double> ones(graph.terms().parameters.size(), 1);
  const std::vector<double> halves(graph.terms().parameters.size(), 0.5);
  const std::vector<std::span<const double>> thetas{ones, halves, ones, halves, ones};
  evaluator.answer(ones);
  evaluator.answers(thetas);
}

inline bool is_small(const Graph& graph) {
  return graph.vertex_count() <= most_vertices && graph.terms().count() <= most_terms;
}

inline void trace_and_ask(const Graph& graph) {
  if (is_small(graph)) ask(graph, record(graph), {});
}

}  // namespace phasic::fuzz
