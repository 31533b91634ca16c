#include "replay/cuts.hpp"

#include <algorithm>

#include "trace/components.hpp"

namespace phasic {

namespace {

/// The edges that are left, over positions, the start (n), and one absorbing vertex (n + 1).
Adjacency remaining_edges(const Trace& trace, const std::vector<bool>& has_weight) {
  const auto n = static_cast<std::uint32_t>(trace.transient_count());
  const Adjacency& rows = trace.rows();
  Adjacency result;
  for (std::uint32_t i = 0; i <= n; ++i) {
    for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e) {
      if (!has_weight[trace.edge_classes()[e]]) continue;
      result.targets.push_back(rows.targets[e] < n ? rows.targets[e] : n + 1);
    }
    result.offsets.push_back(static_cast<std::uint32_t>(result.targets.size()));
  }
  result.offsets.push_back(result.offsets.back());
  return result;
}

std::vector<bool> reached(const Adjacency& graph, std::uint32_t from) {
  std::vector<bool> seen(graph.size(), false);
  std::vector<std::uint32_t> open{from};
  seen[from] = true;
  while (!open.empty()) {
    const std::uint32_t vertex = open.back();
    open.pop_back();
    for (const std::uint32_t target : graph[vertex]) {
      if (seen[target]) continue;
      seen[target] = true;
      open.push_back(target);
    }
  }
  return seen;
}

bool is_closed(const Adjacency& graph, std::span<const std::uint32_t> members) {
  return std::ranges::all_of(members, [&](std::uint32_t member) {
    return std::ranges::all_of(
        graph[member], [&](std::uint32_t target) { return std::ranges::binary_search(members, target); });
  });
}

}  // namespace

Cuts find_cuts(const Trace& trace, const std::vector<bool>& has_weight) {
  const auto n = static_cast<std::uint32_t>(trace.transient_count());
  const Adjacency graph = remaining_edges(trace, has_weight);
  Cuts cuts{std::vector<bool>(n, false), reached(graph, n)};
  cuts.reached.resize(n);

  const Components components = strongly_connected_components(graph);
  for (std::size_t c = 0; c < components.count(); ++c) {
    const auto members = components[c];
    if (members.front() >= n || !is_closed(graph, members)) continue;
    for (const std::uint32_t member : members) cuts.closed[member] = true;
  }
  return cuts;
}

std::vector<bool> leads_to(const Trace& trace, const std::vector<bool>& has_weight,
                           const std::vector<bool>& goals) {
  const Adjacency graph = remaining_edges(trace, has_weight);
  // Components come sinks first: what a member leads to outside its component is known already.
  const Components components = strongly_connected_components(graph);
  std::vector<bool> result(goals);
  result.resize(graph.size(), false);
  for (std::size_t c = 0; c < components.count(); ++c) {
    const auto members = components[c];
    const bool leads = std::ranges::any_of(members, [&](std::uint32_t member) {
      return result[member] ||
             std::ranges::any_of(graph[member], [&](std::uint32_t target) { return result[target]; });
    });
    for (const std::uint32_t member : members) result[member] = leads;
  }
  result.resize(goals.size());
  return result;
}

}  // namespace phasic
