// Rewards: what a chain earns per unit of time (or per step) in each vertex. Void on the start and on
// absorbing vertices.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.hpp"

namespace phasic {

/// The values of a reward that the model names, by vertex. Throws InputError listing the names there are.
std::vector<double> named_reward(const Graph& graph, std::string_view name);

/// What each vertex has of a property: the sum of the property's value times the state's entry. With
/// NAME=VALUE it is the number of things counted whose property has that value. Throws InputError for a
/// property or value that is not there, listing those that are, and for a count below 0, naming its vertex.
std::vector<double> counted_reward(const Graph& graph, std::string_view property);

/// The values that a reward file gives, by vertex: a line `vertex<TAB>value` or `a,b,c<TAB>value` (a state)
/// each; vertices without a line earn 0. Blank lines and lines that start with # are passed over. Throws
/// InputError naming `where` and the line for a vertex or state that is not there, one given twice, a value
/// that is no number, negative or not finite.
std::vector<double> parse_reward(const Graph& graph, std::string_view text, const std::string& where);

}  // namespace phasic
