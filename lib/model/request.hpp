// What a request for a graph is made of. Two requests with equal parts come out as the same graph; anything
// that could change the outcome is a part.
#pragma once

#include <span>
#include <vector>

#include "model/parameter.hpp"
#include "model/source_files.hpp"
#include "store/record.hpp"

namespace phasic {

/// Raised whenever the same model would come out as another graph.
inline constexpr std::uint32_t exploration_version = 2;

/// The parts that stand for the code as they are, "param NAME" for each parameter, in the order of their
/// names
/// ("integer 6"), and the versions of language, exploration and graph format.
std::vector<RequestPart> request_parts_of(std::vector<RequestPart> code, std::string language,
                                          std::span<const Parameter> parameters);

/// "code" (the digest of the tokens), "include PATH" for each file included, and what follows the code of any
/// model.
std::vector<RequestPart> lua_request_parts(std::span<const SourceFile> files,
                                           std::span<const Parameter> parameters);

}  // namespace phasic
