// The files that a model written in C++ is made of: its own and those that it includes with quotes, from
// beside the including file, those that these include, and so on. What is included with <>, or not beside the
// file that includes it, belongs to the compiler, as does the standard library.
#pragma once

#include <string>
#include <vector>

#include "base/digest.hpp"
#include "model/cpp_tokens.hpp"
#include "store/record.hpp"

namespace phasic {

struct CppSource {
  std::string path;  ///< as a compiler run from here opens it
  std::string name;  ///< relative to the model file's directory; of the model file itself, empty
  DigestBytes digest{};
};

/// Which version of a file it was: device, inode, size and times; all zero where there is none.
struct FileVersion {
  std::string path;
  std::vector<std::int64_t> marks;
};

struct CppSources {
  std::vector<CppSource> files;       ///< the model file first
  std::vector<FileVersion> versions;  ///< of all that was read, and of what was looked for and is not there
  std::vector<std::string> absent;    ///< `model.cpp:3: "x.hpp"`: with quotes, and not beside the file
};

/// Throws MissingError where the model file cannot be opened, InputError where one of the files is no regular
/// file or makes its outcome unknowable (a date, an include of what a macro stands for), LimitError beyond
/// 64 MiB for a file and 1,000 files.
CppSources read_cpp_sources(const std::string& path);

/// "code" and "include NAME" for each further file.
std::vector<RequestPart> parts_of(const CppSources& sources);

/// The first file that is no longer what was read; empty if there is none.
std::string first_changed_file(const CppSources& sources);

}  // namespace phasic
