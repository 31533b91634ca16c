// How a file becomes a model: Lua text, C++ that is compiled first, or a library that a user compiled. It is
// read once, and once compiled, however many combinations of parameters are asked for.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "cli/code_request.hpp"
#include "model/limits.hpp"
#include "model/model.hpp"
#include "store/store.hpp"

namespace phasic {

/// --compile, else PHASIC_COMPILE, else balanced. Throws UsageError for what is no preset.
Preset resolve_preset(const std::string& text);

struct ModelFileOptions {
  std::string path;
  Limits limits;
  std::string preset;  ///< --compile as given; looked at where there is something to compile
  MayCompile may_compile = MayCompile::yes;
  Explain explain = Explain::no;
};

class ModelFile {
 public:
  virtual ~ModelFile() = default;
  /// The model with these values for its parameters; its declaration runs, no callback. Nothing only where
  /// its code is not cached and must not be compiled.
  virtual std::unique_ptr<Model> load(std::span<const Assignment> assignments) = 0;
};

/// The kind of file is told by its first bytes and its name: `.cpp`, `.cc` and `.cxx` are C++. Throws
/// MissingError or InputError for a file that is none.
std::unique_ptr<ModelFile> open_model_file(const ModelFileOptions& options, Store& store, const Log& log);

}  // namespace phasic
