#include "moments/fates.hpp"

#include <algorithm>

#include "trace/components.hpp"

namespace phasic {

namespace {

/// Those with a positive weight; row n is the start's and has none.
Adjacency positive_edges(const Trace& trace, std::span<const double> weights) {
  const auto n = static_cast<std::uint32_t>(trace.transient_count());
  const Adjacency& rows = trace.rows();
  Adjacency result;
  for (std::uint32_t i = 0; i < n; ++i) {
    for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e) {
      if (weights[trace.edge_classes()[e]] > 0) result.targets.push_back(std::min(rows.targets[e], n));
    }
    result.offsets.push_back(static_cast<std::uint32_t>(result.targets.size()));
  }
  result.offsets.push_back(result.offsets.back());
  return result;
}

}  // namespace

std::vector<Fate> find_fates(const Trace& trace, std::span<const double> weights,
                             std::span<const double> rewards) {
  if (std::ranges::all_of(weights, [](double weight) { return weight > 0; })) return {};
  const auto n = static_cast<std::uint32_t>(trace.transient_count());
  const Adjacency graph = positive_edges(trace, weights);
  const Components components = strongly_connected_components(graph);
  std::vector<Fate> fates(n, Fate::goes_on);
  for (std::size_t c = 0; c < components.count(); ++c) {
    const auto members = components[c];
    if (members.front() == n) continue;
    const bool is_closed = std::ranges::all_of(members, [&](std::uint32_t member) {
      return std::ranges::all_of(
          graph[member], [&](std::uint32_t target) { return std::ranges::binary_search(members, target); });
    });
    if (!is_closed) continue;
    const bool earns = std::ranges::any_of(
        members, [&](std::uint32_t member) { return rewards.empty() || rewards[member] > 0; });
    for (const std::uint32_t member : members) fates[member] = earns ? Fate::endless : Fate::settled;
  }
  return fates;
}

std::vector<bool> settled_among(const std::vector<Fate>& fates) {
  std::vector<bool> settled;
  settled.reserve(fates.size());
  for (const Fate fate : fates) settled.push_back(fate == Fate::settled);
  return settled;
}

}  // namespace phasic
