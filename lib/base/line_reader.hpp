// Lines from a file or pipe, in bounded memory, each handed out as soon as it is there: a program that drives
// a tool as a coprocess gets its answer before it sends the next line.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.hpp"

namespace phasic {

class LineReader {
 public:
  /// A file, or standard input for "-". Throws MissingError if it cannot be opened.
  explicit LineReader(const std::filesystem::path& path);

  /// The next line without its end (LF or CRLF; the last line needs none); a byte-order mark before the first
  /// is dropped. Nothing at the end. Valid until the next call. Throws IoError, and LimitError for a line
  /// longer than 64 MiB.
  std::optional<std::string_view> next();
  /// Whether the next line is here already, so that asking for it would not wait.
  [[nodiscard]] bool has_line() const { return buffer_.find('\n', start_) != std::string::npos; }
  /// The number of the line handed out last, from 1.
  [[nodiscard]] std::size_t line_number() const { return line_number_; }

 private:
  bool fill();
  std::string where_;
  Descriptor file_;
  int descriptor_;
  std::string buffer_;
  std::size_t start_ = 0;
  std::size_t line_number_ = 0;
  bool at_end_ = false;
};

}  // namespace phasic
