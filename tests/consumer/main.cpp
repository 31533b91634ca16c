// Two stages at rates a and b, made without a model file, as a program that embeds phasic would.
#include <iostream>
#include <phasic/graph/graph.hpp>

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
  std::cout << graph.vertex_count() << " vertices, " << graph.edge_count() << " edges, "
            << phasic::to_hex(graph.hash()) << '\n';
  return graph.vertex_count() == 4 && graph.edge_count() == 3 ? 0 : 1;
}
