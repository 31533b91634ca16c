// A graph as a picture, in the language of Graphviz: `dot -Tsvg`. For small graphs and the people who look at
// them.
//
// States are boxes with what they count, edges carry their rates, the start is a dot, and absorbing states
// have a double frame. States that can reach each other stand in a frame of their own.
#pragma once

#include <span>
#include <vector>

#include "base/text_sink.hpp"
#include "graph/graph.hpp"

namespace phasic {

struct DotOptions {
  /// The rate of each coefficient class at one theta; empty: edges say formulas.
  std::vector<double> rates;
  /// Transient vertices that can reach each other, two or more.
  std::vector<std::vector<VertexId>> components;
};

void write_dot(const Graph& graph, const DotOptions& options, const TextSink& sink);

}  // namespace phasic
