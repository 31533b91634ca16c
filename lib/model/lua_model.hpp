// A model written in Lua.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "model/limits.hpp"
#include "model/model.hpp"

namespace phasic {

/// Runs the top level of a model file, with `assignments` for its parameters; calls none of its callbacks.
/// `path` is for messages, and where its includes are looked for. Throws InputError (syntax and run-time
/// errors, what is missing or contradictory, an assignment to a parameter that is not declared) or
/// LimitError.
std::unique_ptr<Model> load_lua_model(const std::string& path, std::string source,
                                      std::vector<Assignment> assignments, const Limits& limits);

}  // namespace phasic
