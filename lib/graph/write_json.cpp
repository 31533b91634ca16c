#include "graph/write_json.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/json_text.hpp"
#include "base/number_text.hpp"

namespace phasic {

namespace {

class JsonWriter {
 public:
  JsonWriter(const Graph& graph, const TextSink& sink) : graph_(graph), text_(sink) {}

  void run() {
    const std::size_t width = graph_.terms().count() - 1;
    write_states();
    list("vertex_indices", graph_.vertex_count(), [](std::size_t v) { return fmt::format("{}", v); });
    const bool is_constant = width == 0;
    write_constant_edges("edges", is_constant);
    write_constant_edges("constant_edges", !is_constant);
    write_start_edges();
    write_param_edges();
    list("start_param_edges", 0, nullptr);
    member("param_length", fmt::format("{}", width));
    member("state_length", fmt::format("{}", graph_.state_length()));
    member("n_vertices", fmt::format("{}", graph_.vertex_count()));
    member("weight_mode", R"("linear")");
    member("is_discrete", graph_.time() == TimeKind::discrete ? "true" : "false");
    const Terms& terms = graph_.terms();
    list("parameters", terms.parameters.size(), [&](auto i) { return json_text(terms.parameters[i]); });
    list("derived", terms.derived.size(), [&](auto i) { return derived_text(terms.derived[i]); });
    write_rewards();
    const auto& properties = graph_.properties();
    list("properties", properties.size(), [&](auto i) { return property_text(properties[i]); });
    text_.add("\n}\n").finish();
  }

 private:
  void begin(std::string_view name) {
    text_.add(is_first_ ? "{\n" : ",\n").add("\"").add(name).add("\":");
    is_first_ = false;
  }

  void member(std::string_view name, std::string_view value) {
    begin(name);
    text_.add(value);
  }

  template <class Element>
  void list(std::string_view name, std::size_t count, const Element& element) {
    begin(name);
    text_.add("[");
    if constexpr (!std::is_null_pointer_v<Element>) {
      for (std::size_t i = 0; i < count; ++i) text_.add(i > 0 ? "," : "").add(element(i));
    }
    text_.add("]");
  }

  void write_states() {
    list("states", graph_.vertex_count(), [&](std::size_t v) {
      std::string row = "[";
      for (std::size_t i = 0; i < graph_.state_length(); ++i) {
        row += fmt::format("{}{}", i > 0 ? "," : "", graph_.state_entry(static_cast<VertexId>(v), i));
      }
      return row + ']';
    });
  }

  /// Calls `write(from, edge)` for each edge but the start's.
  template <class Write>
  void for_each_edge(const Write& write) {
    for (VertexId v = 1; v <= graph_.transient_count(); ++v) {
      for (std::uint32_t e = graph_.row_offsets()[v]; e < graph_.row_offsets()[v + 1]; ++e) write(v, e);
    }
  }

  void write_constant_edges(std::string_view name, bool has_them) {
    begin(name);
    const char* separator = "[";
    if (has_them) {
      for_each_edge([&](VertexId from, std::uint32_t e) {
        const double constant = graph_.coefficients(graph_.classes()[e])[0];
        if (constant == 0) return;
        text_.add(fmt::format("{}[{},{},{}]", separator, from, graph_.targets()[e], shortest_text(constant)));
        separator = ",";
      });
    }
    text_.add(*separator == '[' ? "[]" : "]");
  }

  void write_start_edges() {
    list("start_edges", graph_.row_offsets()[1], [&](std::size_t e) {
      return fmt::format("[{},{}]", graph_.targets()[e],
                         shortest_text(graph_.coefficients(graph_.classes()[e])[0]));
    });
  }

  void write_param_edges() {
    begin("param_edges");
    const char* separator = "[";
    for_each_edge([&](VertexId from, std::uint32_t e) {
      const auto coefficients = graph_.coefficients(graph_.classes()[e]).subspan(1);
      if (std::ranges::all_of(coefficients, [](double c) { return c == 0; })) return;
      std::string row = fmt::format("{}[{},{}", separator, from, graph_.targets()[e]);
      for (const double coefficient : coefficients) (row += ',') += shortest_text(coefficient);
      text_.add(row += ']');
      separator = ",";
    });
    text_.add(*separator == '[' ? "[]" : "]");
  }

  static std::string derived_text(const DerivedTerm& term) {
    std::string steps;
    for (const FormulaNode& node : term.formula) {
      steps += fmt::format("{}[\"{}\"", steps.empty() ? "" : ",", name_of(node.operation));
      const std::size_t operands = *operand_count(static_cast<std::uint32_t>(node.operation));
      if (node.operation == Operation::constant) (steps += ',') += shortest_text(node.value);
      if (node.operation == Operation::parameter) steps += fmt::format(",{}", node.operands[0]);
      for (std::size_t i = 0; i < operands; ++i) steps += fmt::format(",{}", node.operands[i]);
      steps += ']';
    }
    return fmt::format(R"({{"name":{},"formula":[{}]}})", json_text(term.name), steps);
  }

  static std::string property_text(const StateProperty& property) {
    std::string entries;
    for (const auto& [index, value] : property.entries) {
      entries += fmt::format("{}[{},{}]", entries.empty() ? "" : ",", index, value);
    }
    return fmt::format(R"({{"name":{},"entries":[{}]}})", json_text(property.name), entries);
  }

  void write_rewards() {
    begin("rewards");
    text_.add("[");
    for (std::size_t r = 0; r < graph_.reward_names().size(); ++r) {
      const std::string& name = graph_.reward_names()[r];
      text_.add(fmt::format(R"({}{{"name":{},"values":[)", r > 0 ? "," : "", json_text(name)));
      const auto values = *graph_.reward(name);
      for (std::size_t v = 0; v < values.size(); ++v) {
        text_.add(v > 0 ? "," : "").add(shortest_text(values[v]));
      }
      text_.add("]}");
    }
    text_.add("]");
  }

  const Graph& graph_;
  ChunkedText text_;
  bool is_first_ = true;
};

}  // namespace

void write_json(const Graph& graph, const TextSink& sink) {
  JsonWriter(graph, sink).run();
}

}  // namespace phasic
