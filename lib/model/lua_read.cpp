#include "model/lua_read.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "model/lua_host.hpp"
#include "model/names.hpp"

namespace phasic {

std::string read_text(lua_State* lua, int index, std::string_view what) {
  if (lua_type(lua, index) != LUA_TSTRING) {
    raise_error(lua, fmt::format("{} is {}; it is a string", what, describe_value(lua, index)));
  }
  std::size_t size = 0;
  const char* text = lua_tolstring(lua, index, &size);
  std::string line(text, size);
  std::ranges::replace_if(
      line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return line;
}

std::string read_name(lua_State* lua, int index, std::string_view what) {
  std::string name = read_text(lua, index, what);
  if (!is_name(name)) {
    raise_error(lua, fmt::format("{} is '{}'; use letters, digits and _, and no digit first", what, name));
  }
  return name;
}

std::vector<std::string> read_names(lua_State* lua, int index, std::string_view what) {
  index = lua_absindex(lua, index);
  if (!lua_istable(lua, index)) {
    raise_error(lua, fmt::format("{} come as {}; write them as a list: {{ \"a\", \"b\" }}", what,
                                 describe_value(lua, index)));
  }
  std::vector<std::string> names;
  for (lua_Integer i = 1; lua_rawgeti(lua, index, i) != LUA_TNIL; ++i) {
    names.push_back(read_name(lua, -1, fmt::format("number {} of {}", i, what)));
    if (std::count(names.begin(), names.end(), names.back()) > 1) {
      raise_error(lua, fmt::format("'{}' is there twice among {}; name each once", names.back(), what));
    }
    lua_pop(lua, 1);
  }
  lua_pop(lua, 1);
  for (lua_pushnil(lua); lua_next(lua, index) != 0; lua_pop(lua, 1)) {
    const lua_Integer key = lua_isinteger(lua, -2) != 0 ? lua_tointeger(lua, -2) : 0;
    if (key < 1 || static_cast<std::size_t>(key) > names.size()) {
      raise_error(lua, fmt::format("{} have the key {}; write them as a list: {{ \"a\", \"b\" }}", what,
                                   describe_key(lua, -2)));
    }
  }
  return names;
}

std::int64_t read_integer(lua_State* lua, int index, std::string_view what) {
  int is_integer = 0;
  const lua_Integer value = lua_tointegerx(lua, index, &is_integer);
  if (is_integer == 0 || lua_type(lua, index) != LUA_TNUMBER) {
    raise_error(lua, fmt::format("{} is {}; it is an integer", what, describe_value(lua, index)));
  }
  return value;
}

std::int32_t read_count(lua_State* lua, int index, std::string_view what) {
  const std::int64_t value = read_integer(lua, index, what);
  using Limits32 = std::numeric_limits<std::int32_t>;
  if (value < Limits32::min() || value > Limits32::max()) {
    raise_error(lua, fmt::format("{} is {}; entries of a state are integers of 32 bits", what, value));
  }
  return static_cast<std::int32_t>(value);
}

double read_number(lua_State* lua, int index, std::string_view what) {
  if (lua_type(lua, index) != LUA_TNUMBER) {
    raise_error(lua, fmt::format("{} is {}; it is a number", what, describe_value(lua, index)));
  }
  return lua_tonumber(lua, index);
}

std::vector<std::pair<std::size_t, std::int32_t>> read_entries(lua_State* lua, int index) {
  index = lua_absindex(lua, index);
  std::vector<std::pair<std::size_t, std::int32_t>> entries;
  lua_pushnil(lua);
  while (lua_next(lua, index) != 0) {
    const std::int64_t key = read_integer(lua, -2, "an index of a state");
    if (key == 0) raise_error(lua, "index 0 of a state; indices start at 1");
    if (key < 0 || key > (std::int64_t{1} << 24)) {
      raise_error(lua, fmt::format("index {} of a state; indices run from 1 to 16777216", key));
    }
    entries.emplace_back(static_cast<std::size_t>(key - 1),
                         read_count(lua, -1, fmt::format("entry [{}] of a state", key)));
    lua_pop(lua, 1);
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

}  // namespace phasic
