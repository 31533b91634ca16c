#include "cli/object_facts.hpp"

#include <fmt/format.h>

#include "graph/graph.hpp"
#include "model/compiled_code.hpp"
#include "trace/trace.hpp"

namespace phasic {

namespace {

Cell count_cell(std::uint64_t count) {
  const std::string text = fmt::format("{}", count);
  return {text, text};
}

Cell names_cell(const std::vector<std::string>& names) {
  std::string json;
  for (const std::string& name : names) {
    if (!json.empty()) json += ',';
    json += json_text(name);
  }
  return {fmt::format("{}", fmt::join(names, " ")), fmt::format("[{}]", json)};
}

std::size_t trace_vertex_count(const Trace& trace) {
  return 1 + trace.transient_count() + trace.absorbing_count();
}

std::vector<Fact> facts_of_graph(const Graph& graph) {
  std::vector<std::string> derived;
  for (const DerivedTerm& term : graph.terms().derived) derived.push_back(term.name);
  std::vector<std::string> properties;
  for (const StateProperty& property : graph.properties()) properties.push_back(property.name);
  return {{"time", text_cell(name_of(graph.time()))},
          {"vertices", count_cell(graph.vertex_count())},
          {"transient", count_cell(graph.transient_count())},
          {"absorbing", count_cell(graph.absorbing_count())},
          {"edges", count_cell(graph.edge_count())},
          {"classes", count_cell(graph.class_count())},
          {"state_length", count_cell(graph.state_length())},
          {"parameters", names_cell(graph.terms().parameters)},
          {"derived", names_cell(derived)},
          {"rewards", names_cell(graph.reward_names())},
          {"properties", names_cell(properties)},
          {"structure", text_cell(to_hex(graph.structure_hash()))}};
}

std::vector<Fact> facts_of_trace(const Trace& trace) {
  return {{"time", text_cell(name_of(trace.time()))},
          {"vertices", count_cell(trace_vertex_count(trace))},
          {"transient", count_cell(trace.transient_count())},
          {"absorbing", count_cell(trace.absorbing_count())},
          {"edges", count_cell(trace.edge_classes().size())},
          {"classes", count_cell(trace.class_count())},
          {"terms", count_cell(trace.term_count())},
          {"components", count_cell(trace.component_count())},
          {"largest_component", count_cell(trace.largest_component())},
          {"patterns", count_cell(trace.pattern_count())},
          {"multiply_adds", count_cell(trace.multiply_add_count())},
          {"solve_count", count_cell(trace.error_counts().solve)},
          {"transposed_count", count_cell(trace.error_counts().transposed)},
          {"rate_count", count_cell(trace.error_counts().rates)},
          {"structure", text_cell(to_hex(trace.structure_hash()))}};
}

std::vector<Fact> facts_of_code(const Object& object) {
  const CompiledCode code = read_code(object);
  return {{"preset", text_cell(code.preset)},
          {"processor", text_cell(code.processor)},
          {"abi", count_cell(code.abi)},
          {"library_bytes", count_cell(code.library.size())}};
}

}  // namespace

ObjectSummary summary_of(const Object& object) {
  switch (object.type()) {
    case ObjectType::graph: {
      const Graph graph = Graph::decode(object);
      return {graph.vertex_count(), graph.edge_count(), graph.terms().parameters.size(), std::nullopt};
    }
    case ObjectType::trace: {
      const Trace trace = Trace::decode(object);
      return {trace_vertex_count(trace), trace.edge_classes().size(), trace.term_count() - 1,
              trace.multiply_add_count()};
    }
    case ObjectType::compiled:
      (void)read_code(object);
      break;
  }
  return {};
}

std::vector<Fact> facts_of(const Object& object) {
  switch (object.type()) {
    case ObjectType::graph:
      return facts_of_graph(Graph::decode(object));
    case ObjectType::trace:
      return facts_of_trace(Trace::decode(object));
    case ObjectType::compiled:
      return facts_of_code(object);
  }
  return {};
}

}  // namespace phasic
