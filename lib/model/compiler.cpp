#include "model/compiler.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <filesystem>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/private_directory.hpp"
#include "base/program.hpp"
#include "base/text.hpp"

namespace phasic {

namespace {

namespace fs = std::filesystem;
using End = ProgramOutcome::End;

constexpr std::size_t largest_library = std::size_t{256} << 20U;
constexpr std::size_t most_lines = 100;

constexpr std::array<std::pair<std::string_view, Preset>, 3> presets{
    {{"fast", Preset::fast}, {"balanced", Preset::balanced}, {"max", Preset::max}}};

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const std::string_view word : split(text, ' ')) {
    if (!trimmed(word).empty()) words.emplace_back(trimmed(word));
  }
  return words;
}

// The compiler is the last word before the options: `ccache g++ -DSMALL`.
std::optional<Compiler> find_compiler(std::span<const std::string> words) {
  Compiler compiler;
  for (const std::string& word : words) {
    compiler.command.push_back(find_program(word));
    if (compiler.command.back().empty()) return std::nullopt;
  }
  if (compiler.command.empty()) return std::nullopt;
  compiler.path = compiler.command.back();
  // A wrapper looks for what it wraps by itself.
  if (words.size() > 1) std::ranges::copy(words.subspan(1), compiler.command.begin() + 1);
  struct stat status {};
  if (::stat(compiler.path.c_str(), &status) != 0) return std::nullopt;
  compiler.size = static_cast<std::uint64_t>(status.st_size);
  compiler.modified = fmt::format("{}.{:09}", status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
  return compiler;
}

// The message's first lines, whole ones.
std::string first_lines(const ProgramOutcome& outcome) {
  std::string_view text = outcome.output;
  std::size_t end = 0;
  std::size_t lines = 0;
  while (lines < most_lines && end < text.size()) {
    const std::size_t next = text.find('\n', end);
    if (next == std::string_view::npos) {
      if (!outcome.output_is_cut) end = text.size();
      break;
    }
    end = next + 1;
    ++lines;
  }
  std::string shown(text.substr(0, end));
  if (end < text.size() || outcome.output_is_cut) shown += "... and more\n";
  return shown;
}

void write_headers(const fs::path& directory, std::span<const EmbeddedHeader> headers) {
  for (const EmbeddedHeader& header : headers) {
    const fs::path path = directory / header.name;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    write_file_atomically(path, as_bytes(header.text));
  }
}

// An absolute or relative path that no compiler takes for an option.
std::string as_argument(const std::string& path) {
  return path.starts_with('-') ? "./" + path : path;
}

// What __FILE__ and messages of the model say does not depend on where the model lies, nor on its own name:
// of the model file nothing is left, of others their path from its directory.
std::vector<std::string> names_of_files(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "" : path.substr(0, slash + 1);
  if (path.find('=') != std::string::npos) return {};
  std::vector<std::string> options;
  if (!directory.empty()) options.push_back("-fmacro-prefix-map=" + directory + "=");
  options.push_back("-fmacro-prefix-map=" + path + "=");
  return options;
}

Program program_for(const Compilation& compilation, const fs::path& directory, const fs::path& library) {
  Program program;
  program.arguments = compilation.compiler.command;
  const auto append = [&](const auto& more) {
    program.arguments.insert(program.arguments.end(), more.begin(), more.end());
  };
  const std::string source = as_argument(compilation.sources.files.front().path);
  append(compilation.options);
  append(options_of(compilation.preset));
  append(names_of_files(source));
  append(std::vector<std::string>{"-I", directory.string(), "-o", library.string(), source});
  // Its own temporary files go with ours; a date would make the outcome depend on the day.
  program.environment = {{"TMPDIR", directory.string()}, {"SOURCE_DATE_EPOCH", "0"}};
  program.seconds = compilation.seconds;
  return program;
}

[[noreturn]] void complain(const Compilation& compilation, const ProgramOutcome& outcome) {
  const std::string& path = compilation.sources.files.front().path;
  const std::string& compiler = compilation.compiler.path;
  switch (outcome.end) {
    case End::timed_out:
      throw LimitError({path,
                        fmt::format("compiling took more than {} s", compilation.seconds),
                        "raise --max-seconds",
                        {}});
    case End::not_started:
      throw MissingError({compiler,
                          "cannot be started: " + error_text(outcome.status),
                          "set CXX to a C++ compiler that can",
                          {}});
    case End::killed:
      throw InputError({path,
                        fmt::format("{} was killed by signal {}", compiler, outcome.status),
                        "",
                        {first_lines(outcome)}});
    case End::interrupted:  // the signal ends the process as soon as it is let in
      throw IoError({path, "compiling was interrupted", "", {}});
    case End::exited:
      break;
  }
  throw InputError({path,
                    fmt::format("does not compile with {} ({})", compiler, name_of(compilation.preset)),
                    "",
                    {first_lines(outcome)}});
}

Buffer read_library(const fs::path& path, const Compiler& compiler) {
  std::error_code missing;
  if (!fs::is_regular_file(path, missing)) {
    throw MissingError({compiler.path, "compiled nothing", "set CXX to a C++ compiler", {}});
  }
  const std::string text = read_text_file(path, largest_library);
  const auto bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

std::optional<Preset> parse_preset(std::string_view text) {
  const auto found = std::ranges::find(presets, text, &std::pair<std::string_view, Preset>::first);
  if (found == presets.end()) return std::nullopt;
  return found->second;
}

std::string_view name_of(Preset preset) {
  return std::ranges::find(presets, preset, &std::pair<std::string_view, Preset>::second)->first;
}

CompilerChoice choose_compiler() {
  CompilerChoice choice;
  const char* variable = std::getenv("CXX");
  const std::vector<std::string> words = words_of(variable == nullptr ? "" : variable);
  const auto option = std::ranges::find_if(
      words, [](const std::string& word) { return word.starts_with('-') || word.starts_with('@'); });
  choice.options.assign(option, words.end());
  const std::vector<std::string> command(words.begin(), option);
  if (!command.empty()) {
    choice.sought = fmt::format("{} (CXX)", fmt::join(command, " "));
    choice.found = find_compiler(command);
    return choice;
  }
  choice.sought = "c++, g++ or clang++";
  for (const char* name : {"c++", "g++", "clang++"}) {
    choice.found = find_compiler(std::array<std::string, 1>{name});
    if (choice.found) break;
  }
  return choice;
}

std::string version_text(const Compiler& compiler) {
  const HeldSignals held;
  Program program;
  program.arguments = compiler.command;
  program.arguments.emplace_back("--version");
  program.seconds = 60;
  const ProgramOutcome outcome = run_program(program, held);
  if (!outcome.succeeded()) return "";
  return std::string(trimmed(std::string_view(outcome.output).substr(0, outcome.output.find('\n'))));
}

std::string short_name(const Compiler& compiler, std::string_view version) {
  std::string name = fs::path(compiler.path).filename().string();
  std::string_view number;
  for (const std::string_view word : split(version, ' ')) {
    const bool is_number =
        !word.empty() && word.find('.') != std::string_view::npos &&
        std::ranges::all_of(word, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
    if (is_number && number.empty()) number = word;
  }
  return number.empty() ? name : fmt::format("{} {}", name, number);
}

std::vector<std::string> options_of(Preset preset) {
  std::vector<std::string> options{"-std=c++20",
                                   "-ffp-contract=off",
                                   "-fPIC",
                                   "-shared",
                                   "-fvisibility=hidden",
                                   "-fvisibility-inlines-hidden",
                                   "-fdiagnostics-color=never",
                                   "-s"};
  switch (preset) {
    case Preset::fast:
      options.emplace_back("-O1");
      break;
    case Preset::balanced:
      options.emplace_back("-O2");
      break;
    case Preset::max:
      options.emplace_back("-O3");
      options.emplace_back("-march=native");
      break;
  }
  return options;
}

bool is_for_this_processor(Preset preset, std::span<const std::string> options) {
  return preset == Preset::max ||
         std::ranges::any_of(options, [](const std::string& option) { return option.starts_with("-m"); });
}

Compiled compile(const Compilation& compilation) {
  const HeldSignals held;  // first, so that the directory is gone before a signal is let in
  const PrivateDirectory directory;
  write_headers(directory.path(), compilation.headers);
  const fs::path library = directory.path() / "model.so";
  const ProgramOutcome outcome = run_program(program_for(compilation, directory.path(), library), held);
  if (!outcome.succeeded()) complain(compilation, outcome);
  if (const std::string changed = first_changed_file(compilation.sources); !changed.empty()) {
    throw InputError({changed, "changed while it was compiled", "run the command again", {}});
  }
  return {read_library(library, compilation.compiler), first_lines(outcome)};
}

}  // namespace phasic
