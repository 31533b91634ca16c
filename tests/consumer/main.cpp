// Two stages at rates a and b, made, solved and asked without a file, as a program that embeds phasic would.
#include <cmath>
#include <iostream>
#include <phasic/graph/graph.hpp>
#include <phasic/moments/evaluate.hpp>
#include <phasic/trace/record.hpp>

int main() {
  phasic::GraphParts parts;
  parts.terms.parameters = {"a", "b"};
  parts.state_length = 1;
  parts.state_count = 3;
  parts.states = {1, 2, 3};
  parts.coefficients = phasic::CoefficientTable(parts.terms.count());
  const std::uint32_t rate_a = parts.coefficients.intern(std::vector<double>{0, 1, 0});
  const std::uint32_t rate_b = parts.coefficients.intern(std::vector<double>{0, 0, 1});
  parts.row_offsets = {0, 1, 2, 2};
  parts.transitions = {{1, rate_a}, {2, rate_b}};
  parts.start = {{0, 1.0}};

  const phasic::Graph graph = phasic::make_graph(std::move(parts));
  const phasic::Trace trace = phasic::record(graph);
  phasic::Question question;
  question.columns = {{phasic::StatisticKind::mean}, {phasic::StatisticKind::variance}};
  phasic::Evaluator evaluator(graph, trace, question);
  const phasic::Answer answer = evaluator.answer(std::vector<double>{2, 5});
  std::cout << phasic::to_hex(graph.hash()) << "  mean " << answer.values[0].value << "  variance "
            << answer.values[1].value << '\n';

  // 1/2 + 1/5 and 1/4 + 1/25
  const auto is_near = [](double value, double expected) { return std::abs(value / expected - 1) < 1e-14; };
  return is_near(answer.values[0].value, 0.7) && is_near(answer.values[1].value, 0.29) ? 0 : 1;
}
