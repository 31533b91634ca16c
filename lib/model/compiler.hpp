// The system's C++ compiler: found without being called, and called without a shell, in a directory of its
// own, to make a shared library of a model's source file.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "model/cpp_sources.hpp"
#include "model/model_headers.hpp"

namespace phasic {

/// --compile: -O1, -O2, or -O3 for this very processor.
enum class Preset { fast, balanced, max };
std::optional<Preset> parse_preset(std::string_view text);
std::string_view name_of(Preset preset);

struct Compiler {
  std::vector<std::string> command;  ///< its path, with `ccache` or the like before it
  std::string path;                  ///< of the compiler itself
  std::uint64_t size = 0;
  std::string modified;  ///< seconds and nanoseconds, `1690000000.123456789`
};

/// What is there to compile with. Options that $CXX brings along are asked for whether or not there is a
/// compiler: they may change what a model means.
struct CompilerChoice {
  std::string sought;  ///< `c++, g++ or clang++`, or what $CXX says, for messages
  std::vector<std::string> options;
  std::optional<Compiler> found;
};

/// $CXX, split at blanks, else the first of c++, g++ and clang++ on PATH. Looks at files only.
CompilerChoice choose_compiler();

/// The first line of what it says to --version; empty if it says nothing.
std::string version_text(const Compiler& compiler);
/// `g++ 12.2.0`, for the log.
std::string short_name(const Compiler& compiler, std::string_view version);

/// The options that a preset stands for, and those that all have in common.
std::vector<std::string> options_of(Preset preset);

/// Whether code made so runs on this very processor only.
bool is_for_this_processor(Preset preset, std::span<const std::string> options);

struct Compilation {
  const CppSources& sources;
  const Compiler& compiler;
  std::span<const std::string> options;  ///< of $CXX
  Preset preset{};
  std::span<const EmbeddedHeader> headers;
  double seconds = 0;  ///< 0: no limit
};

struct Compiled {
  Buffer library;
  std::string messages;  ///< what the compiler had to say nevertheless
};

/// Makes a shared library of the model's file. SIGINT, SIGTERM, SIGHUP and SIGQUIT end the compiler, remove
/// what it left, and then have the effect that they always have. Throws InputError with the compiler's own
/// message, and where a file changed meanwhile; LimitError beyond `seconds`.
Compiled compile(const Compilation& compilation);

}  // namespace phasic
