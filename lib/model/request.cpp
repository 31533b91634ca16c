#include "model/request.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "graph/format.hpp"
#include "model/tokens.hpp"

namespace phasic {

std::vector<RequestPart> request_parts_of(std::vector<RequestPart> code, std::string language,
                                          std::span<const Parameter> parameters) {
  std::vector<RequestPart> parts = std::move(code);
  const auto first = static_cast<std::ptrdiff_t>(parts.size());
  for (const Parameter& parameter : parameters) {
    parts.push_back({"param " + parameter.name,
                     fmt::format("{} {}", type_name(parameter.value), value_text(parameter.value))});
  }
  std::sort(parts.begin() + first, parts.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  parts.push_back({"language", std::move(language)});
  parts.push_back({"exploration", std::to_string(exploration_version)});
  parts.push_back({"graph format", std::to_string(graph_format::version)});
  return parts;
}

std::vector<RequestPart> lua_request_parts(std::span<const SourceFile> files,
                                           std::span<const Parameter> parameters) {
  std::vector<RequestPart> code;
  for (const SourceFile& file : files) {
    const bool is_model = code.empty();
    code.push_back({is_model ? "code" : "include " + file.name, to_hex(token_digest(file.text))});
  }
  return request_parts_of(std::move(code), "lua 5.4", parameters);
}

}  // namespace phasic
