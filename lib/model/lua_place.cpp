#include "model/lua_place.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/number_text.hpp"
#include "model/lua_api.hpp"

namespace phasic {

namespace {

constexpr char chunk_mark = '\x01';

// Takes mark and number off the front; nothing of ours has another number.
std::size_t take_file(std::string_view& text) {
  text.remove_prefix(1);
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_unsigned(text.substr(0, end));
  text.remove_prefix(end);
  return static_cast<std::size_t>(number.value_or(0));
}

SourcePlace place_of(lua_State* lua, lua_Debug& frame) {
  lua_getinfo(lua, "Sl", &frame);
  if (frame.currentline <= 0) return {};
  return {file_of_chunk(frame.source), frame.currentline};
}

std::size_t known(std::size_t file, const SourceFiles& files) {
  return file < files.all().size() ? file : 0;
}

}  // namespace

std::string chunk_name(std::size_t number) {
  return fmt::format("={}{}", chunk_mark, number);
}

std::size_t file_of_chunk(std::string_view chunk) {
  if (!chunk.starts_with('=') || !has_place(chunk.substr(1))) return 0;
  chunk.remove_prefix(1);
  return take_file(chunk);
}

bool has_place(std::string_view message) {
  return message.starts_with(chunk_mark);
}

SourcePlace calling_place(lua_State* lua) {
  lua_Debug frame;
  return lua_getstack(lua, 1, &frame) == 0 ? SourcePlace{} : place_of(lua, frame);
}

SourcePlace innermost_place(lua_State* lua) {
  lua_Debug frame;
  for (int level = 0; lua_getstack(lua, level, &frame) != 0; ++level) {
    const SourcePlace place = place_of(lua, frame);
    if (place.line > 0) return place;
  }
  return {};
}

Located take_apart(std::string_view message, const SourceFiles& files) {
  Located located;
  if (has_place(message)) {
    std::string_view rest = message;
    const std::size_t file = take_file(rest);
    const std::size_t colon = rest.starts_with(':') ? rest.find(':', 1) : std::string_view::npos;
    if (colon != std::string_view::npos) {
      const auto line = parse_unsigned(rest.substr(1, colon - 1));
      located.place = {known(file, files), line ? static_cast<int>(*line) : 0};
      message = rest.substr(std::min(rest.size(), colon + 2));
    }
  }
  while (!message.empty()) {
    if (message[0] == chunk_mark) {
      located.text += files[known(take_file(message), files)].path;
      continue;
    }
    located.text += message[0] == '\n' ? ' ' : message[0];
    message.remove_prefix(1);
  }
  return located;
}

}  // namespace phasic
