#include "model/lua_purity.hpp"

#include <unordered_set>
#include <utility>

namespace phasic {

namespace {

// As rawequal, but a NaN is itself.
bool is_same(lua_State* lua, int left, int right) {
  if (lua_rawequal(lua, left, right) != 0) return true;
  if (lua_type(lua, left) != LUA_TNUMBER || lua_type(lua, right) != LUA_TNUMBER) return false;
  const double a = lua_tonumber(lua, left);
  const double b = lua_tonumber(lua, right);
  return a != a && b != b;
}

}  // namespace

// Visits each function and table once, breadth first: the queue is a table of Lua's, so that no nesting is
// too deep.
class PurityCheck::Search {
 public:
  /// Takes the function on the stack's top and leaves the list of functions and values.
  Search(lua_State* lua, std::vector<Variable>& variables) : lua_(lua), variables_(variables) {
    lua_newtable(lua_);
    lua_newtable(lua_);
    queue_ = lua_gettop(lua_);
    lua_pushvalue(lua_, queue_ - 2);
    note();
    for (lua_Integer at = 1; at <= length_; ++at) {
      lua_rawgeti(lua_, queue_, at);
      if (lua_isfunction(lua_, -1))
        visit_function();
      else
        visit_table();
      lua_pop(lua_, 1);
    }
    lua_pop(lua_, 1);
    lua_remove(lua_, -2);
  }

 private:
  // Takes the value on the stack's top; functions and tables are visited later.
  void note() {
    const bool leads_on = lua_isfunction(lua_, -1) || lua_istable(lua_, -1);
    if (leads_on && seen_.insert(lua_topointer(lua_, -1)).second)
      lua_rawseti(lua_, queue_, ++length_);
    else
      lua_pop(lua_, 1);
  }

  void visit_function() {
    const int function = lua_gettop(lua_);
    const bool is_of_model = lua_iscfunction(lua_, function) == 0;
    const char* name = nullptr;
    for (int number = 1; (name = lua_getupvalue(lua_, function, number)) != nullptr; ++number) {
      // What changes in a function of the library is the position of an iterator.
      if (is_of_model || lua_type(lua_, -1) == LUA_TNUMBER) {
        keep({is_of_model ? name : "the position of an iterator", number,
              lua_upvalueid(lua_, function, number)},
             function);
      }
      note();
    }
  }

  // The value is on the stack's top, and stays there.
  void keep(Variable variable, int function) {
    if (!known_.insert(variable.id).second) return;
    variables_.push_back(std::move(variable));
    const auto place = static_cast<lua_Integer>(2 * variables_.size());
    lua_pushvalue(lua_, function);
    lua_rawseti(lua_, queue_ - 1, place - 1);
    lua_pushvalue(lua_, -1);
    lua_rawseti(lua_, queue_ - 1, place);
  }

  // Only tables of ours have metatables: the globals are behind one.
  void visit_table() {
    const int table = lua_gettop(lua_);
    if (luaL_getmetafield(lua_, table, "__index") != LUA_TNIL) note();
    lua_pushnil(lua_);
    while (lua_next(lua_, table) != 0) note();
  }

  lua_State* lua_;
  std::vector<Variable>& variables_;
  int queue_ = 0;  // on the stack; the list is below it
  lua_Integer length_ = 0;
  std::unordered_set<const void*> seen_;
  std::unordered_set<const void*> known_;
};

PurityCheck::PurityCheck(lua_State* lua) : lua_(lua) {
  const Search search(lua_, variables_);
  kept_ = luaL_ref(lua_, LUA_REGISTRYINDEX);
}

std::optional<std::string> PurityCheck::changed_variable() const {
  std::optional<std::string> changed;
  lua_rawgeti(lua_, LUA_REGISTRYINDEX, kept_);
  for (std::size_t i = 0; i < variables_.size() && !changed; ++i) {
    const auto place = static_cast<lua_Integer>(2 * (i + 1));
    lua_rawgeti(lua_, -1, place - 1);
    lua_getupvalue(lua_, -1, variables_[i].number);
    lua_rawgeti(lua_, -3, place);
    if (!is_same(lua_, -1, -2)) changed = variables_[i].name;
    lua_pop(lua_, 3);
  }
  lua_pop(lua_, 1);
  return changed;
}

}  // namespace phasic
