// Compiled code for a model written in C++: from the cache where it holds what this compiler would make, else
// compiled, once, and kept. Where there is no compiler, whatever the cache holds for this source serves.
#pragma once

#include <optional>
#include <string>

#include "base/log.hpp"
#include "cli/graph_request.hpp"
#include "model/compiled_code.hpp"
#include "model/compiler.hpp"
#include "store/store.hpp"

namespace phasic {

enum class MayCompile { yes, no };

struct CodeRequest {
  const CppSources& sources;
  const CodeKind& kind;
  const CompilerChoice& choice;
  std::span<const EmbeddedHeader> headers;
  MayCompile may_compile = MayCompile::yes;  ///< no: --lookup
  Explain explain = Explain::no;
  double seconds = 0;  ///< --max-seconds, 0 for none
};

/// The code as an object; nothing only where it is not cached and must not be compiled. Throws MissingError
/// where there is no compiler either, and whatever `compile` throws.
std::optional<Object> obtain_code(const CodeRequest& request, Store& store, const Log& log);

}  // namespace phasic
