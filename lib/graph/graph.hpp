// The graph of an absorbing Markov chain: states, edges and coefficient vectors in canonical order, so that
// the same chain has the same bytes however it was found. It is a view of the object that stores it.
//
// Vertex 0 is the start; its edges carry constant probabilities (a sum below 1 is an atom at 0). Transient
// states follow, then absorbing ones. Canonical graphs list each group in lexicographic order of the signed
// state entries, imported ones in the order given. Edges are sorted by target, one per pair, none to itself.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "graph/coefficients.hpp"
#include "graph/packed_states.hpp"
#include "graph/properties.hpp"
#include "graph/terms.hpp"
#include "store/object.hpp"

namespace phasic {

class Workers;

enum class TimeKind : std::uint32_t { continuous = 0, discrete = 1 };
std::string_view name_of(TimeKind kind);

using VertexId = std::uint32_t;
using ClassId = std::uint32_t;

class Graph {
 public:
  /// Reads a graph in place, checking every index, offset and order. Throws FormatError.
  static Graph decode(const Object& object);
  /// Throws FormatError if another version's format, or no graph at all, is in the object; reads no more than
  /// its header.
  static void require_known_format(const Object& object);

  [[nodiscard]] TimeKind time() const { return time_; }
  [[nodiscard]] const Terms& terms() const { return terms_; }

  [[nodiscard]] std::size_t vertex_count() const { return row_offsets_.size() - 1; }
  [[nodiscard]] std::size_t transient_count() const { return transient_count_; }
  [[nodiscard]] std::size_t absorbing_count() const { return vertex_count() - 1 - transient_count_; }
  [[nodiscard]] std::size_t edge_count() const { return targets_.size(); }
  [[nodiscard]] bool is_transient(VertexId vertex) const { return vertex >= 1 && vertex <= transient_count_; }
  [[nodiscard]] bool is_absorbing(VertexId vertex) const { return vertex > transient_count_; }

  /// CSR: the edges of vertex v are [row_offsets()[v], row_offsets()[v + 1]).
  [[nodiscard]] std::span<const std::uint32_t> row_offsets() const { return row_offsets_; }
  [[nodiscard]] std::span<const VertexId> targets() const { return targets_; }
  /// The coefficient class of each edge, start edges included (theirs is a constant).
  [[nodiscard]] std::span<const ClassId> classes() const { return classes_; }
  [[nodiscard]] std::size_t class_count() const { return coefficients_.size() / terms_.count(); }
  /// One coefficient per term; classes are in lexicographic order.
  [[nodiscard]] std::span<const double> coefficients(ClassId edge_class) const {
    return coefficients_.subspan(edge_class * terms_.count(), terms_.count());
  }

  /// Entries per state; the start's are all 0, and 0 entries means that the graph has no states.
  [[nodiscard]] std::size_t state_length() const { return state_length_; }
  [[nodiscard]] std::int32_t state_entry(VertexId vertex, std::size_t index) const;
  /// `(6, 0, 1)`, for messages; long states are shortened.
  [[nodiscard]] std::string state_text(VertexId vertex) const;

  [[nodiscard]] const std::vector<std::string>& reward_names() const { return reward_names_; }
  /// One value per vertex, 0 on start and absorbing ones; nothing if there is no reward of that name.
  [[nodiscard]] std::optional<std::span<const double>> reward(std::string_view name) const;

  /// What the entries of a state count, by name; nothing for a model without an indexer.
  [[nodiscard]] const std::vector<StateProperty>& properties() const { return properties_; }

  [[nodiscard]] const StructureHash& structure_hash() const { return structure_hash_; }
  [[nodiscard]] const Object& object() const { return object_; }
  [[nodiscard]] const ObjectHash& hash() const { return object_.hash(); }

 private:
  // In the narrowest type that holds every entry.
  using States = std::variant<std::span<const std::int8_t>, std::span<const std::int16_t>,
                              std::span<const std::int32_t>>;
  static States states_of(const Object& object);
  explicit Graph(Object object) : object_(std::move(object)) {}
  Object object_;
  TimeKind time_{};
  Terms terms_;
  std::size_t transient_count_ = 0;
  std::size_t state_length_ = 0;
  std::span<const std::uint32_t> row_offsets_;
  std::span<const VertexId> targets_;
  std::span<const ClassId> classes_;
  std::span<const double> coefficients_;
  States states_;
  std::vector<std::string> reward_names_;
  std::vector<StateProperty> properties_;
  StructureHash structure_hash_;
};

/// A graph as it was found: states in any order, transitions with repeated targets and self-loops.
struct GraphParts {
  struct Transition {
    std::uint32_t target;        ///< a state
    std::uint32_t coefficients;  ///< a row of `coefficients`
  };
  struct Start {
    std::uint32_t state;
    double probability;
  };
  struct Reward {
    std::string name;
    std::vector<double> values;  ///< one per state; values of absorbing states are ignored
  };
  enum class Order { canonical, as_given };

  TimeKind time = TimeKind::continuous;
  Terms terms;
  std::size_t state_length = 0;
  std::size_t state_count = 0;
  std::vector<std::int32_t> states;        ///< state_count x state_length, row by row; or none, and instead
  PackedStates packed_states;              ///< the same, packed
  std::vector<std::uint64_t> row_offsets;  ///< state_count + 1: the transitions of each state
  std::vector<Transition> transitions;
  CoefficientTable coefficients{1};
  std::vector<Start> start;
  std::vector<Reward> rewards;
  std::vector<StateProperty> properties;
  Order order = Order::canonical;
};

/// Makes the graph. Addends to one edge are sorted before they are summed, edges whose coefficients are all
/// zero are dropped, and so are self-loops in discrete time. A state left without edges is absorbing. Throws
/// InputError on a self-loop in continuous time, a coefficient that is not finite, a start probability that
/// is negative or a sum above 1, two equal states (canonical order), a reward that is negative or not finite,
/// properties that are no layout of the states.
Graph make_graph(GraphParts parts);
/// The same, with the help of threads; the graph does not depend on their number.
Graph make_graph(GraphParts parts, Workers& workers);

/// The graph, and which state became which vertex: vertex v is state `states[v - 1]` of the parts.
struct NumberedGraph {
  Graph graph;
  std::vector<std::uint32_t> states;
};
NumberedGraph make_numbered_graph(GraphParts parts);
NumberedGraph make_numbered_graph(GraphParts parts, Workers& workers);

/// A vertex that can be reached and from which no absorbing state can, whatever theta; nothing if all is
/// well.
std::optional<VertexId> find_trapped_vertex(const Graph& graph);

}  // namespace phasic
