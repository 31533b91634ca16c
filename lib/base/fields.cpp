#include "base/fields.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace phasic {

namespace {

void drop_blanks(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
}

}  // namespace

void FieldSplitter::choose_separator(std::string_view first_line) {
  const bool has_tab = first_line.find('\t') != std::string_view::npos;
  separator_ = !has_tab && first_line.find(',') != std::string_view::npos ? ',' : '\t';
}

std::optional<std::span<const std::string_view>> FieldSplitter::split(std::string_view line) {
  fields_.clear();
  unquoted_.clear();
  for (;;) {
    drop_blanks(line);
    if (line.starts_with('"')) {
      const auto field = take_quoted(line);
      if (!field) return std::nullopt;
      fields_.push_back(*field);
    } else {
      const std::size_t end = std::min(line.find(separator_), line.size());
      fields_.push_back(trimmed(line.substr(0, end)));
      line.remove_prefix(end);
    }
    if (line.empty()) return fields_;
    line.remove_prefix(1);
  }
}

std::optional<std::string_view> FieldSplitter::take_quoted(std::string_view& line) {
  std::string text;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] != '"') {
      text += line[i];
    } else if (line.substr(i + 1).starts_with('"')) {
      text += line[i++];
    } else {
      line.remove_prefix(i + 1);
      drop_blanks(line);
      if (!line.empty() && line.front() != separator_) return std::nullopt;
      return unquoted_.emplace_back(std::move(text));
    }
  }
  return std::nullopt;
}

}  // namespace phasic
