// parameters, derived, initial, reward, transitions and time: what a model file says at its top level.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "model/lua_host.hpp"
#include "model/lua_place.hpp"
#include "model/lua_read.hpp"

namespace phasic {

namespace {

LuaCallback keep_callback(lua_State* lua, int index, const char* kind, const std::string& name,
                          const char* usage) {
  if (lua_type(lua, index) != LUA_TFUNCTION) {
    raise_error(lua, fmt::format("{} instead of a function; write {}", describe_value(lua, index), usage));
  }
  lua_pushvalue(lua, index);
  std::string title = name.empty() ? kind : fmt::format("{} '{}'", kind, name);
  return {name, std::move(title), luaL_ref(lua, LUA_REGISTRYINDEX), calling_place(lua)};
}

void add_term_name(lua_State* lua, LuaHost& host, const std::string& name) {
  const auto& names = host.declared.term_names;
  if (std::find(names.begin(), names.end(), name) != names.end()) {
    raise_error(lua, fmt::format("'{}' is already a parameter or derived term; choose another name", name));
  }
  host.declared.term_names.push_back(name);
}

// parameters { "a", "b" }: the names of theta.
int declare_parameters(lua_State* lua) {
  LuaHost& host = loading_host(lua, "parameters");
  if (host.declared.theta) raise_error(lua, "parameters was called twice; name all of theta at once");
  if (!host.declared.derived.empty()) {
    raise_error(lua, "parameters comes after derived; derived terms are formulas of it, so it comes first");
  }
  host.declared.theta = read_names(lua, 1, "the parameters");
  for (const std::string& name : *host.declared.theta) add_term_name(lua, host, name);
  return 0;
}

// derived(name, function(t) ... end): one more term; the function runs before the exploration.
int declare_derived(lua_State* lua) {
  LuaHost& host = loading_host(lua, "derived");
  const std::string name = read_name(lua, 1, "the name of a derived term");
  LuaCallback callback =
      keep_callback(lua, 2, "derived term", name, "derived(\"name\", function(t) return t.a * t.b end)");
  add_term_name(lua, host, name);
  host.declared.derived.push_back(std::move(callback));
  return 0;
}

int declare_reward(lua_State* lua) {
  LuaHost& host = loading_host(lua, "reward");
  const std::string name = read_name(lua, 1, "the name of a reward");
  for (const LuaCallback& other : host.declared.rewards) {
    if (other.name == name)
      raise_error(lua, fmt::format("reward '{}' is declared twice; choose another name", name));
  }
  host.declared.rewards.push_back(
      keep_callback(lua, 2, "reward", name, "reward(\"name\", function(state) return ... end)"));
  return 0;
}

int declare_transitions(lua_State* lua) {
  LuaHost& host = loading_host(lua, "transitions");
  if (host.declared.transitions) {
    raise_error(lua, fmt::format("transitions was called twice (first in {}); a model has one such function",
                                 host.files.text_of(host.declared.transitions->place)));
  }
  host.declared.transitions =
      keep_callback(lua, 1, "transitions", "", "transitions(function(state, emit) ... end)");
  return 0;
}

int declare_time(lua_State* lua) {
  LuaHost& host = loading_host(lua, "time");
  if (host.declared.time) raise_error(lua, "time was called twice; a model has one kind of time");
  const std::string kind = read_name(lua, 1, "the kind of time");
  if (kind != "continuous" && kind != "discrete") {
    raise_error(lua,
                fmt::format("time \"{}\" is unknown; write time \"continuous\" or time \"discrete\"", kind));
  }
  host.declared.time = kind == "discrete" ? TimeKind::discrete : TimeKind::continuous;
  return 0;
}

double read_probability(lua_State* lua, lua_Integer number) {
  const double probability = read_number(lua, -1, fmt::format("the probability of initial state {}", number));
  if (!(probability >= 0 && probability <= 1)) {
    raise_error(lua, fmt::format("initial state {} has probability {}; it is at least 0 and at most 1",
                                 number, describe_value(lua, -1)));
  }
  return probability;
}

// { {0.3, {[1] = 2}}, {0.7, {[2] = 2}} }
std::vector<LuaDeclarations::Start> read_distribution(lua_State* lua) {
  std::vector<LuaDeclarations::Start> starts;
  double sum = 0;
  const auto count = static_cast<lua_Integer>(lua_rawlen(lua, 1));
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(lua, 1, i);
    if (!lua_istable(lua, -1) || lua_rawgeti(lua, -1, 2) != LUA_TTABLE) {
      raise_error(
          lua, fmt::format("initial state {} is no pair of a probability and a state; write {{ 0.3, {{ [1] "
                           "= 2 }} }}",
                           i));
    }
    LuaDeclarations::Start start;
    start.entries = read_entries(lua, -1);
    lua_rawgeti(lua, -2, 1);
    start.probability = read_probability(lua, i);
    sum += start.probability;
    lua_pop(lua, 3);
    starts.push_back(std::move(start));
  }
  if (sum == 0) raise_error(lua, "every initial state has probability 0; give one of them more");
  if (sum > 1 + 1e-12) {
    raise_error(
        lua, fmt::format("the initial probabilities sum to {}; at most 1 is right (less leaves an atom at 0)",
                         sum));
  }
  return starts;
}

int declare_initial(lua_State* lua) {
  LuaHost& host = loading_host(lua, "initial");
  if (host.declared.initial_place) {
    raise_error(lua,
                "initial was called twice; write initial { {0.3, {...}}, {0.7, {...}} } for several states");
  }
  if (!lua_istable(lua, 1)) {
    raise_error(lua, fmt::format("initial takes a table; write initial {{ [index] = count }}, not {}",
                                 describe_value(lua, 1)));
  }
  host.declared.initial_place = calling_place(lua);
  lua_pushnil(lua);
  if (lua_next(lua, 1) == 0)
    raise_error(lua, "the initial state is empty; write initial { [index] = count }");
  const bool is_distribution = lua_istable(lua, -1);
  lua_settop(lua, 1);
  if (is_distribution)
    host.declared.start = read_distribution(lua);
  else
    host.declared.start = {{1.0, read_entries(lua, 1)}};
  return 0;
}

}  // namespace

LuaHost& loading_host(lua_State* lua, const char* function) {
  LuaHost& host = host_of(lua);
  if (host.phase != LuaHost::Phase::loading) {
    raise_error(
        lua, fmt::format("{} was called in a callback; it belongs to the top level of the file", function));
  }
  return host;
}

void install_declarations(lua_State* lua) {
  set_function(lua, "parameters", guarded<declare_parameters>);
  set_function(lua, "derived", guarded<declare_derived>);
  set_function(lua, "initial", guarded<declare_initial>);
  set_function(lua, "reward", guarded<declare_reward>);
  set_function(lua, "transitions", guarded<declare_transitions>);
  set_function(lua, "time", guarded<declare_time>);
}

}  // namespace phasic
