#include "graph/state_label.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace phasic {

namespace {

constexpr std::size_t longest_shown_whole = 6;
constexpr std::size_t items_in_a_line = 3;

bool is_slot(const StateProperty& property) {
  return property.entries.size() == 1 && property.entries[0].value == 1;
}

}  // namespace

StateLabels::StateLabels(const Graph& graph) : graph_(graph), meanings_(graph.state_length()) {
  std::vector<std::vector<std::int32_t>> values(graph.state_length());
  for (const StateProperty& property : graph.properties()) {
    if (is_slot(property)) {
      meanings_[property.entries[0].index] = {Kind::slot, property.name};
      continue;
    }
    value_names_.push_back(property.name);
    for (const auto& [index, value] : property.entries) values[index].push_back(value);
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].empty()) continue;
    const std::string text = fmt::format("{}", fmt::join(values[i], ","));
    meanings_[i] = {Kind::values, values[i].size() == 1 ? text : "(" + text + ")"};
  }
}

bool StateLabels::is_short() const {
  return graph_.state_length() <= longest_shown_whole;
}

std::string StateLabels::entry_text(std::int32_t count, std::size_t index) const {
  const auto& [kind, text] = meanings_[index];
  if (kind == Kind::slot) return fmt::format("{}={}", text, count);
  return kind == Kind::values ? fmt::format("{}×{}", count, text) : fmt::format("[{}]={}", index + 1, count);
}

std::string StateLabels::operator[](VertexId vertex) const {
  if (graph_.state_length() == 0) return fmt::format("{}", vertex);
  if (graph_.state_length() == 1) return fmt::format("{}", graph_.state_entry(vertex, 0));
  if (is_short()) return graph_.state_text(vertex);
  std::string label;
  std::size_t items = 0;
  for (std::size_t i = 0; i < graph_.state_length(); ++i) {
    const std::int32_t count = graph_.state_entry(vertex, i);
    if (count == 0) continue;
    if (items > 0) label += items % items_in_a_line == 0 ? "\n" : "  ";
    label += entry_text(count, i);
    ++items;
  }
  return items == 0 ? "0" : label;
}

std::string StateLabels::key() const {
  if (graph_.properties().empty()) return "";
  const std::string names =
      value_names_.size() == 1 ? value_names_[0] : fmt::format("({})", fmt::join(value_names_, ","));
  if (!is_short()) return value_names_.empty() ? "" : "count×" + names;
  std::vector<std::string> entries;
  for (const Meaning& meaning : meanings_) entries.push_back(meaning.text);
  const std::string list = fmt::format("{}", fmt::join(entries, ", "));
  return value_names_.empty() ? "(" + list + ")" : names + " = " + list;
}

}  // namespace phasic
