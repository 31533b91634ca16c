#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "graph/format.hpp"
#include "graph/graph.hpp"

namespace phasic {

namespace {

using Transition = GraphParts::Transition;

[[noreturn]] void reject(std::string where, std::string what, std::string remedy) {
  throw InputError({std::move(where), std::move(what), std::move(remedy), {}});
}

std::span<const std::int32_t> state_of(const GraphParts& parts, std::size_t state) {
  return std::span(parts.states).subspan(state * parts.state_length, parts.state_length);
}

std::string name_state(const GraphParts& parts, std::size_t state) {
  if (parts.state_length == 0) return "vertex " + std::to_string(state + 1);
  std::string text = "state (";
  for (const auto entry : state_of(parts, state)) {
    if (text.back() != '(') text += ", ";
    text += std::to_string(entry);
  }
  return text + ")";
}

void check_sizes(const GraphParts& parts) {
  const auto limit = std::size_t{std::numeric_limits<std::uint32_t>::max()} - 2;
  if (parts.state_count > limit || parts.transitions.size() > limit) {
    throw LimitError({"", "a graph can have 4,294,967,293 vertices and as many edges", "", {}});
  }
  if (parts.states.size() != parts.state_count * parts.state_length ||
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

/// The edges of one state: repeated targets summed, zeros and (in discrete time) self-loops dropped.
class RowMerger {
 public:
  explicit RowMerger(GraphParts& parts) : parts_(parts), zero_(parts.coefficients.width(), 0.0) {}

  std::vector<Transition>& merge(std::size_t state) {
    row_.assign(parts_.transitions.begin() + static_cast<std::ptrdiff_t>(parts_.row_offsets[state]),
                parts_.transitions.begin() + static_cast<std::ptrdiff_t>(parts_.row_offsets[state + 1]));
    std::ranges::sort(row_, {}, &Transition::target);
    std::size_t kept = 0;
    for (std::size_t first = 0; first < row_.size();) {
      std::size_t last = first + 1;
      while (last < row_.size() && row_[last].target == row_[first].target) ++last;
      const Transition edge = sum(first, last);
      if (edge.target == state && parts_.time == TimeKind::continuous) {
        reject(name_state(parts_, state), "a transition leads back to the state itself",
               "leave it out: in continuous time it does nothing");
      }
      if (edge.target != state && !is_zero(edge)) row_[kept++] = edge;
      first = last;
    }
    row_.resize(kept);
    return row_;
  }

 private:
  [[nodiscard]] bool is_zero(const Transition& edge) const {
    return std::ranges::equal(parts_.coefficients[edge.coefficients], zero_);
  }

  // Floating-point addition does not associate: sorted addends give one sum for every order of emission.
  Transition sum(std::size_t first, std::size_t last) {
    if (last == first + 1) return row_[first];
    std::vector<double> total(parts_.coefficients.width());
    std::vector<double> addends(last - first);
    for (std::size_t term = 0; term < total.size(); ++term) {
      for (std::size_t i = first; i < last; ++i) {
        addends[i - first] = parts_.coefficients[row_[i].coefficients][term];
      }
      std::ranges::sort(addends);
      total[term] = std::accumulate(addends.begin(), addends.end(), 0.0);
    }
    return {row_[first].target, parts_.coefficients.intern(total)};
  }

  GraphParts& parts_;
  std::vector<double> zero_;
  std::vector<Transition> row_;
};

struct Edges {
  std::vector<std::uint64_t> offsets{0};
  std::vector<Transition> edges;
};

Edges merged_edges(GraphParts& parts) {
  Edges result;
  result.edges.reserve(parts.transitions.size());
  result.offsets.reserve(parts.state_count + 1);
  RowMerger merger(parts);
  for (std::size_t s = 0; s < parts.state_count; ++s) {
    const auto& row = merger.merge(s);
    result.edges.insert(result.edges.end(), row.begin(), row.end());
    result.offsets.push_back(result.edges.size());
  }
  return result;
}

/// States in the order of their vertices: transient before absorbing, each group sorted or as given.
std::vector<std::uint32_t> vertex_order(const GraphParts& parts, const Edges& edges) {
  std::vector<std::uint32_t> order(parts.state_count);
  std::iota(order.begin(), order.end(), 0U);
  const auto is_transient = [&](std::uint32_t s) { return edges.offsets[s] < edges.offsets[s + 1]; };
  const auto middle = std::stable_partition(order.begin(), order.end(), is_transient);
  if (parts.order == GraphParts::Order::as_given) return order;
  const auto before = [&](std::uint32_t a, std::uint32_t b) {
    return std::ranges::lexicographical_compare(state_of(parts, a), state_of(parts, b));
  };
  std::sort(order.begin(), middle, before);
  std::sort(middle, order.end(), before);
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (std::ranges::equal(state_of(parts, order[i - 1]), state_of(parts, order[i]))) {
      reject(name_state(parts, order[i]), "two vertices have the same state", "");
    }
  }
  return order;
}

/// Numbers the coefficient vectors in use lexicographically.
struct Classes {
  std::vector<std::uint32_t> number;  // by row of the table; only those in use matter
  std::vector<double> coefficients;   // class by class
};

Classes numbered_classes(const CoefficientTable& table, const std::vector<bool>& in_use) {
  std::vector<std::uint32_t> used;
  for (std::uint32_t row = 0; row < table.size(); ++row) {
    if (row < in_use.size() && in_use[row]) used.push_back(row);
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

void check_finite(const GraphParts& parts, const Edges& edges) {
  for (std::size_t s = 0; s < parts.state_count; ++s) {
    for (std::uint64_t e = edges.offsets[s]; e < edges.offsets[s + 1]; ++e) {
      if (!std::ranges::all_of(parts.coefficients[edges.edges[e].coefficients],
                               [](double c) { return std::isfinite(c); })) {
        reject(name_state(parts, s), "a rate's coefficient is not finite", "coefficients are finite numbers");
      }
    }
  }
}

/// Adds the states in vertex order, a row of zeros for the start before them, in the narrowest type that
/// holds them.
void add_states(ObjectBuilder& builder, const GraphParts& parts, const std::vector<std::uint32_t>& order) {
  const auto add_as = [&](auto zero) {
    using T = decltype(zero);
    std::vector<T> rows((order.size() + 1) * parts.state_length, zero);
    auto out = rows.begin() + static_cast<std::ptrdiff_t>(parts.state_length);
    for (const std::uint32_t s : order) {
      out = std::ranges::transform(state_of(parts, s), out, [](auto entry) {
              return static_cast<T>(entry);
            }).out;
    }
    builder.add("states", rows);
  };
  const auto [least, most] = parts.states.empty()
                                 ? std::pair{0, 0}
                                 : std::pair{std::ranges::min(parts.states), std::ranges::max(parts.states)};
  if (least >= INT8_MIN && most <= INT8_MAX)
    add_as(std::int8_t{});
  else if (least >= INT16_MIN && most <= INT16_MAX)
    add_as(std::int16_t{});
  else
    add_as(std::int32_t{});
}

void add_rewards(ObjectBuilder& builder, const GraphParts& parts, const std::vector<std::uint32_t>& order,
                 std::size_t transient_count) {
  std::vector<std::string> names;
  std::vector<double> values;
  for (const auto& reward : parts.rewards) {
    names.push_back(reward.name);
    values.push_back(0);
    for (std::size_t i = 0; i < order.size(); ++i) {
      values.push_back(i < transient_count ? reward.values[order[i]] + 0.0 : 0.0);
    }
  }
  builder.add_text("reward_names", graph_format::encode_names(names));
  builder.add("rewards", values);
}

struct Numbered {
  std::vector<std::uint32_t> rows{0};
  std::vector<VertexId> targets;
  std::vector<ClassId> classes;
};

/// The edges in vertex numbers, sorted by target; classes still are rows of the coefficient table.
Numbered numbered_edges(const GraphParts& parts, const Edges& edges, const std::vector<Transition>& start,
                        const std::vector<std::uint32_t>& order) {
  std::vector<VertexId> vertex_of(parts.state_count);
  for (std::uint32_t i = 0; i < order.size(); ++i) vertex_of[order[i]] = i + 1;
  Numbered result;
  result.rows.reserve(order.size() + 2);
  result.targets.reserve(start.size() + edges.edges.size());
  result.classes.reserve(start.size() + edges.edges.size());
  std::vector<Transition> row;
  const auto append = [&](auto first, auto last) {
    row.assign(first, last);
    for (auto& edge : row) edge.target = vertex_of[edge.target];
    std::ranges::sort(row, {}, &Transition::target);
    for (const auto& edge : row) {
      result.targets.push_back(edge.target);
      result.classes.push_back(edge.coefficients);
    }
    result.rows.push_back(static_cast<std::uint32_t>(result.targets.size()));
  };
  append(start.begin(), start.end());
  for (const std::uint32_t s : order) {
    append(edges.edges.begin() + static_cast<std::ptrdiff_t>(edges.offsets[s]),
           edges.edges.begin() + static_cast<std::ptrdiff_t>(edges.offsets[s + 1]));
  }
  return result;
}

std::vector<Transition> start_transitions(GraphParts& parts) {
  std::vector<Transition> start;
  std::vector<double> vector(parts.coefficients.width(), 0.0);
  for (const auto& one : merged_start(parts)) {
    vector[0] = one.probability;
    start.push_back({one.state, parts.coefficients.intern(vector)});
  }
  return start;
}

}  // namespace

Graph make_graph(GraphParts parts) {
  return make_numbered_graph(std::move(parts)).graph;
}

NumberedGraph make_numbered_graph(GraphParts parts) {
  check(parts.terms);
  check_sizes(parts);
  check_rewards(parts);
  check(parts.properties, parts.state_length);
  const Edges edges = merged_edges(parts);
  check_finite(parts, edges);
  const std::vector<Transition> start = start_transitions(parts);
  std::vector<std::uint32_t> order = vertex_order(parts, edges);
  const auto transient_count = static_cast<std::size_t>(
      std::ranges::count_if(order, [&](std::uint32_t s) { return edges.offsets[s] < edges.offsets[s + 1]; }));

  Numbered numbered = numbered_edges(parts, edges, start, order);
  std::vector<bool> in_use(parts.coefficients.size(), false);
  for (const ClassId row : numbered.classes) in_use[row] = true;
  const Classes classes = numbered_classes(parts.coefficients, in_use);
  for (ClassId& row : numbered.classes) row = classes.number[row];

  const StructureHash structure =
      graph_format::hash_of({parts.time, parts.terms, transient_count, numbered.rows, numbered.targets,
                             numbered.classes, classes.coefficients});
  ObjectBuilder builder(ObjectType::graph, graph_format::version);
  builder.add("kind", std::vector<std::uint32_t>{static_cast<std::uint32_t>(parts.time),
                                                 static_cast<std::uint32_t>(transient_count),
                                                 static_cast<std::uint32_t>(parts.state_length)});
  builder.add_text("names", graph_format::encode_names(parts.terms.parameters));
  builder.add_text("formulas", graph_format::encode_formulas(parts.terms.derived));
  builder.add("rows", numbered.rows).add("targets", numbered.targets).add("classes", numbered.classes);
  builder.add("coefficients", classes.coefficients);
  add_states(builder, parts, order);
  add_rewards(builder, parts, order, transient_count);
  graph_format::add_properties(builder, parts.properties);
  builder.add_text("structure", as_text(structure.bytes));
  return {Graph::decode(std::move(builder).seal()), std::move(order)};
}

}  // namespace phasic
