// States as callbacks see them: handles to rows of the vertex window. state[i], #state, state:with,
// :occupied, :sum, and emit.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "model/lua_host.hpp"
#include "model/lua_place.hpp"
#include "model/lua_read.hpp"
#include "model/rate_sign.hpp"
#include "model/state_text.hpp"

namespace phasic {

namespace {

using Row = VertexWindow::Row;

int push_handle(lua_State* lua, const VertexWindow& window, Row row) {
  static_assert(sizeof(void*) == sizeof(std::uint64_t), "a handle is a pointer's size");
  lua_pushlightuserdata(lua, reinterpret_cast<void*>(window.handle(row)));
  return 1;
}

Row row_at(lua_State* lua, int index, VertexWindow& window) {
  if (lua_type(lua, index) != LUA_TLIGHTUSERDATA) {
    raise_error(lua, fmt::format("{} instead of a state; call methods with a colon: state:with(i, -1)",
                                 describe_value(lua, index)));
  }
  const auto row = window.resolve(reinterpret_cast<std::uint64_t>(lua_touserdata(lua, index)));
  if (!row)
    raise_error(lua, "this state is from an earlier call; a state is valid only in the callback that got it");
  return *row;
}

void require_room(lua_State* lua) {
  LuaHost& host = host_of(lua);
  if (host.window.is_full()) host.raise(Watchdog::Verdict::memory, 1);
}

[[noreturn]] void refuse_index(lua_State* lua, int index, std::size_t length) {
  if (lua_type(lua, index) != LUA_TNUMBER) {
    raise_error(lua,
                fmt::format("a state has no {}; there are state[i], #state, state:with(i, difference, ...), "
                            "state:occupied() and state:sum()",
                            describe_key(lua, index)));
  }
  const std::string value = describe_value(lua, index);
  if (value == "0") raise_error(lua, "index 0 of a state; Lua counts from 1");
  raise_error(lua,
              fmt::format("index {} of a state is out of range; indices run from 1 to {}", value, length));
}

std::size_t place_at(lua_State* lua, int index, std::size_t length) {
  int is_integer = 0;
  const lua_Integer place = lua_tointegerx(lua, index, &is_integer);
  if (is_integer == 0 || lua_type(lua, index) != LUA_TNUMBER || place < 1 ||
      static_cast<std::size_t>(place) > length)
    refuse_index(lua, index, length);
  return static_cast<std::size_t>(place - 1);
}

// state[i], or a method by name.
int read_state(lua_State* lua) {  // upvalue: methods
  if (lua_type(lua, 2) == LUA_TSTRING) {
    lua_pushvalue(lua, 2);
    if (lua_rawget(lua, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  }
  VertexWindow& window = host_of(lua).window;
  const Row row = row_at(lua, 1, window);
  lua_pushinteger(lua, window.row(row)[place_at(lua, 2, window.length())]);
  return 1;
}

int refuse_write(lua_State* lua) {
  raise_error(lua, "a state cannot be changed; state:with(i, difference, ...) makes a child that differs");
}

int count_entries(lua_State* lua) {
  lua_pushinteger(lua, static_cast<lua_Integer>(host_of(lua).window.length()));
  return 1;
}

int show_state(lua_State* lua) {
  VertexWindow& window = host_of(lua).window;
  const std::string text = state_text(window.row(row_at(lua, 1, window)));
  lua_pushlstring(lua, text.data(), text.size());
  return 1;
}

// state:with(i, difference, ...): a child that differs in these entries.
int make_child(lua_State* lua) {
  VertexWindow& window = host_of(lua).window;
  const Row parent = row_at(lua, 1, window);
  const int count = lua_gettop(lua);
  if (count % 2 == 0) raise_error(lua, "an index without a difference; write state:with(i, -1, j, 1)");
  require_room(lua);
  const Row child = window.copy_of(parent);
  const std::span<std::int32_t> entries = window.row(child);
  for (int i = 2; i < count; i += 2) {
    std::int32_t& entry = entries[place_at(lua, i, entries.size())];
    int is_integer = 0;
    const lua_Integer difference = lua_tointegerx(lua, i + 1, &is_integer);
    if (is_integer == 0 || lua_type(lua, i + 1) != LUA_TNUMBER) read_integer(lua, i + 1, "a difference");
    std::int32_t changed = 0;
    if (__builtin_add_overflow(static_cast<std::int64_t>(entry), difference, &changed)) {
      raise_error(lua, fmt::format("entry [{}] of a child leaves the range of 32 bits; {} + {} is too much",
                                   lua_tointeger(lua, i), entry, difference));
    }
    entry = changed;
  }
  return push_handle(lua, window, child);
}

int next_occupied(lua_State* lua) {  // (state, i) -> next i, count
  VertexWindow& window = host_of(lua).window;
  const std::span<const std::int32_t> entries = window.row(row_at(lua, 1, window));
  for (auto i = static_cast<std::size_t>(lua_tointeger(lua, 2)); i < entries.size(); ++i) {
    if (entries[i] == 0) continue;
    lua_pushinteger(lua, static_cast<lua_Integer>(i) + 1);
    lua_pushinteger(lua, entries[i]);
    return 2;
  }
  return 0;
}

// for i, count in state:occupied() do; state:occupied(i) starts behind i.
int list_occupied(lua_State* lua) {
  VertexWindow& window = host_of(lua).window;
  row_at(lua, 1, window);
  const std::int64_t behind = lua_isnoneornil(lua, 2) ? 0 : read_integer(lua, 2, "the index to start behind");
  if (behind < 0) raise_error(lua, "occupied starts behind an index; it is at least 0");
  lua_pushcfunction(lua, guarded<next_occupied>);
  lua_pushvalue(lua, 1);
  lua_pushinteger(lua, behind);
  return 3;
}

int sum_entries(lua_State* lua) {
  VertexWindow& window = host_of(lua).window;
  std::int64_t sum = 0;
  for (const std::int32_t entry : window.row(row_at(lua, 1, window))) sum += entry;
  lua_pushinteger(lua, sum);
  return 1;
}

std::string counted(std::size_t count, const char* singular, const char* plural) {
  return fmt::format("{} {}", count, count == 1 ? singular : plural);
}

// A child given as a plain table of counts.
Row row_from_table(lua_State* lua, int index, VertexWindow& window) {
  const std::size_t length = lua_rawlen(lua, index);
  if (length != window.length()) {
    raise_error(lua, fmt::format("a child has {}; a state of this model has {}",
                                 counted(length, "entry", "entries"), window.length()));
  }
  require_room(lua);
  const Row row = window.blank();
  const std::span<std::int32_t> entries = window.row(row);
  for (std::size_t i = 0; i < length; ++i) {
    lua_rawgeti(lua, index, static_cast<lua_Integer>(i) + 1);
    entries[i] = read_count(lua, -1, fmt::format("entry [{}] of a child", i + 1));
    lua_pop(lua, 1);
  }
  return row;
}

void set_rate(lua_State* lua, double& coefficient, int index, std::string_view name) {
  if (lua_type(lua, index) != LUA_TNUMBER) {
    raise_error(lua, fmt::format("the rate of {} is {}; it is a number", name, describe_value(lua, index)));
  }
  coefficient = lua_tonumber(lua, index);
  if (!std::isfinite(coefficient)) {
    raise_error(
        lua, fmt::format("the rate of {} is {}; rates are finite numbers", name, describe_value(lua, index)));
  }
}

std::size_t theta_count(const LuaHost& host) {
  return host.declared.theta ? host.declared.theta->size() : 0;
}

std::string term_names(const LuaHost& host) {
  return host.declared.term_names.empty() ? "none"
                                          : fmt::format("{}", fmt::join(host.declared.term_names, ", "));
}

[[noreturn]] void refuse_count(lua_State* lua, const LuaHost& host, std::size_t count) {
  const std::size_t theta = theta_count(host);
  const std::string remedy = theta == 0 ? "write emit(child, {}, rate) for a constant"
                                        : fmt::format("list one for each, in order ({}), or name them",
                                                      fmt::join(*host.declared.theta, ", "));
  raise_error(lua, fmt::format("{} for {}; {}", counted(count, "rate", "rates"),
                               counted(theta, "parameter", "parameters"), remedy));
}

// Rates as an array over theta, or by name over theta and derived terms.
void read_rates(lua_State* lua, int index, LuaHost& host, std::span<double> coefficients) {
  const std::size_t theta = theta_count(host);
  const auto& names = host.declared.term_names;
  std::size_t numbered = 0;
  std::size_t named = 0;
  lua_pushnil(lua);
  while (lua_next(lua, index) != 0) {
    if (lua_type(lua, -2) == LUA_TSTRING) {
      const std::string_view name = lua_tostring(lua, -2);
      std::size_t term = 0;
      while (term < names.size() && names[term] != name) ++term;
      if (term == names.size()) {
        raise_error(lua, fmt::format("rates name '{}'; the parameters and derived terms are: {}", name,
                                     term_names(host)));
      }
      set_rate(lua, coefficients[1 + term], -1, name);
      ++named;
    } else {
      const lua_Integer place = lua_isinteger(lua, -2) != 0 ? lua_tointeger(lua, -2) : 0;
      ++numbered;
      if (place >= 1 && static_cast<std::size_t>(place) <= theta) {
        set_rate(lua, coefficients[static_cast<std::size_t>(place)], -1,
                 names[static_cast<std::size_t>(place - 1)]);
      }
    }
    lua_pop(lua, 1);
  }
  if (numbered != 0 && named != 0) raise_error(lua, "rates mix positions and names; use one or the other");
  if (numbered != 0 && (numbered != theta || lua_rawlen(lua, index) != theta)) {
    refuse_count(lua, host, numbered);
  }
}

bool is_zero(std::span<const double> coefficients) {
  return std::all_of(coefficients.begin(), coefficients.end(), [](double value) { return value == 0; });
}

}  // namespace

int emit_transition(lua_State* lua) {
  LuaHost& host = host_of(lua);
  if (host.phase != LuaHost::Phase::expanding)
    raise_error(lua, "emit was called outside transitions; it belongs there");
  VertexWindow& window = host.window;
  const int type = lua_type(lua, 1);
  if (type != LUA_TLIGHTUSERDATA && type != LUA_TTABLE) {
    raise_error(lua, fmt::format("emit got {} as child; write emit(state:with(i, -1, j, 1), rates)",
                                 describe_value(lua, 1)));
  }
  if (lua_isnoneornil(lua, 2) && lua_isnoneornil(lua, 3)) {
    raise_error(
        lua,
        "emit got no rate; write emit(child, { rate1, rate2 }), or emit(child, {}, rate) for a constant");
  }
  if (!lua_isnoneornil(lua, 4)) {
    raise_error(lua, fmt::format("emit got {} as a fourth argument; write emit(child, rates, constant)",
                                 describe_value(lua, 4)));
  }
  const std::span<double> coefficients = window.scratch();
  if (lua_type(lua, 2) == LUA_TTABLE) {
    read_rates(lua, 2, host, coefficients);
  } else if (!lua_isnoneornil(lua, 2)) {
    raise_error(
        lua,
        fmt::format("rates are {}; write emit(child, {{ rate1, rate2 }}), or emit(child, {{}}, rate) for a "
                    "constant",
                    describe_value(lua, 2)));
  }
  if (!lua_isnoneornil(lua, 3)) set_rate(lua, coefficients[0], 3, "the constant");
  const Row child = type == LUA_TTABLE ? row_from_table(lua, 1, window) : row_at(lua, 1, window);
  if (is_zero(coefficients)) return 0;
  if (host.declared.time != TimeKind::discrete && std::ranges::equal(window.row(child), window.state())) {
    raise_error(lua, "a transition leads to the state itself; in continuous time leave it out");
  }
  if (is_never_positive(coefficients, theta_count(host))) {
    host.suspects.push_back({window.edge_count(), calling_place(lua)});
  }
  window.emit(child);
  return 0;
}

void install_states(lua_State* lua) {
  lua_pushlightuserdata(lua, nullptr);
  lua_newtable(lua);
  lua_newtable(lua);
  set_function(lua, "with", guarded<make_child>);
  set_function(lua, "occupied", guarded<list_occupied>);
  set_function(lua, "sum", guarded<sum_entries>);
  lua_pushcclosure(lua, guarded<read_state>, 1);
  lua_setfield(lua, -2, "__index");
  set_function(lua, "__newindex", guarded<refuse_write>);
  set_function(lua, "__len", guarded<count_entries>);
  set_function(lua, "__tostring", guarded<show_state>);
  lua_setmetatable(lua, -2);
  lua_pop(lua, 1);
}

}  // namespace phasic
