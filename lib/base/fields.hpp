// The fields of a line of a table, separated by TABs or commas; a field may be in double quotes, as R and
// spreadsheets write them.
#pragma once

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace phasic {

class FieldSplitter {
 public:
  /// Commas where a table's first line has no TAB, else TABs.
  void choose_separator(std::string_view first_line);

  /// The fields, at least one, without the blanks around them; within quotes a doubled quote stands for
  /// itself. Nothing for a quote that does not end, or ends before its field. Valid until the next call, and
  /// as long as `line`.
  std::optional<std::span<const std::string_view>> split(std::string_view line);

 private:
  std::optional<std::string_view> take_quoted(std::string_view& line);
  char separator_ = '\t';
  std::vector<std::string_view> fields_;
  std::deque<std::string> unquoted_;
};

}  // namespace phasic
