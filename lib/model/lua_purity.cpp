#include "model/lua_purity.hpp"

#include <algorithm>
#include <string_view>

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

PurityCheck::PurityCheck(lua_State* lua) : lua_(lua) {
  lua_newtable(lua_);
  lua_insert(lua_, -2);
  remember(lua_gettop(lua_) - 1, lua_gettop(lua_));
  lua_pop(lua_, 1);
  kept_ = luaL_ref(lua_, LUA_REGISTRYINDEX);
}

void PurityCheck::remember(int kept, int function) {
  if (lua_iscfunction(lua_, function) != 0 || lua_checkstack(lua_, 8) == 0) return;
  const char* name = nullptr;
  for (int number = 1; (name = lua_getupvalue(lua_, function, number)) != nullptr; ++number) {
    const void* id = lua_upvalueid(lua_, function, number);
    const auto is_this = [&](const Variable& variable) { return variable.id == id; };
    if (std::string_view(name) != "_ENV" && std::ranges::none_of(variables_, is_this)) {
      variables_.push_back({name, number, id});
      const auto place = static_cast<lua_Integer>(2 * variables_.size());
      lua_pushvalue(lua_, function);
      lua_rawseti(lua_, kept, place - 1);
      lua_pushvalue(lua_, -1);
      lua_rawseti(lua_, kept, place);
      if (lua_isfunction(lua_, -1)) remember(kept, lua_gettop(lua_));
    }
    lua_pop(lua_, 1);
  }
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
