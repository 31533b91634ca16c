#include "cli/build_parameters.hpp"

#include <algorithm>

namespace phasic {

namespace {

// Before the name of a parameter, in the note's provenance.
constexpr std::string_view mark = "param ";

std::vector<RequestPart> parts_of(const ObjectHash& graph) {
  return {{"graph", to_hex(graph)}};
}

RequestKey note_key(const ObjectHash& graph) {
  return request_key("built", parts_of(graph));
}

// The type stands before the value, so that JSON can tell 6 from "6".
std::string typed_text(const ParameterValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return std::string(type_name(value)) + ' ' + (text != nullptr ? *text : value_text(value));
}

Cell cell_of(std::string_view typed) {
  if (typed.empty()) return empty_cell();
  const std::size_t blank = std::min(typed.find(' '), typed.size() - 1);
  const std::string_view type = typed.substr(0, blank);
  const std::string_view value = typed.substr(blank + 1);
  if (type == "string") return text_cell(value);
  return {std::string(value), std::string(value)};
}

/// The parameters among what a note says; tool, host and time are not.
Provenance parameters_of(const Provenance& provenance) {
  Provenance parameters;
  for (const auto& [name, value] : provenance) {
    if (name.starts_with(mark)) parameters.emplace_back(name, value);
  }
  return parameters;
}

}  // namespace

void BuildParametersNotes::note(const Object& graph, std::span<const Parameter> parameters) {
  Provenance now;
  for (const Parameter& parameter : parameters) {
    now.emplace_back(std::string(mark) + parameter.name, typed_text(parameter.value));
  }
  const auto before = noted_.emplace(graph.hash(), now).first;
  for (auto& entry : before->second) {
    if (std::ranges::find(now, entry) == now.end()) entry.second.clear();
  }
  const auto filed = store_.find(Layer::graphs, note_key(graph.hash()));
  if (filed && is_build_note(*filed) && parameters_of(filed->provenance) == before->second) return;
  Record record;
  record.request = note_key(graph.hash());
  record.layer = Layer::graphs;
  record.object = graph.hash();
  record.length = graph.bytes().size();
  record.parts = parts_of(graph.hash());
  record.provenance = before->second;
  for (auto& entry : made_by(tool_)) record.provenance.push_back(std::move(entry));
  store_.file(record);
}

std::optional<BuildParameters> find_build_parameters(Store& store, const ObjectHash& graph) {
  const auto record = store.find(Layer::graphs, note_key(graph));
  if (!record || !is_build_note(*record) || record->object != graph) return std::nullopt;
  return build_parameters_of(*record);
}

bool is_build_note(const Record& record) {
  return record.layer == Layer::graphs && record.request == note_key(record.object);
}

BuildParameters build_parameters_of(const Record& note) {
  BuildParameters parameters;
  for (const auto& [name, value] : parameters_of(note.provenance)) {
    parameters.push_back({name.substr(mark.size()), cell_of(value)});
  }
  return parameters;
}

}  // namespace phasic
