// param and check: what a model file lets the command line choose, and what it accepts.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "model/lua_host.hpp"
#include "model/lua_read.hpp"
#include "model/parameter_range.hpp"

namespace phasic {

namespace {

ParameterValue read_default(lua_State* lua, const std::string& name) {
  switch (lua_type(lua, 2)) {
    case LUA_TNUMBER:
      if (lua_isinteger(lua, 2) != 0) return std::int64_t{lua_tointeger(lua, 2)};
      if (std::isnan(lua_tonumber(lua, 2))) {
        raise_error(lua, fmt::format("the default of param '{}' is not a number (nan); give one", name));
      }
      return lua_tonumber(lua, 2);
    case LUA_TBOOLEAN:
      return lua_toboolean(lua, 2) != 0;
    case LUA_TSTRING: {
      std::size_t size = 0;
      const char* text = lua_tolstring(lua, 2, &size);
      return std::string(text, size);
    }
    default:
      raise_error(lua,
                  fmt::format("the default of param '{}' is {}; it is an integer, number, boolean or string, "
                              "and gives the parameter its type",
                              name, describe_value(lua, 2)));
  }
}

void push_value(lua_State* lua, const ParameterValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value))
    lua_pushinteger(lua, *integer);
  else if (const auto* number = std::get_if<double>(&value))
    lua_pushnumber(lua, *number);
  else if (const auto* flag = std::get_if<bool>(&value))
    lua_pushboolean(lua, *flag ? 1 : 0);
  else {
    const auto& text = std::get<std::string>(value);
    lua_pushlstring(lua, text.data(), text.size());
  }
}

// The value on the top, as a bound of a parameter of this type.
ParameterValue read_bound(lua_State* lua, const Parameter& parameter, const std::string& bound) {
  const std::string what = fmt::format("the {} of param '{}'", bound, parameter.name);
  if (std::holds_alternative<std::int64_t>(parameter.value)) return read_integer(lua, -1, what);
  if (std::holds_alternative<double>(parameter.value)) return read_number(lua, -1, what);
  raise_error(lua, fmt::format("{}, which is a {}; only integers and numbers have bounds", what,
                               type_name(parameter.value)));
}

// { min = 1, max = 100 }
void read_bounds(lua_State* lua, int index, Parameter& parameter) {
  if (!lua_istable(lua, index)) {
    raise_error(lua, fmt::format("the bounds of param '{}' are {}; write {{ min = 1, max = 100 }}",
                                 parameter.name, describe_value(lua, index)));
  }
  lua_pushnil(lua);
  while (lua_next(lua, index) != 0) {
    const std::string bound =
        lua_type(lua, -2) == LUA_TSTRING ? lua_tostring(lua, -2) : describe_value(lua, -2);
    if (bound != "min" && bound != "max") {
      raise_error(
          lua, fmt::format("the bounds of param '{}' name {}; there are min and max", parameter.name, bound));
    }
    (bound == "min" ? parameter.minimum : parameter.maximum) = read_bound(lua, parameter, bound);
    lua_pop(lua, 1);
  }
  if (parameter.minimum && parameter.maximum && !(*parameter.minimum <= *parameter.maximum)) {
    raise_error(lua, fmt::format("param '{}' has bounds {}; the first is the smaller one", parameter.name,
                                 bounds_text(parameter)));
  }
}

// Whether the command line or the file is to blame, the message says so.
void require_bounds(lua_State* lua, const Parameter& parameter, bool is_given) {
  if (is_within_bounds(parameter)) return;
  const std::string remedy = fmt::format("{} is {}", parameter.name, bounds_text(parameter));
  if (!is_given) {
    raise_error(lua, fmt::format("the default of param '{}', {}, is out of range; {}", parameter.name,
                                 value_text(parameter.value), remedy));
  }
  throw InputError({fmt::format("-p {}={}", parameter.name, value_text(parameter.value)),
                    fmt::format("{} is out of range", parameter.name),
                    remedy,
                    {}});
}

void require_new(lua_State* lua, const LuaHost& host, const std::string& name) {
  if (std::ranges::count(host.declared.parameters, name, &Parameter::name) != 0) {
    raise_error(lua, fmt::format("param '{}' is declared twice; keep its value in a local", name));
  }
}

std::string read_param_name(lua_State* lua) {
  std::string name = read_name(lua, 1, "the name of a param");
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (!std::ranges::all_of(name, is_ascii)) {
    raise_error(lua, fmt::format("the name of a param is '{}'; use A to Z, a to z, digits and _, so that it "
                                 "can stand on any command line",
                                 name));
  }
  return name;
}

// param(name, default[, help[, bounds]]): the effective value.
int declare_param(lua_State* lua) {
  LuaHost& host = loading_host(lua, "param");
  Parameter parameter;
  parameter.name = read_param_name(lua);
  parameter.value = parameter.standard = read_default(lua, parameter.name);
  if (!lua_isnoneornil(lua, 3)) parameter.help = read_text(lua, 3, "the help text of a param");
  if (!lua_isnoneornil(lua, 4)) read_bounds(lua, 4, parameter);
  require_new(lua, host, parameter.name);
  const Assignment* given = find_assignment(host.assignments, parameter.name);
  try {
    if (given != nullptr) {
      parameter.value = read_value(*given, parameter.standard);
      parameter.value_count = count_values(*given, parameter.standard);
    }
    require_bounds(lua, parameter, given != nullptr);
  } catch (const InputError&) {
    host.keep_failure();  // a complaint about the command line, not about this line
    raise_error(lua, "");
  }
  push_value(lua, parameter.value);
  host.declared.parameters.push_back(std::move(parameter));
  return 1;
}

// check(condition, message): stops unless the condition holds.
int check_condition(lua_State* lua) {
  LuaHost& host = loading_host(lua, "check");
  const std::string message = read_text(lua, 2, "the message of a check");
  if (lua_isfunction(lua, 1)) {
    raise_error(lua, "check takes a condition, no function; write check(n > 1, \"n is at least 2\")");
  }
  if (lua_toboolean(lua, 1) != 0) return 0;
  std::string values;
  for (const Parameter& parameter : host.declared.parameters) {
    values += fmt::format("{}{} = {}", values.empty() ? "; here " : ", ", parameter.name,
                          value_text(parameter.value));
  }
  raise_error(lua, message + values);
}

}  // namespace

void install_params(lua_State* lua) {
  set_function(lua, "param", guarded<declare_param>);
  set_function(lua, "check", guarded<check_condition>);
}

}  // namespace phasic
