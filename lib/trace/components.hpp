// Strongly connected components (Tarjan 1972), by an explicit stack: chains of a million states in a row
// are normal.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "graph/graph.hpp"

namespace phasic {

/// A directed graph in compressed rows: the successors of v are targets[offsets[v] .. offsets[v + 1]).
struct Adjacency {
  std::vector<std::uint32_t> offsets{0};
  std::vector<std::uint32_t> targets;
  [[nodiscard]] std::size_t size() const { return offsets.size() - 1; }
  [[nodiscard]] std::span<const std::uint32_t> operator[](std::size_t vertex) const {
    return std::span(targets).subspan(offsets[vertex], offsets[vertex + 1] - offsets[vertex]);
  }
  friend bool operator==(const Adjacency&, const Adjacency&) = default;
};

/// Components in an order in which every edge leads into the same or an earlier one: sinks first.
struct Components {
  std::vector<std::uint32_t> offsets{0};  ///< component c is members[offsets[c] .. offsets[c + 1])
  std::vector<std::uint32_t> members;     ///< ascending within a component
  [[nodiscard]] std::size_t count() const { return offsets.size() - 1; }
  [[nodiscard]] std::span<const std::uint32_t> operator[](std::size_t component) const {
    return std::span(members).subspan(offsets[component], offsets[component + 1] - offsets[component]);
  }
};

/// Edges among transient vertices; vertex v is v - 1 here.
Adjacency transient_edges(const Graph& graph);

/// O(vertices + edges).
Components strongly_connected_components(const Adjacency& graph);

}  // namespace phasic
