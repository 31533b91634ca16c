// Directed graphs for tests of components, fill-in and orderings.
#pragma once

#include <random>
#include <vector>

#include "trace/components.hpp"

namespace phasic::test {

inline Adjacency adjacency(const std::vector<std::vector<std::uint32_t>>& rows) {
  Adjacency graph;
  for (const auto& row : rows) {
    graph.targets.insert(graph.targets.end(), row.begin(), row.end());
    graph.offsets.push_back(static_cast<std::uint32_t>(graph.targets.size()));
  }
  return graph;
}

inline Adjacency random_adjacency(std::uint32_t size, double density, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<std::vector<std::uint32_t>> rows(size);
  for (std::uint32_t i = 0; i < size; ++i) {
    for (std::uint32_t j = 0; j < size; ++j) {
      if (i != j && uniform(random) < density) rows[i].push_back(j);
    }
  }
  return adjacency(rows);
}

}  // namespace phasic::test
