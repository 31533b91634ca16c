#include "model/request.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "graph/format.hpp"
#include "model/tokens.hpp"

namespace phasic {

std::vector<RequestPart> lua_request_parts(std::span<const SourceFile> files,
                                           std::span<const Parameter> parameters) {
  std::vector<RequestPart> parts;
  for (const SourceFile& file : files) {
    const bool is_model = parts.empty();
    parts.push_back({is_model ? "code" : "include " + file.name, to_hex(token_digest(file.text))});
  }
  for (const Parameter& parameter : parameters) {
    parts.push_back({"param " + parameter.name,
                     fmt::format("{} {}", type_name(parameter.value), value_text(parameter.value))});
  }
  std::sort(parts.begin() + static_cast<std::ptrdiff_t>(files.size()), parts.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  parts.push_back({"language", "lua 5.4"});
  parts.push_back({"exploration", std::to_string(exploration_version)});
  parts.push_back({"graph format", std::to_string(graph_format::version)});
  return parts;
}

}  // namespace phasic
