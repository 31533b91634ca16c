#include "cli/model_help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace phasic {

namespace {

// name, type, default, bounds, help
using Row = std::array<std::string, 5>;

Row row_of(const Parameter& parameter) {
  return {parameter.name, std::string(type_name(parameter.standard)), value_text(parameter.standard),
          bounds_text(parameter), parameter.help};
}

std::string table(const std::vector<Row>& rows) {
  std::array<std::size_t, 5> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (widths[i] != 0) line += fmt::format("  {:<{}}", row[i], widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string list(std::string_view title, const std::vector<std::string>& names) {
  return fmt::format("{}: {}\n", title, names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", ")));
}

}  // namespace

std::string model_help(const std::string& path, const Declaration& declaration) {
  std::vector<Row> rows;
  for (const Parameter& parameter : declaration.parameters) rows.push_back(row_of(parameter));
  std::string text = fmt::format("Model: {}\n", path);
  text += rows.empty() ? "Parameters (-p): none\n" : "Parameters (-p):\n" + table(rows);
  text += list("Theta (--theta)", declaration.theta);
  if (!declaration.derived.empty()) text += list("Derived terms", declaration.derived);
  text += list("Rewards (--reward)", declaration.rewards);
  std::vector<std::string> properties;
  for (const StateProperty& property : declaration.properties) properties.push_back(property.name);
  if (!properties.empty()) text += list("Properties (--reward count:)", properties);
  text += fmt::format("Time: {}\n", declaration.time == TimeKind::discrete ? "discrete" : "continuous");
  return text;
}

}  // namespace phasic
