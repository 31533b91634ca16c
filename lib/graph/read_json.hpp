// The Python library's serialized graph: what `Graph.serialize()` of munch-group/phasic returns
// (src/phasic/_graph_serialize.py), its arrays turned into lists, as JSON. What the members mean follows that
// file and the library's own reader, src/cpp/parameterized/graph_builder.cpp:
//
//   states             [[...], ...]       of each vertex, the start among them
//   vertex_indices     [...]              0 marks the start; without this member it is the first vertex, if
//                                         its state is all zeros
//   start_edges        [[to, p], ...]     `to` and `from` count the rows of `states`, from 0
//   edges, constant_edges  [[from, to, rate], ...]
//   param_edges        [[from, to, c...], ...]   the first param_length of c are used
//   weight_mode        "linear": the rate is the sum of c[k] theta[k]; "log": the product of all c[k] theta[k]
//   is_discrete        rates are probabilities of steps
//   param_length, state_length, n_vertices
//
// and the members that write_json adds, so that a graph of ours comes back whole.
#pragma once

#include <string>
#include <string_view>

#include "graph/imported.hpp"

namespace phasic {

/// Throws InputError, naming the member and the element that is wrong, from 0; MissingError for an empty
/// text.
Imported read_json(std::string_view text, const std::string& where);

}  // namespace phasic
