#include <algorithm>
#include <cmath>
#include <latch>
#include <limits>
#include <numeric>
#include <optional>

#include "base/error.hpp"
#include "base/workers.hpp"
#include "graph/canonical_order.hpp"
#include "graph/format.hpp"
#include "graph/graph.hpp"
#include "graph/merge_rows.hpp"

namespace phasic {

namespace {

using Transition = GraphParts::Transition;

[[noreturn]] void reject(std::string where, std::string what, std::string remedy) {
  throw InputError({std::move(where), std::move(what), std::move(remedy), {}});
}

void pack_states(GraphParts& parts) {
  if (parts.packed_states.size() != 0) return;
  if (parts.states.size() != parts.state_count * parts.state_length) {
    throw InternalError({"", "the parts of a graph do not fit together", "", {}});
  }
  parts.packed_states = PackedStates(parts.states, parts.state_length, parts.state_count);
  parts.states = {};
}

void check_sizes(const GraphParts& parts) {
  const auto limit = std::size_t{std::numeric_limits<std::uint32_t>::max()} - 2;
  if (parts.state_count > limit || parts.transitions.size() > limit) {
    throw LimitError({"", "a graph can have 4,294,967,293 vertices and as many edges", "", {}});
  }
  if (parts.packed_states.size() != parts.state_count ||
      parts.packed_states.packing().state_length() != parts.state_length ||
      parts.row_offsets.size() != parts.state_count + 1 ||
      parts.coefficients.width() != parts.terms.count()) {
    throw InternalError({"", "the parts of a graph do not fit together", "", {}});
  }
}

void check_rewards(const GraphParts& parts) {
  for (const auto& reward : parts.rewards) {
    for (std::size_t s = 0; s < parts.state_count; ++s) {
      if (!std::isfinite(reward.values[s]) || reward.values[s] < 0) {
        reject(name_state(parts, s), "reward '" + reward.name + "' is negative or not finite",
               "rewards are finite numbers >= 0");
      }
    }
  }
}

/// Start probabilities by state, merged and sorted by state.
std::vector<GraphParts::Start> merged_start(const GraphParts& parts) {
  std::vector<GraphParts::Start> start = parts.start;
  std::ranges::sort(start, [](const auto& a, const auto& b) {
    return std::tie(a.state, a.probability) < std::tie(b.state, b.probability);
  });
  std::vector<GraphParts::Start> merged;
  double sum = 0;
  for (const auto& one : start) {
    if (!(one.probability >= 0) || !std::isfinite(one.probability)) {
      reject("", "a start probability is negative or not finite", "give numbers between 0 and 1");
    }
    sum += one.probability;
    if (one.probability == 0) continue;
    if (!merged.empty() && merged.back().state == one.state)
      merged.back().probability += one.probability;
    else
      merged.push_back(one);
  }
  if (sum > 1 + 1e-9) {
    reject("", "the start probabilities add up to more than 1", "a sum below 1 leaves an atom at 0");
  }
  return merged;
}

/// How the states become vertices.
struct Numbering {
  std::vector<std::uint32_t> ranked;  // states in canonical order, or as given
  std::vector<std::uint32_t> rank;    // the inverse
};

Numbering rank_states(const GraphParts& parts, Workers& workers) {
  Numbering states;
  if (parts.order == GraphParts::Order::as_given) {
    states.ranked.resize(parts.state_count);
    std::iota(states.ranked.begin(), states.ranked.end(), 0U);
    states.rank = states.ranked;
    return states;
  }
  states.ranked = lexicographic_order(parts.packed_states, workers);
  states.rank.resize(parts.state_count);
  for (std::uint32_t i = 0; i < states.ranked.size(); ++i) {
    states.rank[states.ranked[i]] = i;
    if (i > 0 && std::ranges::equal(parts.packed_states[states.ranked[i - 1]],
                                    parts.packed_states[states.ranked[i]])) {
      reject(name_state(parts, states.ranked[i]), "two vertices have the same state", "");
    }
  }
  return states;
}

/// Vertices of ranks: transient states before absorbing ones, each group in the order of the ranks.
struct Vertices {
  std::vector<VertexId> of_rank;
  std::vector<std::uint32_t> states;  // of vertex 1, 2, ...
  std::size_t transient_count = 0;
};

Vertices number_vertices(const std::vector<std::uint32_t>& ranked,
                         const std::vector<std::uint32_t>& edge_counts) {
  Vertices vertices;
  vertices.of_rank.resize(ranked.size());
  vertices.states.reserve(ranked.size());
  for (const bool is_transient : {true, false}) {
    for (std::size_t rank = 0; rank < ranked.size(); ++rank) {
      if ((edge_counts[ranked[rank]] != 0) != is_transient) continue;
      vertices.states.push_back(ranked[rank]);
      vertices.of_rank[rank] = static_cast<VertexId>(vertices.states.size());
    }
    if (is_transient) vertices.transient_count = vertices.states.size();
  }
  return vertices;
}

/// Numbers the coefficient vectors in use lexicographically.
struct Classes {
  std::vector<std::uint32_t> number;  // by row of the table; only those in use matter
  std::vector<double> coefficients;   // class by class
};

Classes numbered_classes(const CoefficientTable& table, const std::vector<std::uint8_t>& in_use) {
  std::vector<std::uint32_t> used;
  for (std::uint32_t row = 0; row < table.size(); ++row) {
    if (in_use[row] != 0) used.push_back(row);
  }
  std::ranges::sort(used,
                    [&](auto a, auto b) { return std::ranges::lexicographical_compare(table[a], table[b]); });
  Classes classes{std::vector<std::uint32_t>(table.size(), 0), {}};
  for (std::uint32_t i = 0; i < used.size(); ++i) {
    classes.number[used[i]] = i;
    classes.coefficients.insert(classes.coefficients.end(), table[used[i]].begin(), table[used[i]].end());
  }
  return classes;
}

/// Calls `act` with a zero of the type that the packed states have: the narrowest that holds them.
template <class Act>
auto with_entry_type(const GraphParts& parts, const Act& act) {
  const unsigned bytes = parts.packed_states.packing().entry_bytes();
  if (bytes == 1) return act(std::int8_t{});
  return bytes == 2 ? act(std::int16_t{}) : act(std::int32_t{});
}

/// Writes the states in vertex order behind a row of zeros for the start.
void write_states(ObjectDraft& draft, const GraphParts& parts, const Vertices& vertices) {
  with_entry_type(parts, [&](auto zero) {
    std::span<decltype(zero)> rest = draft.section<decltype(zero)>("states").subspan(parts.state_length);
    for (const std::uint32_t state : vertices.states) {
      parts.packed_states.packing().unpack(parts.packed_states[state], rest.first(parts.state_length));
      rest = rest.subspan(parts.state_length);
    }
  });
}

void add_rewards(ObjectBuilder& builder, const GraphParts& parts, const Vertices& vertices) {
  std::vector<std::string> names;
  std::vector<double> values;
  for (const auto& reward : parts.rewards) {
    names.push_back(reward.name);
    values.push_back(0);
    for (std::size_t i = 0; i < vertices.states.size(); ++i) {
      values.push_back(i < vertices.transient_count ? reward.values[vertices.states[i]] + 0.0 : 0.0);
    }
  }
  builder.add_text("reward_names", graph_format::encode_names(names));
  builder.add("rewards", values);
}

std::vector<Transition> start_transitions(GraphParts& parts, const std::vector<std::uint32_t>& rank) {
  std::vector<Transition> start;
  std::vector<double> vector(parts.coefficients.width(), 0.0);
  for (const auto& one : merged_start(parts)) {
    vector[0] = one.probability;
    start.push_back({rank[one.state], parts.coefficients.intern(vector)});
  }
  std::ranges::sort(start, {}, &Transition::target);
  return start;
}

/// The edges of merged rows: `counts` of them per state, their targets ranks.
class EdgeWriter {
 public:
  EdgeWriter(const GraphParts& parts, const std::vector<std::uint32_t>& counts,
             const std::vector<Transition>& start, const Vertices& vertices)
      : parts_(parts), counts_(counts), start_(start), vertices_(vertices) {}

