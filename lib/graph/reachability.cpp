#include <algorithm>
#include <iterator>
#include <vector>

#include "graph/graph.hpp"

namespace phasic {

namespace {

std::vector<bool> reached_from_start(const Graph& graph) {
  std::vector<bool> reached(graph.vertex_count(), false);
  std::vector<VertexId> open{0};
  reached[0] = true;
  while (!open.empty()) {
    const VertexId vertex = open.back();
    open.pop_back();
    for (std::uint32_t e = graph.row_offsets()[vertex]; e < graph.row_offsets()[vertex + 1]; ++e) {
      const VertexId target = graph.targets()[e];
      if (reached[target]) continue;
      reached[target] = true;
      open.push_back(target);
    }
  }
  return reached;
}

struct Reversed {
  std::vector<std::uint32_t> offsets;
  std::vector<VertexId> sources;
};

Reversed reversed(const Graph& graph) {
  Reversed result{std::vector<std::uint32_t>(graph.vertex_count() + 1, 0),
                  std::vector<VertexId>(graph.edge_count())};
  for (const VertexId target : graph.targets()) ++result.offsets[target + 1];
  for (std::size_t v = 0; v < graph.vertex_count(); ++v) result.offsets[v + 1] += result.offsets[v];
  std::vector<std::uint32_t> next(result.offsets.begin(), result.offsets.end() - 1);
  for (VertexId v = 0; v < graph.vertex_count(); ++v) {
    for (std::uint32_t e = graph.row_offsets()[v]; e < graph.row_offsets()[v + 1]; ++e) {
      result.sources[next[graph.targets()[e]]++] = v;
    }
  }
  return result;
}

std::vector<bool> can_be_absorbed(const Graph& graph) {
  const Reversed back = reversed(graph);
  std::vector<bool> marked(graph.vertex_count(), false);
  std::vector<VertexId> open;
  for (auto v = static_cast<VertexId>(graph.transient_count() + 1); v < graph.vertex_count(); ++v) {
    marked[v] = true;
    open.push_back(v);
  }
  while (!open.empty()) {
    const VertexId vertex = open.back();
    open.pop_back();
    for (std::uint32_t e = back.offsets[vertex]; e < back.offsets[vertex + 1]; ++e) {
      if (marked[back.sources[e]]) continue;
      marked[back.sources[e]] = true;
      open.push_back(back.sources[e]);
    }
  }
  return marked;
}

// Whether a few looks at each vertex's targets, there and back, find a way to absorption for all. Most models
// lead downhill, so that this answers at a fraction of the cost of turning the edges round.
bool are_soon_absorbed(const Graph& graph) {
  constexpr int most_sweeps = 8;
  std::vector<std::uint8_t> marked(graph.vertex_count(), 0);
  std::vector<VertexId> open;
  for (VertexId v = 1; v < graph.vertex_count(); ++v) {
    if (graph.is_absorbing(v))
      marked[v] = 1;
    else
      open.push_back(v);
  }
  const auto is_still_open = [&](VertexId v) {
    const auto targets =
        graph.targets().subspan(graph.row_offsets()[v], graph.row_offsets()[v + 1] - graph.row_offsets()[v]);
    if (std::ranges::none_of(targets, [&](VertexId target) { return marked[target] != 0; })) return true;
    marked[v] = 1;
    return false;
  };
  for (int sweep = 0; sweep < most_sweeps && !open.empty(); ++sweep) {
    std::vector<VertexId> left;
    std::ranges::copy_if(open, std::back_inserter(left), is_still_open);
    std::ranges::reverse(left);
    open = std::move(left);
  }
  return open.empty();
}

}  // namespace

std::optional<VertexId> find_trapped_vertex(const Graph& graph) {
  if (are_soon_absorbed(graph)) return std::nullopt;
  const std::vector<bool> reached = reached_from_start(graph);
  const std::vector<bool> absorbed = can_be_absorbed(graph);
  for (VertexId v = 1; v < graph.vertex_count(); ++v) {
    if (reached[v] && !absorbed[v]) return v;
  }
  return std::nullopt;
}

}  // namespace phasic
