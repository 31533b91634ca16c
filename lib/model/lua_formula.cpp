// Symbols: what a derived term's function computes with. Operators and the functions exp, log, sqrt,
// logistic, min, max and select record nodes instead of computing; given plain numbers they compute.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "model/formula_slips.hpp"
#include "model/lua_host.hpp"
#include "model/lua_place.hpp"
#include "model/lua_read.hpp"

namespace phasic {

namespace {

using Node = FormulaRecorder::Node;

constexpr const char* symbol_type = "phasic formula";
constexpr const char* theta_type = "phasic theta";

const Node* symbol_at(lua_State* lua, int index) {
  return lua_type(lua, index) == LUA_TUSERDATA ? static_cast<Node*>(luaL_testudata(lua, index, symbol_type))
                                               : nullptr;
}

int push_symbol(lua_State* lua, Node node) {
  auto* place = static_cast<Node*>(lua_newuserdatauv(lua, sizeof(Node), 0));
  *place = node;
  luaL_setmetatable(lua, symbol_type);
  return 1;
}

Node node_at(lua_State* lua, int index) {
  if (const Node* symbol = symbol_at(lua, index)) return *symbol;
  return host_of(lua).recorder.constant(read_number(lua, index, "an operand of a formula"));
}

template <Operation operation>
int record_binary(lua_State* lua) {
  const Node left = node_at(lua, 1);
  const Node right = node_at(lua, 2);
  return push_symbol(lua, host_of(lua).recorder.apply(operation, {left, right}));
}

int record_negation(lua_State* lua) {
  return push_symbol(lua, host_of(lua).recorder.apply(Operation::negate, {node_at(lua, 1)}));
}

double logistic(double x) {
  return 1 / (1 + std::exp(-x));
}

template <Operation operation, double (*compute)(double)>
int call_unary(lua_State* lua) {
  if (symbol_at(lua, 1) != nullptr) {
    return push_symbol(lua, host_of(lua).recorder.apply(operation, {node_at(lua, 1)}));
  }
  lua_pushnumber(lua, compute(read_number(lua, 1, "the argument")));
  return 1;
}

// min and max of any number of arguments.
template <Operation operation, int order>
int call_extreme(lua_State* lua) {
  const int count = lua_gettop(lua);
  if (count == 0) raise_error(lua, "min and max need at least one argument");
  lua_pushvalue(lua, 1);
  for (int i = 2; i <= count; ++i) {
    if (symbol_at(lua, -1) != nullptr || symbol_at(lua, i) != nullptr) {
      const Node best = node_at(lua, -1);
      push_symbol(lua, host_of(lua).recorder.apply(operation, {best, node_at(lua, i)}));
    } else {
      const double best = read_number(lua, -1, "an argument");
      const double next = read_number(lua, i, "an argument");
      lua_pushvalue(lua, (order < 0 ? next < best : next > best) ? i : -1);
    }
    lua_replace(lua, count + 1);
  }
  return 1;
}

int choose(lua_State* lua, bool condition) {
  lua_pushvalue(lua, condition ? 4 : 5);
  return 1;
}

// In a derived term: select(a, "<", b, x, y) is x where a < b, else y. Elsewhere it is Lua's own select.
int call_select(lua_State* lua) {  // upvalue: Lua's select
  LuaHost& host = host_of(lua);
  if (host.phase != LuaHost::Phase::deriving) {
    return lua_tocfunction(lua, lua_upvalueindex(1))(lua);  // in our frame, which has a name for messages
  }
  const char* usage = "write select(a, \"<\", b, x, y) with one of < <= == >= >";
  if (lua_gettop(lua) != 5 || lua_type(lua, 2) != LUA_TSTRING)
    raise_error(lua, fmt::format("select in a derived term; {}", usage));
  std::string comparison = lua_tostring(lua, 2);
  if (comparison == ">" || comparison == ">=") {
    comparison[0] = '<';
    lua_pushvalue(lua, 1);
    lua_copy(lua, 3, 1);
    lua_replace(lua, 3);
  }
  const bool is_plain = symbol_at(lua, 1) == nullptr && symbol_at(lua, 3) == nullptr;
  const double left = is_plain ? read_number(lua, 1, "the left side of select") : 0;
  const double right = is_plain ? read_number(lua, 3, "the right side of select") : 0;
  const auto record = [&](Operation operation) {
    return push_symbol(lua, host.recorder.apply(operation, {node_at(lua, 1), node_at(lua, 3), node_at(lua, 4),
                                                            node_at(lua, 5)}));
  };
  if (comparison == "<") return is_plain ? choose(lua, left < right) : record(Operation::select_less);
  if (comparison == "<=") return is_plain ? choose(lua, left <= right) : record(Operation::select_less_equal);
  if (comparison == "==") return is_plain ? choose(lua, left == right) : record(Operation::select_equal);
  raise_error(lua, fmt::format("select has no comparison '{}'; {}", lua_tostring(lua, 2), usage));
}

int refuse_comparison(lua_State* lua) {
  raise_error(lua,
              "a formula is recorded once, before theta is known, so it cannot be compared; write "
              "select(a, \"<\", b, x, y)");
}

// t.name: a parameter, or a derived term declared earlier, whose formula is then part of this one.
int read_theta(lua_State* lua) {  // upvalue: table of earlier derived terms' symbols
  LuaHost& host = host_of(lua);
  const char* name = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "";
  const auto& names = host.declared.term_names;
  const auto found = std::find(names.begin(), names.end(), name);
  const auto term = static_cast<std::size_t>(found - names.begin());
  const std::size_t count = host.declared.theta ? host.declared.theta->size() : 0;
  if (term < count) return push_symbol(lua, host.recorder.parameter(static_cast<std::uint32_t>(term)));
  lua_pushvalue(lua, 2);
  if (lua_gettable(lua, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  if (found != names.end()) {
    raise_error(lua, fmt::format("derived term '{}' is declared later; declare it first", name));
  }
  raise_error(
      lua, fmt::format("theta has no {}; its parameters are: {}", describe_key(lua, 2),
                       fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(count), ", ")));
}

// The function is on the stack's top, and stays there.
void refuse_silent_conditions(LuaHost& host, const LuaCallback& callback) {
  lua_Debug function;
  lua_pushvalue(host.lua(), -1);
  lua_getinfo(host.lua(), ">S", &function);
  const std::size_t file = file_of_chunk(function.source);
  const auto slip = find_formula_slip(host.files[file].text, callback.name,
                                      static_cast<std::uint32_t>(std::max(function.linedefined, 0)),
                                      static_cast<std::uint32_t>(std::max(function.lastlinedefined, 0)));
  if (slip) {
    host.complain({file, static_cast<int>(slip->line)}, slip->what,
                  "write select(a, \"==\", b, x, y) for x where a is b, else y");
  }
}

// The function has returned, so what is wrong with a constant has no line but the declaration's.
Node node_of_result(LuaHost& host, const LuaCallback& callback) {
  try {
    return node_at(host.lua(), -1);
  } catch (const InputError& error) {
    host.complain(callback.place, fmt::format("{}: {}", callback.title, error.complaint().what),
                  error.complaint().remedy);
  }
}

}  // namespace

DerivedTerm record_derived(LuaHost& host, const LuaCallback& callback) {
  lua_State* lua = host.lua();
  host.phase = LuaHost::Phase::deriving;
  host.push(callback);
  refuse_silent_conditions(host, callback);
  lua_getfield(lua, LUA_REGISTRYINDEX, theta_type);
  host.call(1, 1, callback.title);
  if (symbol_at(lua, -1) == nullptr && lua_type(lua, -1) != LUA_TNUMBER) {
    host.complain(callback.place, fmt::format("{} returns {}", callback.title, describe_value(lua, -1)),
                  "it returns a formula of its argument: return t.a * t.b");
  }
  const Node node = node_of_result(host, callback);
  // Known to later derived terms by name.
  lua_getfield(lua, LUA_REGISTRYINDEX, "phasic derived");
  push_symbol(lua, node);
  lua_setfield(lua, -2, callback.name.c_str());
  lua_pop(lua, 2);
  return {callback.name, host.recorder.formula_of(node)};
}

void install_formulas(lua_State* lua) {
  luaL_newmetatable(lua, symbol_type);
  set_function(lua, "__add", guarded<record_binary<Operation::add>>);
  set_function(lua, "__sub", guarded<record_binary<Operation::subtract>>);
  set_function(lua, "__mul", guarded<record_binary<Operation::multiply>>);
  set_function(lua, "__div", guarded<record_binary<Operation::divide>>);
  set_function(lua, "__pow", guarded<record_binary<Operation::power>>);
  set_function(lua, "__unm", guarded<record_negation>);
  set_function(lua, "__lt", guarded<refuse_comparison>);
  set_function(lua, "__le", guarded<refuse_comparison>);
  set_function(lua, "__eq", guarded<refuse_comparison>);
  lua_pop(lua, 1);

  set_function(lua, "exp", guarded<call_unary<Operation::exponential, std::exp>>);
  set_function(lua, "log", guarded<call_unary<Operation::logarithm, std::log>>);
  set_function(lua, "sqrt", guarded<call_unary<Operation::square_root, std::sqrt>>);
  set_function(lua, "logistic", guarded<call_unary<Operation::logistic, logistic>>);
  set_function(lua, "min", guarded<call_extreme<Operation::minimum, -1>>);
  set_function(lua, "max", guarded<call_extreme<Operation::maximum, 1>>);
  lua_getfield(lua, -1, "select");
  lua_pushcclosure(lua, guarded<call_select>, 1);
  lua_setfield(lua, -2, "select");

  lua_newuserdatauv(lua, 1, 0);
  lua_newtable(lua);
  lua_newtable(lua);
  lua_pushvalue(lua, -1);
  lua_setfield(lua, LUA_REGISTRYINDEX, "phasic derived");
  lua_pushcclosure(lua, guarded<read_theta>, 1);
  lua_setfield(lua, -2, "__index");
  lua_setmetatable(lua, -2);
  lua_setfield(lua, LUA_REGISTRYINDEX, theta_type);
}

}  // namespace phasic
