// indexer, property, group and slots: the StateIndexer as model files see it. Indices are 1-based here.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "model/lua_host.hpp"
#include "model/lua_read.hpp"

namespace phasic {

namespace {

constexpr const char* indexer_type = "phasic indexer";
constexpr const char* group_type = "phasic group";

// A part of an indexer on its way: a table with its kind.
void push_part(lua_State* lua, const char* kind) {
  lua_newtable(lua);
  lua_pushstring(lua, kind);
  lua_setfield(lua, -2, "kind");
}

bool is_part(lua_State* lua, int index, std::string_view kind) {
  if (!lua_istable(lua, index)) return false;
  lua_getfield(lua, index, "kind");
  const bool matches = lua_type(lua, -1) == LUA_TSTRING && kind == lua_tostring(lua, -1);
  lua_pop(lua, 1);
  return matches;
}

// property(name, minimum, maximum)
int make_property(lua_State* lua) {
  const std::string name = read_name(lua, 1, "the name of a property");
  const std::int64_t minimum = read_integer(lua, 2, fmt::format("the minimum of property '{}'", name));
  const std::int64_t maximum = read_integer(lua, 3, fmt::format("the maximum of property '{}'", name));
  push_part(lua, "property");
  lua_pushstring(lua, name.c_str());
  lua_setfield(lua, -2, "name");
  lua_pushinteger(lua, minimum);
  lua_setfield(lua, -2, "minimum");
  lua_pushinteger(lua, maximum);
  lua_setfield(lua, -2, "maximum");
  return 1;
}

// group("name", property(...), property(...), ...)
int make_group(lua_State* lua) {
  const std::string name = read_name(lua, 1, "the name of a group");
  const int count = lua_gettop(lua);
  push_part(lua, "group");
  lua_pushstring(lua, name.c_str());
  lua_setfield(lua, -2, "name");
  for (int i = 2; i <= count; ++i) {
    if (!is_part(lua, i, "property")) {
      raise_error(
          lua, fmt::format("group '{}' has {} among its properties; write group(\"{}\", property(\"name\", "
                           "minimum, maximum))",
                           name, describe_value(lua, i), name));
    }
    lua_pushvalue(lua, i);
    lua_rawseti(lua, -2, i - 1);
  }
  return 1;
}

// slots { "a", "b" }
int make_slots(lua_State* lua) {
  read_names(lua, 1, "the slots");
  push_part(lua, "slots");
  lua_pushvalue(lua, 1);
  lua_setfield(lua, -2, "names");
  return 1;
}

std::string field_text(lua_State* lua, const char* field) {
  lua_getfield(lua, -1, field);
  std::string text = lua_tostring(lua, -1);
  lua_pop(lua, 1);
  return text;
}

std::int64_t field_integer(lua_State* lua, const char* field) {
  lua_getfield(lua, -1, field);
  const std::int64_t value = lua_tointeger(lua, -1);
  lua_pop(lua, 1);
  return value;
}

// The property on the stack's top.
Property property_on_top(lua_State* lua) {
  return {field_text(lua, "name"), field_integer(lua, "minimum"), field_integer(lua, "maximum")};
}

PropertyGroup group_on_top(lua_State* lua) {
  PropertyGroup group;
  group.name = field_text(lua, "name");
  for (lua_Integer i = 1; lua_rawgeti(lua, -1, i) != LUA_TNIL; ++i) {
    group.properties.push_back(property_on_top(lua));
    lua_pop(lua, 1);
  }
  lua_pop(lua, 1);
  return group;
}

void check_order(lua_State* lua, const std::vector<PropertyGroup>& groups,
                 const std::vector<std::string>& slots) {
  const bool has_plain =
      std::any_of(groups.begin(), groups.end(), [](const auto& group) { return group.name.empty(); });
  if (has_plain && groups.size() > 1) {
    raise_error(lua,
                "the indexer mixes groups and properties; put every property into a group(\"name\", ...)");
  }
  for (const std::string_view method : {"props", "all"}) {
    const bool taken =
        std::find(slots.begin(), slots.end(), method) != slots.end() ||
        std::any_of(groups.begin(), groups.end(), [&](const auto& group) { return group.name == method; });
    if (taken)
      raise_error(lua,
                  fmt::format("a group or slot cannot be named '{}'; that is a method of indexers", method));
  }
}

// indexer { property(...), ... }, or indexer { group(...), group(...), slots { ... } }
int make_indexer(lua_State* lua) {
  LuaHost& host = host_of(lua);
  if (host.declared.indexer || host.phase != LuaHost::Phase::loading) {
    raise_error(lua,
                "a model has one indexer; put several sets of properties into groups: indexer { group(\"a\", "
                "...), group(\"b\", ...) }");
  }
  luaL_checktype(lua, 1, LUA_TTABLE);
  std::vector<PropertyGroup> groups;
  std::vector<std::string> slots;
  const auto count = static_cast<lua_Integer>(lua_rawlen(lua, 1));
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(lua, 1, i);
    if (is_part(lua, -1, "property") && slots.empty()) {
      if (groups.empty() || !groups.back().name.empty()) groups.emplace_back();
      groups.back().properties.push_back(property_on_top(lua));
    } else if (is_part(lua, -1, "group") && slots.empty()) {
      groups.push_back(group_on_top(lua));
    } else if (is_part(lua, -1, "slots") && slots.empty()) {
      lua_getfield(lua, -1, "names");
      slots = read_names(lua, -1, "the slots");
      lua_pop(lua, 1);
    } else {
      raise_error(
          lua, fmt::format("part {} of the indexer is {}; an indexer lists property(...) or group(...), then "
                           "at most one slots {{ ... }}",
                           i, lua_istable(lua, -1) ? "out of place" : describe_value(lua, -1)));
    }
    lua_pop(lua, 1);
  }
  check_order(lua, groups, slots);
  host.declared.indexer = std::make_unique<StateIndexer>(std::move(groups), std::move(slots));
  lua_newuserdatauv(lua, 0, 0);
  luaL_setmetatable(lua, indexer_type);
  return 1;
}

const StateIndexer& indexer_of(lua_State* lua) {
  return *host_of(lua).declared.indexer;
}

const PropertyGroup& only_group(lua_State* lua) {
  const auto& groups = indexer_of(lua).groups();
  if (groups.size() == 1) return groups.front();
  raise_error(lua, groups.empty() ? "this indexer has slots only; write indexer.name for the index of a slot"
                                  : fmt::format("this indexer has several groups; write indexer.{} {{ ... }}",
                                                groups[0].name));
}

const PropertyGroup& group_at(lua_State* lua, const void* handle) {
  return indexer_of(lua).groups()[*static_cast<const std::size_t*>(handle)];
}

// The group that a method is about: the group itself, or an indexer's only one.
const PropertyGroup& group_asked(lua_State* lua) {
  if (const void* handle = luaL_testudata(lua, 1, group_type)) return group_at(lua, handle);
  luaL_checkudata(lua, 1, indexer_type);
  return only_group(lua);
}

std::string property_names(const PropertyGroup& group) {
  std::vector<std::string> names;
  for (const Property& property : group.properties) names.push_back(property.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

// The table at `index`: a value for some properties of the group.
StateIndexer::Wanted read_properties(lua_State* lua, int index, const PropertyGroup& group) {
  if (!lua_istable(lua, index)) {
    raise_error(lua, fmt::format("an indexer takes properties by name, not {}; write {{ {} = value }}",
                                 describe_value(lua, index), group.properties[0].name));
  }
  StateIndexer::Wanted wanted(group.properties.size());
  lua_pushnil(lua);
  while (lua_next(lua, index) != 0) {
    std::size_t i = 0;
    if (lua_type(lua, -2) == LUA_TSTRING) {
      const std::string_view name = lua_tostring(lua, -2);
      while (i < wanted.size() && group.properties[i].name != name) ++i;
    } else {
      i = wanted.size();
    }
    if (i == wanted.size()) {
      raise_error(lua, fmt::format("there is no property {}; the properties are {}", describe_key(lua, -2),
                                   property_names(group)));
    }
    int is_integer = 0;
    wanted[i] = lua_tointegerx(lua, -1, &is_integer);
    if (is_integer == 0 || lua_type(lua, -1) != LUA_TNUMBER)
      read_integer(lua, -1, fmt::format("property '{}'", group.properties[i].name));
    lua_pop(lua, 1);
  }
  return wanted;
}

int push_index(lua_State* lua, const PropertyGroup& group) {
  const StateIndexer::Wanted wanted = read_properties(lua, 2, group);
  std::vector<std::int64_t> values(wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!wanted[i]) {
      const std::string& name = group.properties[i].name;
      raise_error(lua,
                  fmt::format("property '{}' is missing; name every property, or ask for all indices with "
                              "indexer:all {{ ... }}",
                              name));
    }
    values[i] = *wanted[i];
  }
  lua_pushinteger(lua, static_cast<lua_Integer>(indexer_of(lua).index_of(group, values)) + 1);
  return 1;
}

// indexer { loc1 = 1, loc2 = 0 } and indexer.group { ... }. Lua calls these with nothing but our own value
// first.
int call_indexer(lua_State* lua) {
  return push_index(lua, only_group(lua));
}
int call_group(lua_State* lua) {
  return push_index(lua, group_at(lua, lua_touserdata(lua, 1)));
}

// indexer:all { loc1 = 2 }: every index with that property, ascending.
int list_all(lua_State* lua) {
  const PropertyGroup& group = group_asked(lua);
  host_of(lua).charge(group.size);
  const std::vector<std::size_t> indices = indexer_of(lua).matching(group, read_properties(lua, 2, group));
  lua_createtable(lua, static_cast<int>(indices.size()), 0);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    lua_pushinteger(lua, static_cast<lua_Integer>(indices[i]) + 1);
    lua_rawseti(lua, -2, static_cast<lua_Integer>(i) + 1);
  }
  return 1;
}

// indexer:props(i): a table of the properties at an index, then the name of its group or slot if it has one.
int push_properties(lua_State* lua) {
  const StateIndexer& indexer = indexer_of(lua);
  const std::int64_t index = read_integer(lua, 2, "an index");
  if (index < 1 || static_cast<std::uint64_t>(index) > indexer.size()) {
    raise_error(lua,
                fmt::format("index {} is out of range; indices run from 1 to {}", index, indexer.size()));
  }
  const auto place = static_cast<std::size_t>(index - 1);
  const PropertyGroup* group = indexer.group_of(place);
  lua_newtable(lua);
  if (group == nullptr) {
    const std::size_t first_slot = indexer.size() - indexer.slots().size();
    lua_pushstring(lua, indexer.slots()[place - first_slot].c_str());
    return 2;
  }
  const std::vector<std::int64_t> values = indexer.values_at(*group, place);
  for (std::size_t i = 0; i < values.size(); ++i) {
    lua_pushinteger(lua, values[i]);
    lua_setfield(lua, -2, group->properties[i].name.c_str());
  }
  if (group->name.empty()) return 1;
  lua_pushstring(lua, group->name.c_str());
  return 2;
}

int count_indices(lua_State* lua) {
  lua_pushinteger(lua, static_cast<lua_Integer>(indexer_of(lua).size()));
  return 1;
}

int count_group(lua_State* lua) {
  lua_pushinteger(lua, static_cast<lua_Integer>(group_asked(lua).size));
  return 1;
}

// indexer.name: a method, a group, or the index of a slot.
int read_indexer(lua_State* lua) {  // upvalue: methods
  const StateIndexer& indexer = indexer_of(lua);
  lua_pushvalue(lua, 2);
  if (lua_rawget(lua, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  const std::string_view name = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "";
  if (const auto slot = indexer.find_slot(name)) {
    lua_pushinteger(lua, static_cast<lua_Integer>(*slot) + 1);
    return 1;
  }
  for (std::size_t i = 0; i < indexer.groups().size(); ++i) {
    if (name.empty() || indexer.groups()[i].name != name) continue;
    *static_cast<std::size_t*>(lua_newuserdatauv(lua, sizeof(std::size_t), 0)) = i;
    luaL_setmetatable(lua, group_type);
    return 1;
  }
  raise_error(
      lua, fmt::format("the indexer has no group, slot or method {}; there are :props(i), :all {{ ... }} and "
                       "the names you gave",
                       describe_key(lua, 2)));
}

int refuse_change(lua_State* lua) {
  raise_error(lua, "an indexer cannot be changed; declare it whole");
}

}  // namespace

void install_indexer(lua_State* lua) {
  set_function(lua, "property", guarded<make_property>);
  set_function(lua, "group", guarded<make_group>);
  set_function(lua, "slots", guarded<make_slots>);
  set_function(lua, "indexer", guarded<make_indexer>);

  luaL_newmetatable(lua, indexer_type);
  set_function(lua, "__call", guarded<call_indexer>);
  set_function(lua, "__len", guarded<count_indices>);
  set_function(lua, "__newindex", guarded<refuse_change>);
  lua_newtable(lua);
  set_function(lua, "props", guarded<push_properties>);
  set_function(lua, "all", guarded<list_all>);
  lua_pushcclosure(lua, guarded<read_indexer>, 1);
  lua_setfield(lua, -2, "__index");
  lua_pop(lua, 1);

  luaL_newmetatable(lua, group_type);
  set_function(lua, "__call", guarded<call_group>);
  set_function(lua, "__len", guarded<count_group>);
  set_function(lua, "__newindex", guarded<refuse_change>);
  lua_newtable(lua);
  set_function(lua, "all", guarded<list_all>);
  lua_setfield(lua, -2, "__index");
  lua_pop(lua, 1);
}

}  // namespace phasic
