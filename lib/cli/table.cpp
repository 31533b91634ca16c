#include "cli/table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/number_text.hpp"
#include "moments/number.hpp"

namespace phasic {

namespace {

// Columns a terminal needs: code points, which for the names we print is near enough to cells.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_number(const std::string& text) {
  return text.empty() || text == "inf" || text == "-inf" || text == "nan" || parse_double(text).has_value();
}

struct Column {
  std::size_t width = 0;
  enum class Side { left, right } side = Side::right;
};

std::vector<Column> measure(const std::vector<std::vector<std::string>>& rows) {
  std::vector<Column> columns;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    columns.resize(std::max(columns.size(), rows[row].size()));
    for (std::size_t i = 0; i < rows[row].size(); ++i) {
      columns[i].width = std::max(columns[i].width, width_of(rows[row][i]));
      if (row > 0 && !is_number(rows[row][i])) columns[i].side = Column::Side::left;
    }
  }
  return columns;
}

std::string field_text(std::string_view text) {
  std::string field(text);
  std::ranges::replace_if(
      field, [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return field;
}

}  // namespace

Cell number_cell(double number) {
  std::string text = shortest_text(number);
  std::string json = std::isfinite(number) ? text : "null";
  return {std::move(text), std::move(json)};
}

Cell number_cell(const Number& number) {
  if (number.decimal.empty()) return number_cell(number.value);
  return {number.decimal, number.decimal};
}

Cell bound_cell(double bound) {
  return number_cell(to_bound(bound));
}

Cell text_cell(std::string_view text) {
  return {std::string(text), json_text(text)};
}

Cell empty_cell() {
  return {"", "null"};
}

std::string json_numbers(std::span<const double> numbers) {
  std::string text = "[";
  for (const double number : numbers) {
    if (text.size() > 1) text += ',';
    text += number_cell(number).json;
  }
  return text + ']';
}

std::string aligned(const std::vector<std::vector<std::string>>& rows) {
  const std::vector<Column> columns = measure(rows);
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(columns[i].width - width_of(row[i]), ' ');
      if (i > 0) line += "  ";
      line += columns[i].side == Column::Side::right ? padding + row[i] : row[i] + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string tsv_line(std::span<const std::string> fields) {
  std::string line;
  for (const std::string& field : fields) {
    if (&field != fields.data()) line += '\t';
    line += field_text(field);
  }
  return line + '\n';
}

std::string tsv_line(std::span<const Cell> cells) {
  std::vector<std::string> fields;
  fields.reserve(cells.size());
  for (const Cell& cell : cells) fields.push_back(cell.text);
  return tsv_line(fields);
}

std::string json_line(std::span<const std::string> names, std::span<const Cell> cells) {
  std::string line = "{";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    line += json_text(names[i]) + ':' + cells[i].json;
  }
  return line + "}\n";
}

}  // namespace phasic
