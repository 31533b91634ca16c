#include "replay/class_groups.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace phasic {

namespace {

struct Edge {
  std::uint32_t column;
  ClassId edge_class;
  std::uint32_t row;
  friend auto operator<=>(const Edge&, const Edge&) = default;
};

void group_columns(const Trace& trace, ClassGroups& result) {
  const std::size_t n = trace.transient_count();
  const Adjacency& rows = trace.rows();
  std::vector<Edge> edges;
  for (std::uint32_t i = 0; i < n; ++i) {
    for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e) {
      if (rows.targets[e] < n) edges.push_back({rows.targets[e], trace.edge_classes()[e], i});
    }
  }
  std::ranges::sort(edges);
  auto edge = edges.begin();
  for (std::uint32_t j = 0; j < n; ++j) {
    for (bool is_first = true; edge != edges.end() && edge->column == j; ++edge, is_first = false) {
      if (is_first || result.groups.back().edge_class != edge->edge_class)
        result.groups.push_back({edge->edge_class, 0});
      result.rows.push_back(edge->row);
      result.groups.back().end = static_cast<std::uint32_t>(result.rows.size());
    }
    result.offsets.push_back(static_cast<std::uint32_t>(result.groups.size()));
  }
}

/// The classes of a row's edges, each with how many there are.
std::map<ClassId, std::uint32_t> classes_of(const Trace& trace, std::size_t position) {
  const Adjacency& rows = trace.rows();
  std::map<ClassId, std::uint32_t> classes;
  for (std::uint32_t e = rows.offsets[position]; e < rows.offsets[position + 1]; ++e)
    ++classes[trace.edge_classes()[e]];
  return classes;
}

}  // namespace

ClassGroups group_by_class(const Trace& trace) {
  ClassGroups result;
  group_columns(trace, result);
  std::map<std::map<ClassId, std::uint32_t>, std::uint32_t> kinds;
  for (std::size_t i = 0; i < trace.transient_count(); ++i) {
    const auto [kind, is_new] =
        kinds.try_emplace(classes_of(trace, i), static_cast<std::uint32_t>(result.kind_count()));
    result.kinds.push_back(kind->second);
    if (!is_new) continue;
    for (const auto& [edge_class, edges] : kind->first)
      result.counts.push_back({edge_class, static_cast<double>(edges)});
    result.kind_offsets.push_back(static_cast<std::uint32_t>(result.counts.size()));
  }
  return result;
}

}  // namespace phasic
