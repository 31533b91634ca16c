// Results as rows: text for people, TSV and JSON lines for programs, all with the same names and the same
// number text.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

namespace phasic {

enum class TableForm { text, tsv, json };

/// A value in a row. `text` is how it is written (`1.5`, `inf`); `json` how JSON lines write it.
struct Cell {
  std::string text;
  std::string json;
};
Cell number_cell(double number);
Cell text_cell(const std::string& text);

/// `"..."` with everything JSON wants escaped; invalid UTF-8 is replaced.
std::string json_text(const std::string& text);

/// Pads columns to their widest cell, two blanks between, no blanks at line ends. The first row is the
/// header.
std::string aligned(const std::vector<std::vector<std::string>>& rows);

/// Writes to stdout, checking: throws IoError where it cannot (a full disk), so no result is lost silently.
void print(const std::string& text);

}  // namespace phasic
