// The whitelist. What is here is deterministic, ends, and shows no address; the rest of Lua's library is
// absent. pairs and next go through keys in order; sort is a stable merge; loops inside a function count as
// work.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "model/lua_host.hpp"
#include "model/state_text.hpp"

namespace phasic {

namespace {

constexpr std::array<const char*, 6> kept_globals{"assert", "error", "select", "tonumber", "type", "ipairs"};
constexpr std::array<const char*, 6> dropped_strings{"rep", "find", "match", "gmatch", "gsub", "dump"};

// Keys in order: numbers, then strings, then booleans. Other kinds have no order that is the same next time.
int rank_of(lua_State* lua, int index) {
  switch (lua_type(lua, index)) {
    case LUA_TNUMBER:
      return 0;
    case LUA_TSTRING:
      return 1;
    case LUA_TBOOLEAN:
      return 2;
    default:
      raise_error(lua, fmt::format("the table has {} as a key; tables that are walked through have numbers, "
                                   "strings or booleans as keys",
                                   describe_value(lua, index)));
  }
}

bool comes_before(lua_State* lua, int left, int right) {
  left = lua_absindex(lua, left);
  right = lua_absindex(lua, right);
  const int left_rank = rank_of(lua, left);
  const int right_rank = rank_of(lua, right);
  if (left_rank != right_rank) return left_rank < right_rank;
  if (left_rank == 0) return lua_compare(lua, left, right, LUA_OPLT) != 0;
  if (left_rank == 2) return lua_toboolean(lua, left) < lua_toboolean(lua, right);
  std::size_t left_size = 0;
  std::size_t right_size = 0;
  const char* left_text = lua_tolstring(lua, left, &left_size);
  const char* right_text = lua_tolstring(lua, right, &right_size);
  return std::string_view(left_text, left_size) < std::string_view(right_text, right_size);
}

// Sorts the values of `list` (1..count) by merging, bottom-up, with `spare` as the other half of the work.
// Whatever `before` answers, no index leaves 1..count.
template <class Before>
void merge_sort(lua_State* lua, int list, int spare, lua_Integer count, const Before& before) {
  for (lua_Integer width = 1; width < count; width *= 2) {
    for (lua_Integer begin = 1; begin <= count; begin += 2 * width) {
      const lua_Integer middle = std::min(begin + width, count + 1);
      const lua_Integer end = std::min(begin + 2 * width, count + 1);
      lua_Integer left = begin;
      lua_Integer right = middle;
      for (lua_Integer out = begin; out < end; ++out) {
        bool take_right = left >= middle;
        if (left < middle && right < end) {
          lua_rawgeti(lua, list, right);
          lua_rawgeti(lua, list, left);
          take_right = before();  // right before left; takes both off the stack
        }
        lua_rawgeti(lua, list, take_right ? right++ : left++);
        lua_rawseti(lua, spare, out);
      }
    }
    for (lua_Integer i = 1; i <= count; ++i) {
      lua_rawgeti(lua, spare, i);
      lua_rawseti(lua, list, i);
    }
    host_of(lua).charge(static_cast<std::uint64_t>(count));
  }
}

lua_Integer push_sorted_keys(lua_State* lua, int table) {
  lua_newtable(lua);
  const int keys = lua_gettop(lua);
  lua_Integer count = 0;
  bool sorted = true;
  lua_pushnil(lua);
  while (lua_next(lua, table) != 0) {
    lua_pop(lua, 1);
    if (count > 0) {
      lua_rawgeti(lua, keys, count);
      sorted = sorted && comes_before(lua, -1, -2);
      lua_pop(lua, 1);
    } else {
      rank_of(lua, -1);
    }
    lua_pushvalue(lua, -1);
    lua_rawseti(lua, keys, ++count);
  }
  host_of(lua).charge(static_cast<std::uint64_t>(count));
  if (sorted) return count;
  lua_newtable(lua);
  merge_sort(lua, keys, keys + 1, count, [lua] {
    const bool before = comes_before(lua, -2, -1);
    lua_pop(lua, 2);
    return before;
  });
  lua_pop(lua, 1);
  return count;
}

int next_pair(lua_State* lua) {  // upvalues: table, keys, count, position
  const lua_Integer count = lua_tointeger(lua, lua_upvalueindex(3));
  for (lua_Integer at = lua_tointeger(lua, lua_upvalueindex(4)) + 1; at <= count; ++at) {
    lua_rawgeti(lua, lua_upvalueindex(2), at);
    lua_pushvalue(lua, -1);
    if (lua_rawget(lua, lua_upvalueindex(1)) != LUA_TNIL) {
      lua_pushinteger(lua, at);
      lua_replace(lua, lua_upvalueindex(4));
      return 2;
    }
    lua_pop(lua, 2);  // removed on the way
  }
  return 0;
}

void require_table(lua_State* lua, const char* function) {
  if (lua_islightuserdata(lua, 1)) {
    raise_error(lua, fmt::format("{} takes no state; write for i, count in state:occupied() do", function));
  }
  luaL_checktype(lua, 1, LUA_TTABLE);
}

int sorted_pairs(lua_State* lua) {
  require_table(lua, "pairs");
  lua_settop(lua, 1);
  const lua_Integer count = push_sorted_keys(lua, 1);
  lua_pushinteger(lua, count);
  lua_pushinteger(lua, 0);
  lua_pushcclosure(lua, guarded<next_pair>, 4);
  return 1;
}

int sorted_next(lua_State* lua) {
  require_table(lua, "next");
  lua_settop(lua, 2);
  std::uint64_t steps = 0;
  lua_pushnil(lua);  // 3: the best key so far
  lua_pushnil(lua);
  while (lua_next(lua, 1) != 0) {
    lua_pop(lua, 1);
    ++steps;
    const bool is_later = lua_isnil(lua, 2) || comes_before(lua, 2, -1);
    if (is_later && (lua_isnil(lua, 3) || comes_before(lua, -1, 3))) {
      lua_pushvalue(lua, -1);
      lua_replace(lua, 3);
    }
  }
  host_of(lua).charge(steps);
  if (lua_isnil(lua, 3)) return 1;
  lua_pushvalue(lua, 3);
  lua_rawget(lua, 1);
  return 2;
}

// Lua's own, without addresses.
void push_text(lua_State* lua, int index) {
  switch (lua_type(lua, index)) {
    case LUA_TTABLE:
    case LUA_TFUNCTION:
    case LUA_TUSERDATA:
      lua_pushstring(lua, luaL_typename(lua, index));
      break;
    default:
      luaL_tolstring(lua, index, nullptr);  // a state has its own __tostring
  }
}

int plain_tostring(lua_State* lua) {
  luaL_checkany(lua, 1);
  push_text(lua, 1);
  return 1;
}

int plain_format(lua_State* lua) {  // upvalue: string.format
  std::size_t size = 0;
  const char* pattern = luaL_checklstring(lua, 1, &size);
  for (std::size_t i = 0; i + 1 < size; ++i) {
    if (pattern[i] != '%') continue;
    ++i;
    while (i < size && std::strchr("-+ #0123456789.", pattern[i]) != nullptr && pattern[i] != '\0') ++i;
    if (i < size && pattern[i] == 'p') raise_error(lua, "%p would show an address; use %s");
  }
  const int arguments = lua_gettop(lua);
  for (int i = 2; i <= arguments; ++i) {
    const int type = lua_type(lua, i);
    if (type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TBOOLEAN || type == LUA_TNIL) continue;
    push_text(lua, i);
    lua_replace(lua, i);
  }
  // Not lua_call: in a frame of its own it would not know its name for messages.
  return lua_tocfunction(lua, lua_upvalueindex(1))(lua);
}

// A table's length, for functions that move everything behind a position. Lua's border search can find a
// length of 2^62 in a table of 62 entries.
lua_Integer movable_length(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  return static_cast<lua_Integer>(lua_rawlen(lua, 1));
}

int table_insert(lua_State* lua) {
  const lua_Integer length = movable_length(lua);
  if (lua_gettop(lua) == 2) {
    lua_rawseti(lua, 1, length + 1);
    return 0;
  }
  if (lua_gettop(lua) != 3) raise_error(lua, "table.insert takes (table, value) or (table, position, value)");
  const lua_Integer position = luaL_checkinteger(lua, 2);
  luaL_argcheck(lua, position >= 1 && position <= length + 1, 2, "position out of bounds");
  host_of(lua).charge(static_cast<std::uint64_t>(length - position + 1));
  for (lua_Integer i = length; i >= position; --i) {
    lua_rawgeti(lua, 1, i);
    lua_rawseti(lua, 1, i + 1);
  }
  lua_rawseti(lua, 1, position);
  return 0;
}

int table_remove(lua_State* lua) {
  const lua_Integer length = movable_length(lua);
  const lua_Integer position = luaL_optinteger(lua, 2, length);
  if (length + 1 != position) {
    luaL_argcheck(lua, (position >= 1 || length == 0) && position <= length + 1, 2, "position out of bounds");
  }
  lua_rawgeti(lua, 1, position);
  if (position < length) host_of(lua).charge(static_cast<std::uint64_t>(length - position));
  for (lua_Integer i = position; i < length; ++i) {
    lua_rawgeti(lua, 1, i + 1);
    lua_rawseti(lua, 1, i);
  }
  if (position >= 1 && position <= length) {
    lua_pushnil(lua);
    lua_rawseti(lua, 1, length);
  }
  return 1;
}

int table_sort(lua_State* lua) {
  const lua_Integer length = movable_length(lua);
  const bool has_order = !lua_isnoneornil(lua, 2);
  if (has_order) luaL_checktype(lua, 2, LUA_TFUNCTION);
  lua_settop(lua, 2);
  lua_newtable(lua);
  merge_sort(lua, 1, 3, length, [lua, has_order] {
    bool before = false;
    if (has_order) {
      lua_pushvalue(lua, 2);
      lua_insert(lua, -3);
      lua_call(lua, 2, 1);
      before = lua_toboolean(lua, -1) != 0;
      lua_pop(lua, 1);
    } else {
      before = lua_compare(lua, -2, -1, LUA_OPLT) != 0;
      lua_pop(lua, 2);
    }
    return before;
  });
  return 0;
}

int next_entry(lua_State* lua) {  // (state, i)
  const lua_Integer i = luaL_checkinteger(lua, 2) + 1;
  if (i > luaL_len(lua, 1)) return 0;
  lua_pushinteger(lua, i);
  lua_geti(lua, 1, i);
  return 2;
}

int state_or_list_ipairs(lua_State* lua) {  // upvalue: Lua's ipairs
  luaL_checkany(lua, 1);
  if (!lua_islightuserdata(lua, 1)) {
    lua_settop(lua, 1);
    return lua_tocfunction(lua, lua_upvalueindex(1))(lua);
  }
  lua_pushcfunction(lua, guarded<next_entry>);
  lua_pushvalue(lua, 1);
  lua_pushinteger(lua, 0);
  return 3;
}

void drop(lua_State* lua, const char* name) {
  lua_pushnil(lua);
  lua_setfield(lua, -2, name);
}

int refuse_missing(lua_State* lua) {  // upvalue: the library's name
  const std::string library = lua_tostring(lua, lua_upvalueindex(1));
  const std::string name =
      lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : fmt::format("[{}]", describe_value(lua, 2));
  raise_error(lua,
              fmt::format("model files have no {}.{}; see phasic-model(5) for what there is", library, name));
}

// The table on the top is whole: reading what it lacks is an error, and so is writing.
void finish_library(lua_State* lua, const char* name) {
  lua_newtable(lua);
  lua_pushstring(lua, name);
  lua_pushcclosure(lua, guarded<refuse_missing>, 1);
  lua_setfield(lua, -2, "__index");
  lua_setmetatable(lua, -2);
  freeze_table(lua, fmt::format("the library table '{}' cannot be changed", name).c_str());
}

void install_base(lua_State* lua) {
  lua_pushcfunction(lua, luaopen_base);
  lua_pushnil(lua);
  lua_call(lua, 1, 1);  // also fills Lua's own table of globals, which nothing can reach
  for (const char* name : kept_globals) {
    lua_getfield(lua, -1, name);
    lua_setfield(lua, -3, name);
  }
  lua_getfield(lua, -1, "ipairs");
  lua_pushcclosure(lua, guarded<state_or_list_ipairs>, 1);
  lua_setfield(lua, -3, "ipairs");
  lua_pop(lua, 1);
  set_function(lua, "pairs", guarded<sorted_pairs>);
  set_function(lua, "next", guarded<sorted_next>);
  set_function(lua, "tostring", guarded<plain_tostring>);
}

void install_strings(lua_State* lua) {
  luaL_requiref(lua, "string", luaopen_string, 0);
  for (const char* name : dropped_strings) drop(lua, name);
  lua_getfield(lua, -1, "format");
  lua_pushcclosure(lua, guarded<plain_format>, 1);
  lua_setfield(lua, -2, "format");
  finish_library(lua, "string");
  lua_pushliteral(lua, "");
  lua_getmetatable(lua, -1);
  lua_pushvalue(lua, -3);
  lua_setfield(lua, -2, "__index");  // text:upper() sees the same whitelist
  lua_pop(lua, 2);
  lua_setfield(lua, -2, "string");
}

void install_tables(lua_State* lua) {
  luaL_requiref(lua, "table", luaopen_table, 0);
  drop(lua, "move");
  set_function(lua, "insert", guarded<table_insert>);
  set_function(lua, "remove", guarded<table_remove>);
  set_function(lua, "sort", guarded<table_sort>);
  finish_library(lua, "table");
  lua_setfield(lua, -2, "table");
}

void install_math(lua_State* lua) {
  luaL_requiref(lua, "math", luaopen_math, 0);
  drop(lua, "random");
  drop(lua, "randomseed");
  finish_library(lua, "math");
  lua_setfield(lua, -2, "math");
}

}  // namespace

std::string describe_value(lua_State* lua, int index) {
  switch (lua_type(lua, index)) {
    case LUA_TNONE:
    case LUA_TNIL:
      return "nil";
    case LUA_TBOOLEAN:
      return lua_toboolean(lua, index) != 0 ? "true" : "false";
    case LUA_TNUMBER:
      return lua_isinteger(lua, index) != 0 ? std::to_string(lua_tointeger(lua, index))
                                            : shortest_text(lua_tonumber(lua, index));
    case LUA_TSTRING:
      return fmt::format("the string \"{}\"", lua_tostring(lua, index));
    case LUA_TLIGHTUSERDATA:
      return "a state";
    case LUA_TUSERDATA:
      return "a value of the host";
    default:
      return fmt::format("a {}", luaL_typename(lua, index));
  }
}

std::string describe_key(lua_State* lua, int index) {
  if (lua_type(lua, index) == LUA_TSTRING) return fmt::format("'{}'", lua_tostring(lua, index));
  const std::string value = describe_value(lua, index);
  return lua_type(lua, index) <= LUA_TNUMBER && !lua_islightuserdata(lua, index) ? value
                                                                                 : "key that is " + value;
}

void install_library(lua_State* lua) {
  install_base(lua);
  install_strings(lua);
  install_tables(lua);
  install_math(lua);
}

}  // namespace phasic
