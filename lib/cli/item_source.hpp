// One file or pipe of items, read as it comes.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "cli/items.hpp"

namespace phasic {

class ItemSource {
 public:
  /// `name` is what messages call it: `standard input`, or the file.
  ItemSource(Descriptor descriptor, std::string name);

  /// The next item, or nothing at the end. Blank lines and carriage returns are passed over, a last line may
  /// lack its newline. Throws FormatError for anything else, saying what it saw; MissingError where the first
  /// item should be and nothing is.
  std::optional<Item> next();
  /// Whether bytes are here, or arrive within `patience`, or the end is reached.
  [[nodiscard]] bool is_ready(std::chrono::milliseconds patience) const;

 private:
  [[nodiscard]] std::span<const std::byte> waiting() const { return std::span(buffer_).subspan(begin_); }
  bool fill();
  bool skip_blanks();
  Object read_waiting_object();
  ObjectHash read_key();
  [[nodiscard]] std::string where() const;

  Descriptor descriptor_;
  std::string name_;
  Buffer buffer_;  ///< what was read; taken up to begin_
  std::size_t begin_ = 0;
  std::size_t item_count_ = 0;  ///< items begun
};

}  // namespace phasic
