// The texts that a model is made of: the model file and what it includes. Each file is read once, so that all
// threads run the same text and the request key is made of what was run.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace phasic {

struct SourceFile {
  std::string path;  ///< to open it, and for messages
  std::string name;  ///< relative to the model file's directory; of the model file itself, empty
  std::string text;
  std::string identity;  ///< its path without links; empty where there is no such file
};

/// A line of one of the files; line 0 is the file as a whole.
struct SourcePlace {
  std::size_t file = 0;
  int line = 0;
};

class SourceFiles {
 public:
  /// The model file, number 0.
  SourceFiles(std::string path, std::string text);

  [[nodiscard]] std::span<const SourceFile> all() const { return files_; }
  [[nodiscard]] const SourceFile& operator[](std::size_t number) const { return files_[number]; }
  /// `path:line`.
  [[nodiscard]] std::string text_of(SourcePlace place) const;

  /// The number of the file that the including file `from` means by `written`; reads it if it is new.
  /// Throws InputError for an absolute path or what is no file of text, MissingError if it cannot be opened.
  std::size_t find_or_read(std::size_t from, std::string_view written);

 private:
  std::vector<SourceFile> files_;
};

}  // namespace phasic
