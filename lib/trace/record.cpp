#include "trace/record.hpp"

#include <algorithm>
#include <map>

#include "trace/format.hpp"
#include "trace/ordering.hpp"

namespace phasic {

namespace {

// Another way to find components or orderings makes other traces: then this number goes up.
constexpr std::uint32_t algorithm_version = 2;

/// The edges inside one component, its members renumbered from 0 in ascending order.
Adjacency inner_edges(const Adjacency& graph, std::span<const std::uint32_t> members) {
  Adjacency result;
  for (const std::uint32_t member : members) {
    for (const std::uint32_t target : graph[member]) {
      const auto found = std::ranges::lower_bound(members, target);
      if (found == members.end() || *found != target) continue;
      result.targets.push_back(static_cast<std::uint32_t>(found - members.begin()));
    }
    result.offsets.push_back(static_cast<std::uint32_t>(result.targets.size()));
  }
  return result;
}

struct ByContent {
  bool operator()(const Adjacency& a, const Adjacency& b) const {
    return std::tie(a.offsets, a.targets) < std::tie(b.offsets, b.targets);
  }
};

/// Orders components, equal ones once: symbolic work depends on the inner edges alone.
class ComponentRecorder {
 public:
  explicit ComponentRecorder(TraceParts& parts) : parts_(parts) {}

  void add(const Adjacency& graph, std::span<const std::uint32_t> members) {
    if (members.size() == 1) {
      parts_.vertices.push_back(members[0] + 1);
      parts_.component_patterns.push_back(0);
    } else {
      const Known& known = look_up(inner_edges(graph, members));
      for (const std::uint32_t local : known.order) parts_.vertices.push_back(members[local] + 1);
      parts_.component_patterns.push_back(known.pattern);
    }
    parts_.component_offsets.push_back(static_cast<std::uint32_t>(parts_.vertices.size()));
  }

 private:
  struct Known {
    std::vector<std::uint32_t> order;
    std::uint32_t pattern = 0;
  };

  const Known& look_up(Adjacency inner) {
    const auto [place, is_new] = known_.try_emplace(std::move(inner));
    if (is_new) {
      Ordering ordering = best_ordering(place->first);
      place->second = {std::move(ordering.order), pattern_number(std::move(ordering.pattern))};
    }
    return place->second;
  }

  std::uint32_t pattern_number(Pattern pattern) {
    const auto found = std::ranges::find(parts_.patterns, pattern);
    if (found != parts_.patterns.end()) return static_cast<std::uint32_t>(found - parts_.patterns.begin());
    parts_.patterns.push_back(std::move(pattern));
    return static_cast<std::uint32_t>(parts_.patterns.size() - 1);
  }

  TraceParts& parts_;
  std::map<Adjacency, Known, ByContent> known_;
};

/// Rows in position order with columns renumbered; the start's row last.
void add_rows(TraceParts& parts, const Graph& graph) {
  const auto n = static_cast<std::uint32_t>(parts.vertices.size());
  std::vector<std::uint32_t> column(graph.vertex_count());
  for (std::uint32_t position = 0; position < n; ++position) column[parts.vertices[position]] = position;
  for (std::uint32_t v = n + 1; v < graph.vertex_count(); ++v) column[v] = v - 1;
  std::vector<std::pair<std::uint32_t, ClassId>> row;
  for (std::uint32_t i = 0; i <= n; ++i) {
    const VertexId vertex = i < n ? parts.vertices[i] : 0;
    row.clear();
    for (std::uint32_t e = graph.row_offsets()[vertex]; e < graph.row_offsets()[vertex + 1]; ++e) {
      row.emplace_back(column[graph.targets()[e]], graph.classes()[e]);
    }
    std::ranges::sort(row);
    for (const auto& [target, edge_class] : row) {
      parts.rows.targets.push_back(target);
      parts.edge_classes.push_back(edge_class);
    }
    parts.rows.offsets.push_back(static_cast<std::uint32_t>(parts.rows.targets.size()));
  }
}

}  // namespace

Trace record(const Graph& graph, const RecordOptions&) {
  TraceParts parts;
  parts.time = graph.time();
  parts.term_count = static_cast<std::uint32_t>(graph.terms().count());
  parts.absorbing_count = static_cast<std::uint32_t>(graph.absorbing_count());
  parts.structure = graph.structure_hash();
  for (ClassId c = 0; c < graph.class_count(); ++c) {
    const auto vector = graph.coefficients(c);
    parts.coefficients.insert(parts.coefficients.end(), vector.begin(), vector.end());
  }
  const Adjacency edges = transient_edges(graph);
  const Components components = strongly_connected_components(edges);
  ComponentRecorder recorder(parts);
  for (std::size_t c = 0; c < components.count(); ++c) recorder.add(edges, components[c]);
  add_rows(parts, graph);
  return Trace::make(std::move(parts));
}

std::vector<RequestPart> trace_request(const StructureHash& structure, const RecordOptions&) {
  return {{"structure", to_hex(structure)},
          {"ordering", "best"},
          {"algorithm", std::to_string(algorithm_version)},
          {"format", std::to_string(trace_format::version)}};
}

}  // namespace phasic
