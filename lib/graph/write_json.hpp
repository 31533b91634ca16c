// A graph as JSON, in the layout of the Python library's `Graph.serialize()`, one member a line:
//
//   states             [[...], ...]  by vertex; vertex 0 is the start, whose entries are 0
//   vertex_indices     [0, 1, ...]
//   edges              [[from, to, rate], ...]  where the graph has no parameters, else []
//   constant_edges     [[from, to, rate], ...]  where it has: edges that do not depend on theta, and the
//                      constant part of those that do
//   start_edges        [[to, probability], ...]
//   param_edges        [[from, to, c1, ... ck], ...]  coefficients of the parameters, then of derived terms
//   start_param_edges  []
//   param_length, state_length, n_vertices, weight_mode ("linear"), is_discrete
//
// and behind it what that library does not know and passes over:
//
//   parameters         ["name", ...]
//   derived            [{"name": "...", "formula": [["parameter", 0], ["constant", 2], ["multiply", 0, 1]]},
//                      ...]  each step an operation and the numbers of earlier steps; the last is the value
//   rewards            [{"name": "...", "values": [...]}, ...]  by vertex
//   properties         [{"name": "...", "entries": [[index, value], ...]}, ...]  as in graph/properties.hpp
//
// Two edges from one vertex to another are one whose coefficients add up. So param_length is the number of
// parameters and derived terms, and a reader that knows no derived terms asks for their values as if they
// were parameters. Everything that an object holds is there: reading it gives the same object.
#pragma once

#include "base/text_sink.hpp"
#include "graph/graph.hpp"

namespace phasic {

void write_json(const Graph& graph, const TextSink& sink);

}  // namespace phasic
