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

/// Sorts the edges.
ClassGroups::ByColumn group_columns(std::size_t size, std::vector<Edge> edges) {
  ClassGroups::ByColumn result;
  std::ranges::sort(edges);
  auto edge = edges.begin();
  for (std::uint32_t j = 0; j < size; ++j) {
    for (bool is_first = true; edge != edges.end() && edge->column == j; ++edge, is_first = false) {
      if (is_first || result.groups.back().edge_class != edge->edge_class)
        result.groups.push_back({edge->edge_class, 0});
      result.rows.push_back(edge->row);
      result.groups.back().end = static_cast<std::uint32_t>(result.rows.size());
    }
    result.offsets.push_back(static_cast<std::uint32_t>(result.groups.size()));
  }
  return result;
}

void add_edges(const Trace& trace, ClassGroups& result) {
  const Adjacency& rows = trace.rows();
  std::vector<Edge> entering;
  std::vector<Edge> inner;
  for (std::size_t c = 0; c < trace.component_count(); ++c) {
    const std::uint32_t first = trace.component_offsets()[c];
    for (std::uint32_t i = first; i < trace.component_offsets()[c + 1]; ++i) {
      for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e) {
        const std::uint32_t column = rows.targets[e];
        if (column < trace.transient_count())
          (column < first ? entering : inner).push_back({column, trace.edge_classes()[e], i});
      }
    }
  }
  result.entering = group_columns(trace.transient_count(), std::move(entering));
  result.inner = group_columns(trace.transient_count(), std::move(inner));
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
  add_edges(trace, result);
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
