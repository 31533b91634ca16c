#include "cli/moments_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/number_text.hpp"

namespace phasic {

namespace {

constexpr std::size_t most_held_rows = 4096;
constexpr const char* bound_suffix = "_error";

std::string text_of(const Number& number) {
  return number.decimal.empty() ? shortest_text(number.value) : number.decimal;
}

std::string json_of(const Number& number) {
  return number.decimal.empty() ? number_cell(number.value).json : number.decimal;
}

}  // namespace

std::vector<std::string> MomentsTable::header() const {
  std::vector<std::string> names;
  if (!layout_.graph.empty()) names.emplace_back("graph");
  names.insert(names.end(), build_columns_.begin(), build_columns_.end());
  if (shows_theta()) names.insert(names.end(), layout_.parameters.begin(), layout_.parameters.end());
  if (!layout_.subjects.empty()) names.insert(names.end(), {"vertex", "state"});
  for (const std::string& statistic : layout_.statistics) {
    names.push_back(statistic);
    if (has_bounds()) names.push_back(statistic + bound_suffix);
  }
  return names;
}

std::vector<std::string> MomentsTable::cells(const ThetaRow& row, const Answer& answer,
                                             const Subject* subject) const {
  std::vector<std::string> fields;
  if (!layout_.graph.empty()) fields.push_back(layout_.graph);
  for (std::string& field : build_cells()) fields.push_back(std::move(field));
  if (shows_theta()) {
    for (const double number : row.theta) fields.push_back(shortest_text(number));
  }
  if (subject != nullptr) {
    fields.push_back(std::to_string(subject->vertex));
    fields.push_back(fmt::format("{}", fmt::join(subject->state, ",")));
  }
  for (std::size_t i = 0; i < answer.values.size(); ++i) {
    fields.push_back(text_of(answer.values[i]));
    if (has_bounds()) fields.push_back(text_of(answer.bounds[i]));
  }
  return fields;
}

std::string MomentsTable::list(const Answer& answer) const {
  std::size_t width = 0;
  for (const auto& name : layout_.statistics) width = std::max(width, name.size());
  std::string text;
  for (std::size_t i = 0; i < answer.values.size(); ++i) {
    const std::string bound = has_bounds() ? " +- " + text_of(answer.bounds[i]) : "";
    text += fmt::format("{:<{}}  {}{}\n", layout_.statistics[i], width, text_of(answer.values[i]), bound);
  }
  return text;
}

std::string MomentsTable::json(const ThetaRow& row, const Answer& answer, const Subject* subject) const {
  std::string text = "{";
  if (!layout_.graph.empty()) text += fmt::format("\"graph\":{},", json_text(layout_.graph));
  if (layout_.build_parameters) {
    std::string members;
    for (const auto& [name, value] : *layout_.build_parameters) {
      members += fmt::format("{}{}:{}", members.empty() ? "" : ",", json_text(name), value.json);
    }
    text += fmt::format("\"parameters\":{{{}}},", members);
  }
  text += "\"theta\":" + json_numbers(row.theta);
  if (!answer.error.empty()) return text + ",\"error\":" + json_text(answer.error) + "}\n";
  if (subject != nullptr) {
    text += fmt::format(",\"vertex\":{},\"state\":[{}]", subject->vertex, fmt::join(subject->state, ","));
  }
  for (std::size_t i = 0; i < answer.values.size(); ++i) {
    text += fmt::format(",{}:{}", json_text(layout_.statistics[i]), json_of(answer.values[i]));
    if (has_bounds())
      text +=
          fmt::format(",{}:{}", json_text(layout_.statistics[i] + bound_suffix), json_of(answer.bounds[i]));
  }
  return text + (answer.infinite ? ",\"note\":\"infinite\"}\n" : "}\n");
}

std::vector<std::string> MomentsTable::build_cells() const {
  std::vector<std::string> cells;
  const BuildParameters known = layout_.build_parameters.value_or(BuildParameters{});
  for (const std::string& column : build_columns_) {
    const auto found = std::ranges::find(known, column, &BuildParameter::name);
    cells.push_back(found == known.end() ? "" : found->value.text);
  }
  return cells;
}

std::string MomentsTable::begin_graph(MomentsLayout layout) {
  const bool is_first = printed_header_.empty();
  layout_ = std::move(layout);
  if (is_first && layout_.build_parameters) {
    for (const auto& parameter : *layout_.build_parameters) build_columns_.push_back(parameter.name);
  }
  if (layout_.form == TableForm::json || is_list()) return "";
  if (header() == printed_header_) return "";
  if (!is_first && layout_.form == TableForm::tsv) {
    throw InputError({"graph " + layout_.graph.substr(0, 8) + "…",
                      fmt::format("its columns would be {}, and the table has {}", fmt::join(header(), " "),
                                  fmt::join(printed_header_, " ")),
                      "ask for each kind of graph in a call of its own, or say --json",
                      {}});
  }
  std::string text = finish();
  printed_header_ = header();
  if (layout_.form == TableForm::tsv) return text + tsv_line(printed_header_);
  held_.push_back(printed_header_);
  return text;
}

std::string MomentsTable::row(const ThetaRow& row, const Answer& answer) {
  // A bad theta has one object, and a row of nan for each subject.
  const bool is_one_error = layout_.form == TableForm::json && !answer.error.empty();
  if (layout_.subjects.empty() || is_one_error) return part(row, answer, nullptr);
  std::string text;
  const std::size_t columns = layout_.statistics.size();
  for (std::size_t i = 0; i < layout_.subjects.size(); ++i) {
    const auto first = answer.values.begin() + static_cast<std::ptrdiff_t>(i * columns);
    Answer own{{first, first + static_cast<std::ptrdiff_t>(columns)}, false, answer.error};
    if (has_bounds()) {
      const auto bound = answer.bounds.begin() + static_cast<std::ptrdiff_t>(i * columns);
      own.bounds.assign(bound, bound + static_cast<std::ptrdiff_t>(columns));
    }
    own.infinite = std::ranges::any_of(
        own.values, [](const Number& n) { return std::isinf(n.value) && n.decimal.empty(); });
    text += part(row, own, &layout_.subjects[i]);
  }
  return text;
}

std::string MomentsTable::part(const ThetaRow& row, const Answer& answer, const Subject* subject) {
  if (layout_.form == TableForm::json) return json(row, answer, subject);
  if (is_list()) return list(answer);
  if (layout_.form == TableForm::tsv) return tsv_line(cells(row, answer, subject));
  held_.push_back(cells(row, answer, subject));
  return held_.size() >= most_held_rows ? finish() : "";
}

std::string MomentsTable::finish() {
  if (held_.empty()) return "";
  std::string text = aligned(held_);
  held_.clear();
  return text;
}

}  // namespace phasic