  /// The graph's row offsets.
  [[nodiscard]] std::vector<std::uint32_t> rows() const {
    std::vector<std::uint32_t> rows{0, static_cast<std::uint32_t>(start_.size())};
    rows.reserve(vertices_.states.size() + 2);
    for (const std::uint32_t state : vertices_.states) rows.push_back(rows.back() + counts_[state]);
    return rows;
  }
  [[nodiscard]] Classes classes() const { return numbered_classes(parts_.coefficients, rows_in_use()); }

  void write(ObjectDraft& draft, const Classes& classes, Workers& workers) {
    rows_ = draft.section<std::uint32_t>("rows");
    targets_ = draft.section<VertexId>("targets");
    classes_ = draft.section<ClassId>("classes");
    write_row(0, start_, classes.number);
    workers.split(vertices_.states.size(), [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) {
        write_row(i + 1, row_of(vertices_.states[i]), classes.number);
      }
    });
  }

 private:
  [[nodiscard]] std::span<const Transition> row_of(std::uint32_t state) const {
    return std::span(parts_.transitions).subspan(parts_.row_offsets[state], counts_[state]);
  }

  [[nodiscard]] std::vector<std::uint8_t> rows_in_use() const {
    std::vector<std::uint8_t> in_use(parts_.coefficients.size(), 0);
    for (const Transition& edge : start_) in_use[edge.coefficients] = 1;
    for (std::uint32_t state = 0; state < parts_.state_count; ++state) {
      for (const Transition& edge : row_of(state)) in_use[edge.coefficients] = 1;
    }
    return in_use;
  }

