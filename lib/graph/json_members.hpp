// The members of a serialized graph, as they stand in the JSON text: tables of numbers, read event by event
// without a tree, so that memory is what the numbers take. What they mean is read_json's matter.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace phasic {

/// Rows of numbers, of any lengths.
struct JsonRows {
  std::vector<double> values;
  std::vector<std::size_t> ends;  ///< of each row in `values`

  [[nodiscard]] std::size_t size() const { return ends.size(); }
  [[nodiscard]] std::span<const double> operator[](std::size_t row) const {
    const std::size_t begin = row == 0 ? 0 : ends[row - 1];
    return std::span(values).subspan(begin, ends[row] - begin);
  }
};

/// An element of `derived`, `rewards` or `properties`: a name, and rows that may begin with a word.
struct JsonNamed {
  std::string name;
  JsonRows rows;                   ///< one row for an array of numbers
  std::vector<std::string> words;  ///< of each row, or empty
};

struct JsonMembers {
  std::map<std::string, JsonRows, std::less<>> tables;            ///< arrays of arrays of numbers
  std::map<std::string, std::vector<double>, std::less<>> lists;  ///< arrays of numbers
  std::map<std::string, double, std::less<>> numbers;
  std::map<std::string, bool, std::less<>> flags;
  std::map<std::string, std::string, std::less<>> texts;
  std::optional<std::vector<std::string>> parameters;
  std::map<std::string, std::vector<JsonNamed>, std::less<>> named;
};

/// Reads one JSON object. Members that are not known are passed over. Throws InputError at `where` for what
/// is no JSON (with its line), a member that is given twice, and one that has another form than it should.
JsonMembers read_json_members(std::string_view text, const std::string& where);

}  // namespace phasic
