// The rival: how one explores a model's states in C++ when one writes it for the occasion. The two-locus ARG
// is compiled in; states are std::vector<int>, found again in a std::unordered_map.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace phasic::bench {

struct PlainEdge {
  std::uint32_t target;
  double coalescence;  // coefficients of theta
  double recombination;
};

struct PlainGraph {
  std::vector<std::vector<int>> states;
  std::vector<std::vector<PlainEdge>> edges;  // by state

  [[nodiscard]] std::size_t edge_count() const {
    std::size_t count = 0;
    for (const auto& row : edges) count += row.size();
    return count;
  }
};

struct HashOfState {
  std::size_t operator()(const std::vector<int>& state) const {
    std::size_t hash = state.size();
    for (const int count : state) {
      hash ^= static_cast<std::size_t>(count) + 0x9e3779b97f4a7c15 + (hash << 6U) + (hash >> 2U);
    }
    return hash;
  }
};

class PlainExplorer {
 public:
  explicit PlainExplorer(int samples) : side_(static_cast<std::size_t>(samples) + 1) {
    std::vector<int> start(side_ * side_, 0);
    start[index(1, 1)] = samples;
    number_of(start);
  }

  PlainGraph run() {
    for (std::size_t state = 0; state < graph_.states.size(); ++state) expand(graph_.states[state]);
    return std::move(graph_);
  }

 private:
  [[nodiscard]] std::size_t index(std::size_t locus1, std::size_t locus2) const {
    return locus1 + side_ * locus2;
  }

  std::uint32_t number_of(const std::vector<int>& state) {
    const auto [place, is_new] = numbers_.try_emplace(state, static_cast<std::uint32_t>(numbers_.size()));
    if (is_new) graph_.states.push_back(state);
    return place->second;
  }

  // A copy: the vector of states grows meanwhile.
  void expand(const std::vector<int> state) {
    std::vector<PlainEdge> row;
    int lineages = 0;
    for (const int count : state) lineages += count;
    for (std::size_t i = 0; i < state.size() && lineages > 1; ++i) {
      if (state[i] == 0) continue;
      if (state[i] > 1) {
        std::vector<int> child = state;
        child[i] -= 2;
        child[2 * i] += 1;
        row.push_back({number_of(child), state[i] * (state[i] - 1) / 2.0, 0});
      }
      for (std::size_t j = i + 1; j < state.size(); ++j) {
        if (state[j] == 0) continue;
        std::vector<int> child = state;
        child[i] -= 1;
        child[j] -= 1;
        child[i + j] += 1;
        row.push_back({number_of(child), static_cast<double>(state[i] * state[j]), 0});
      }
      if (i % side_ > 0 && i / side_ > 0) {
        std::vector<int> child = state;
        child[i] -= 1;
        child[index(i % side_, 0)] += 1;
        child[index(0, i / side_)] += 1;
        row.push_back({number_of(child), 0, 1});
      }
    }
    graph_.edges.push_back(std::move(row));
  }

  std::size_t side_;
  PlainGraph graph_;
  std::unordered_map<std::vector<int>, std::uint32_t, HashOfState> numbers_;
};

}  // namespace phasic::bench
