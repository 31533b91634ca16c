// Results as rows: text for people, TSV and JSON lines for programs, all with the same names and the same
// number text.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_text.hpp"
#include "cli/exit.hpp"
#include "moments/number.hpp"

namespace phasic {

enum class TableForm { text, tsv, json };

/// A value in a row. `text` is how people and TSV see it (`1.5`, `inf`); `json` how a JSON line writes it.
struct Cell {
  std::string text;
  std::string json;
};
/// Reads back to the same double; inf and nan are null in JSON, which knows neither.
Cell number_cell(double number);
Cell number_cell(const Number& number);
/// An error bound, in three digits, rounded up.
Cell bound_cell(double bound);
Cell text_cell(std::string_view text);
/// A value that is not there: an empty field, null in JSON.
Cell empty_cell();

/// `[2,5]`
std::string json_numbers(std::span<const double> numbers);

/// Pads columns to their widest cell, two blanks between, no blanks at line ends. The first row is the
/// header. Columns whose cells are all numbers are set to the right, their headers with them.
std::string aligned(const std::vector<std::vector<std::string>>& rows);

/// One row and its line end; tabs and line breaks inside a field become blanks, so that columns stay columns.
std::string tsv_line(std::span<const std::string> fields);
std::string tsv_line(std::span<const Cell> cells);
/// One object and its line end: `{"name":value,...}` in the order given. As many names as cells.
std::string json_line(std::span<const std::string> names, std::span<const Cell> cells);

}  // namespace phasic
