// What the tools do with a graph that was accepted, on a small scale.
#pragma once

#include "graph/graph.hpp"
#include "moments/evaluate.hpp"
#include "trace/record.hpp"

namespace phasic::fuzz {

// Beyond these a graph is right to be slow.
inline constexpr std::size_t most_vertices = 200;
inline constexpr std::size_t most_terms = 200;

/// Asks for three moments, and for a covariance with its gradients, at two thetas, one by one and side by
/// side.
inline void ask(const Graph& graph, const Trace& trace, std::vector<double> reward) {
  using enum StatisticKind;
  const std::size_t parameters = graph.terms().parameters.size();
  Question plain;
  plain.columns = {{mean}, {variance}, {moment, 3}};
  plain.rewards = {{"", std::move(reward)}};
  Question rich = plain;
  rich.rewards.push_back({"time", {}});
  rich.columns =
      with_gradients(for_each_reward(std::vector<Statistic>{{variance}, {covariance}}, 2), parameters);
  const std::vector<double> ones(parameters, 1);
  const std::vector<double> halves(parameters, 0.5);
  const std::vector<Theta> thetas{ones, halves, ones, halves, ones};
  for (const Question& question : {plain, rich}) {
    Evaluator evaluator(graph, trace, question);
    evaluator.answer(ones);
    evaluator.answers(thetas);
  }
}

inline bool is_small(const Graph& graph) {
  return graph.vertex_count() <= most_vertices && graph.terms().count() <= most_terms;
}

inline void trace_and_ask(const Graph& graph) {
  if (is_small(graph)) ask(graph, record(graph), {});
}

}  // namespace phasic::fuzz
