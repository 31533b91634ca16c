#include "cli/model_file.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/file.hpp"
#include "model/library.hpp"
#include "model/lua_model.hpp"
#include "model/model_headers.hpp"

namespace phasic {

namespace {

constexpr std::size_t largest_model_file = std::size_t{64} << 20U;
constexpr std::string_view elf_magic = "\177ELF";

std::vector<Assignment> copy_of(std::span<const Assignment> assignments) {
  return {assignments.begin(), assignments.end()};
}

class LuaFile final : public ModelFile {
 public:
  LuaFile(const ModelFileOptions& options, std::string text) : options_(options), text_(std::move(text)) {}
  std::unique_ptr<Model> load(std::span<const Assignment> assignments) override {
    return load_lua_model(options_.path, text_, copy_of(assignments), options_.limits);
  }

 private:
  ModelFileOptions options_;
  std::string text_;
};

class LibraryFile final : public ModelFile {
 public:
  LibraryFile(const ModelFileOptions& options, std::string bytes)
      : options_(options), bytes_(std::move(bytes)) {}
  std::unique_ptr<Model> load(std::span<const Assignment> assignments) override {
    const auto elf = as_bytes(bytes_);
    return load_library_model(options_.path, elf, copy_of(assignments), options_.limits,
                              library_code_parts(elf));
  }

 private:
  ModelFileOptions options_;
  std::string bytes_;
};

class CppFile final : public ModelFile {
 public:
  CppFile(const ModelFileOptions& options, Store& store, const Log& log)
      : options_(options),
        store_(store),
        log_(log),
        sources_(read_cpp_sources(options.path)),
        choice_(choose_compiler()),
        kind_(code_kind(resolve_preset(options.preset), choice_.options)) {}

  std::unique_ptr<Model> load(std::span<const Assignment> assignments) override {
    if (!code_) {
      code_ = obtain_code({sources_, kind_, choice_, model_headers(), options_.may_compile, options_.explain,
                           options_.limits.seconds},
                          store_, log_);
    }
    if (!code_) return nullptr;
    return load_library_model(options_.path, read_code(*code_).library, copy_of(assignments), options_.limits,
                              graph_code_parts(sources_, kind_));
  }

 private:
  ModelFileOptions options_;
  Store& store_;
  const Log& log_;
  CppSources sources_;
  CompilerChoice choice_;
  CodeKind kind_;
  std::optional<Object> code_;
};

}  // namespace

Preset resolve_preset(const std::string& text) {
  const char* variable = std::getenv("PHASIC_COMPILE");
  const bool is_from_flag = !text.empty();
  const std::string chosen = is_from_flag ? text : variable == nullptr ? "" : variable;
  if (chosen.empty()) return Preset::balanced;
  if (const auto preset = parse_preset(chosen)) return *preset;
  throw UsageError({is_from_flag ? "--compile" : "PHASIC_COMPILE",
                    fmt::format("'{}' is not possible", chosen),
                    "give fast, balanced or max",
                    {}});
}

std::unique_ptr<ModelFile> open_model_file(const ModelFileOptions& options, Store& store, const Log& log) {
  constexpr std::array<std::string_view, 3> cpp_names{".cpp", ".cc", ".cxx"};
  const auto is_named = [&](std::string_view ending) { return options.path.ends_with(ending); };
  if (std::ranges::any_of(cpp_names, is_named)) return std::make_unique<CppFile>(options, store, log);
  std::string text = read_text_file(options.path, largest_model_file);
  if (text.starts_with(object_magic)) {
    throw InputError({options.path,
                      "is an object of ours, no model file",
                      "give it to phasic-trace or phasic-moments",
                      {}});
  }
  if (text.starts_with(elf_magic) || is_named(".so")) {
    return std::make_unique<LibraryFile>(options, std::move(text));
  }
  return std::make_unique<LuaFile>(options, std::move(text));
}

}  // namespace phasic
