// Model files as texts: what comes out of them, or what they complain about.
#pragma once

#include <fmt/core.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "model/explore.hpp"
#include "model/lua_model.hpp"

namespace phasic::test {

inline std::vector<Assignment> assignments(const std::vector<std::string>& texts) {
  std::vector<Assignment> result;
  for (const std::string& text : texts) result.push_back(parse_assignment(text));
  return result;
}

inline std::unique_ptr<Model> load(const std::string& source, const std::vector<std::string>& given = {},
                                   const Limits& limits = {}) {
  return load_lua_model("m.lua", source, assignments(given), limits);
}

inline Graph graph_of(const std::string& source, const std::vector<std::string>& given = {},
                      const Limits& limits = {}) {
  const auto model = load(source, given, limits);
  return explore(*model, limits, 1, Log("test", LogLevel::off));
}

/// `65 m.lua:2: in state (2): what; remedy`, or "no complaint".
inline std::string complaint(const std::string& source, const std::vector<std::string>& given = {},
                             const Limits& limits = {}) {
  try {
    graph_of(source, given, limits);
  } catch (const Error& error) {
    return fmt::format("{} {}", static_cast<int>(error.code()), error.what());
  }
  return "no complaint";
}

/// The complaint of code that runs at the top level, in line 1.
inline std::string complaint_at_top(const std::string& code) {
  return complaint(code + "\ninitial { [1] = 1 } transitions(function(state, emit) end)");
}

/// The complaint of a transitions function's body, in line 2, for the single state (2, 0).
inline std::string complaint_in_state(const std::string& body, const std::string& top = "") {
  return complaint(top + " initial { [1] = 2, [2] = 0 }\ntransitions(function(state, emit) " + body +
                   " end)");
}

/// What an expression comes to, as text: it is thrown from the top level.
inline std::string value_of(const std::string& expression) {
  const std::string text =
      complaint_at_top("local value = tostring(" + expression + ") error('=' .. value, 0)");
  const std::string before = "65 m.lua:1: =";
  return text.starts_with(before) ? text.substr(before.size()) : text;
}

inline std::string example(const std::string& name) {
  std::ifstream file(std::string(PHASIC_SOURCE_DIR) + "/examples/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace phasic::test