  // Sorted by rank, so by vertex among transient targets, and among absorbing ones.
  void write_row(std::size_t vertex, std::span<const Transition> row,
                 const std::vector<std::uint32_t>& number) {
    std::uint32_t place = rows_[vertex];
    const auto write_those = [&](auto is_chosen) {
      for (const Transition& edge : row) {
        const VertexId target = vertices_.of_rank[edge.target];
        if (!is_chosen(target)) continue;
        targets_[place] = target;
        classes_[place] = number[edge.coefficients];
        ++place;
      }
    };
    write_those([&](VertexId target) { return target <= vertices_.transient_count; });
    if (place < rows_[vertex + 1]) {
      write_those([&](VertexId target) { return target > vertices_.transient_count; });
    }
  }

  const GraphParts& parts_;
  const std::vector<std::uint32_t>& counts_;
  const std::vector<Transition>& start_;
  const Vertices& vertices_;
  std::span<const std::uint32_t> rows_;
  std::span<VertexId> targets_;
  std::span<ClassId> classes_;
};

ObjectDraft laid_out(const GraphParts& parts, const Vertices& vertices,
                     const std::vector<std::uint32_t>& rows, const Classes& classes) {
  ObjectBuilder builder(ObjectType::graph, graph_format::version);
  builder.add("kind", std::vector<std::uint32_t>{static_cast<std::uint32_t>(parts.time),
                                                 static_cast<std::uint32_t>(vertices.transient_count),
                                                 static_cast<std::uint32_t>(parts.state_length)});
  builder.add_text("names", graph_format::encode_names(parts.terms.parameters));
  builder.add_text("formulas", graph_format::encode_formulas(parts.terms.derived));
  builder.add("rows", rows);
  builder.reserve<VertexId>("targets", rows.back()).reserve<ClassId>("classes", rows.back());
  builder.add("coefficients", classes.coefficients);
  with_entry_type(parts, [&](auto zero) {
    using T = decltype(zero);
    builder.reserve<T>("states", (vertices.states.size() + 1) * parts.state_length);
  });
  add_rewards(builder, parts, vertices);
  graph_format::add_properties(builder, parts.properties);
  builder.reserve<std::uint8_t>("structure", digest_size);
  return std::move(builder).lay_out();
}

/// Two digests take most of the time: of the structure, and of the object, which ends with the first. They
/// are computed side by side, and so is what the second needs last: the states.
Object sealed(ObjectDraft draft, const GraphParts& parts, const Vertices& vertices, Workers& workers) {
  std::optional<Sha256> whole;
  StructureHash structure;
  std::latch states_to_come(1);
  const auto write_states_and_hash_structure = [&] {
    write_states(draft, parts, vertices);
    states_to_come.count_down();
    structure =
        graph_format::hash_of({parts.time, parts.terms, vertices.transient_count,
                               draft.section<std::uint32_t>("rows"), draft.section<VertexId>("targets"),
                               draft.section<ClassId>("classes"), draft.section<double>("coefficients")});
  };
  const auto hash_whole = [&] {
    Sha256 begun = draft.digest_before("states");
    states_to_come.wait();
    whole = draft.digest_before("structure", std::move(begun), "states");
  };
  workers.split(2, [&](std::size_t first, std::size_t last) {
    if (last == 2) write_states_and_hash_structure();
    if (first == 0) hash_whole();
  });
  std::ranges::copy(structure.bytes,
                    std::as_writable_bytes(draft.section<std::uint8_t>("structure")).begin());
  return std::move(draft).seal(std::move(*whole), "structure");
}

}  // namespace

Graph make_graph(GraphParts parts) {
  Workers alone;
  return make_numbered_graph(std::move(parts), alone).graph;
}

NumberedGraph make_numbered_graph(GraphParts parts) {
  Workers alone;
  return make_numbered_graph(std::move(parts), alone);
}

Graph make_graph(GraphParts parts, Workers& workers) {
  return make_numbered_graph(std::move(parts), workers).graph;
}

NumberedGraph make_numbered_graph(GraphParts parts, Workers& workers) {
  check(parts.terms);
  pack_states(parts);
  check_sizes(parts);
  check_rewards(parts);
  check(parts.properties, parts.state_length);
  const auto [ranked, rank] = rank_states(parts, workers);
  const std::vector<std::uint32_t> counts = merge_rows(parts, rank, workers);
  const std::vector<Transition> start = start_transitions(parts, rank);
  Vertices vertices = number_vertices(ranked, counts);
  EdgeWriter edges(parts, counts, start, vertices);
  const Classes classes = edges.classes();
  ObjectDraft draft = laid_out(parts, vertices, edges.rows(), classes);
  edges.write(draft, classes, workers);
  return {Graph::decode(sealed(std::move(draft), parts, vertices, workers)), std::move(vertices.states)};
}

}  // namespace phasic
