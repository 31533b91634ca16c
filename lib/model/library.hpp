// A model that was compiled to a shared library: phasic/model.h, seen as a Model. Whatever the library says
// is checked; what its code does to the process (a crash, abort, exit, no return) ends with a clear line.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/limits.hpp"
#include "model/model.hpp"

namespace phasic {

/// What a request for a library that a user built is made of: its content.
std::vector<RequestPart> library_code_parts(std::span<const std::byte> elf);

/// Loads a library from its bytes and declares the model, with `assignments` for its parameters; expands
/// nothing. `where` is for messages; `code` are the parts of a request that stand for the code. Throws
/// InputError (no library, another ABI, whatever the declaration lacks) or LimitError.
std::unique_ptr<Model> load_library_model(std::string where, std::span<const std::byte> elf,
                                          std::vector<Assignment> assignments, const Limits& limits,
                                          std::vector<RequestPart> code);

}  // namespace phasic
