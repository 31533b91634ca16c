#include "graph/graph.hpp"

#include <algorithm>
#include <cmath>

#include "graph/format.hpp"

namespace phasic {

namespace {

void require(bool holds, const char* otherwise) {
  if (!holds) throw FormatError({"", std::string("not a valid graph: ") + otherwise, "", {}});
}

// What these checks call a user's mistake is an object's fault here.
template <class Checked>
void require_valid(const Checked& check_parts) {
  try {
    check_parts();
  } catch (const InputError& error) {
    throw FormatError({"", "not a valid graph: " + error.complaint().what, "", {}});
  }
}

void check_rows(const Graph& graph) {
  const auto rows = graph.row_offsets();
  require(rows.front() == 0 && rows.back() == graph.edge_count(), "its rows do not cover its edges");
  require(std::ranges::is_sorted(rows), "its rows overlap");
  require(graph.classes().size() == graph.edge_count(), "edges and classes differ in number");
  const auto targets = graph.targets();
  const auto count = static_cast<VertexId>(graph.vertex_count());
  for (VertexId v = 0; v < count; ++v) {
    require(!graph.is_absorbing(v) || rows[v] == rows[v + 1], "an absorbing vertex has edges");
    require(!graph.is_transient(v) || rows[v] < rows[v + 1], "a transient vertex has no edges");
    VertexId least = 1;
    bool is_ordered = true;  // one look at each edge, without a branch
    bool leads_back = false;
    for (const VertexId target : targets.subspan(rows[v], rows[v + 1] - rows[v])) {
      is_ordered &= target >= least && target < count;
      leads_back |= target == v;
      least = target + 1;
    }
    require(is_ordered, "a target is out of order or range");
    require(!leads_back, "a vertex has an edge to itself");
  }
  const auto class_count = static_cast<ClassId>(graph.class_count());
  require(std::ranges::all_of(graph.classes(), [=](ClassId edge) { return edge < class_count; }),
          "a class is out of range");
}

void check_start(const Graph& graph) {
  double sum = 0;
  for (std::uint32_t e = 0; e < graph.row_offsets()[1]; ++e) {
    const auto coefficients = graph.coefficients(graph.classes()[e]);
    require(std::ranges::all_of(coefficients.subspan(1), [](double c) { return c == 0; }),
            "a start probability depends on theta");
    require(coefficients[0] > 0, "a start probability is not positive");
    sum += coefficients[0];
  }
  require(sum <= 1 + 1e-9, "its start probabilities add up to more than 1");
}

void check_coefficients(const Graph& graph, std::span<const double> coefficients) {
  require(coefficients.size() % graph.terms().count() == 0, "its coefficients are no whole vectors");
  require(std::ranges::all_of(coefficients, [](double c) { return std::isfinite(c); }),
          "a coefficient is not finite");
}

}  // namespace

std::string_view name_of(TimeKind kind) {
  return kind == TimeKind::discrete ? "discrete" : "continuous";
}

Graph::States Graph::states_of(const Object& object) {
  const Section* states = object.find("states");
  if (states != nullptr && states->element_type == ElementType::i8)
    return object.section<std::int8_t>("states");
  if (states != nullptr && states->element_type == ElementType::i16)
    return object.section<std::int16_t>("states");
  return object.section<std::int32_t>("states");
}

void Graph::require_known_format(const Object& object) {
  require(object.type() == ObjectType::graph, "it is of another type");
  require(object.type_version() == graph_format::version,
          "it is of a format version that this version cannot read");
}

Graph Graph::decode(const Object& object) {
  require_known_format(object);
  Graph graph(object);
  const auto kind = object.section<std::uint32_t>("kind");
  require(kind.size() == 3 && kind[0] <= 1, "its kind is unknown");
  graph.time_ = static_cast<TimeKind>(kind[0]);
  graph.transient_count_ = kind[1];
  graph.state_length_ = kind[2];
  graph.terms_.parameters =
      graph_format::decode_names(as_text(std::as_bytes(object.section<std::uint8_t>("names"))));
  graph.terms_.derived =
      graph_format::decode_formulas(as_text(std::as_bytes(object.section<std::uint8_t>("formulas"))));
  require_valid([&] { check(graph.terms_); });

  graph.row_offsets_ = object.section<std::uint32_t>("rows");
  require(graph.row_offsets_.size() >= 2, "it has no start");
  require(graph.transient_count_ <= graph.vertex_count() - 1, "it has more transient states than vertices");
  graph.targets_ = object.section<std::uint32_t>("targets");
  graph.classes_ = object.section<std::uint32_t>("classes");
  graph.coefficients_ = object.section<double>("coefficients");
  check_coefficients(graph, graph.coefficients_);
  check_rows(graph);
  check_start(graph);

  graph.states_ = states_of(object);
  require(std::visit([](auto states) { return states.size(); }, graph.states_) ==
              graph.vertex_count() * graph.state_length_,
          "its states do not match its vertices");
  graph.reward_names_ =
      graph_format::decode_names(as_text(std::as_bytes(object.section<std::uint8_t>("reward_names"))));
  const auto rewards = object.section<double>("rewards");
  require(rewards.size() == graph.reward_names_.size() * graph.vertex_count(),
          "its rewards do not match its vertices");
  require(std::ranges::all_of(rewards, [](double r) { return std::isfinite(r) && r >= 0; }),
          "a reward is negative or not finite");

  graph.properties_ = graph_format::decode_properties(object);
  require_valid([&] { check(graph.properties_, graph.state_length_); });

  const auto structure = std::as_bytes(object.section<std::uint8_t>("structure"));
  require(structure.size() == digest_size, "its structure hash has the wrong length");
  std::ranges::copy(structure, graph.structure_hash_.bytes.begin());
  return graph;
}

std::int32_t Graph::state_entry(VertexId vertex, std::size_t index) const {
  const std::size_t place = vertex * state_length_ + index;
  return std::visit([&](auto states) -> std::int32_t { return states[place]; }, states_);
}

std::string Graph::state_text(VertexId vertex) const {
  constexpr std::size_t shown = 64;
  std::string text = "(";
  for (std::size_t i = 0; i < std::min(state_length_, shown); ++i) {
    if (i > 0) text += ", ";
    text += std::to_string(state_entry(vertex, i));
  }
  return text + (state_length_ > shown ? ", ...)" : ")");
}

std::optional<std::span<const double>> Graph::reward(std::string_view name) const {
  const auto found = std::ranges::find(reward_names_, name);
  if (found == reward_names_.end()) return std::nullopt;
  const auto index = static_cast<std::size_t>(found - reward_names_.begin());
  return object_.section<double>("rewards").subspan(index * vertex_count(), vertex_count());
}

}  // namespace phasic
