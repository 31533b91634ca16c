// include: code that several models share. A file runs once, at its first include, with the globals of the
// model; what it returns is what each include of it gives.
#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "model/lua_host.hpp"
#include "model/lua_place.hpp"
#include "model/lua_read.hpp"

namespace phasic {

namespace {

std::size_t find_file(LuaHost& host, SourcePlace from, const std::string& written) {
  try {
    return host.files.find_or_read(from.file, written);
  } catch (const MissingError& error) {
    throw MissingError({host.files.text_of(from),
                        fmt::format("include \"{}\": {}", written, error.what()),
                        "paths start at the including file's directory",
                        {}});
  }
}

[[noreturn]] void raise_cycle(lua_State* lua, const LuaHost& host, std::size_t file) {
  std::string chain;
  const auto& running = host.running_files;
  for (auto each = std::ranges::find(running, file); each != running.end(); ++each) {
    chain += host.files[*each].path + " -> ";
  }
  raise_error(
      lua, fmt::format("this include leads back to its own file: {}{}; move what both need to a third file",
                       chain, host.files[file].path));
}

// include(path): what the file returned.
int include_file(lua_State* lua) {
  LuaHost& host = loading_host(lua, "include");
  const std::string written = read_text(lua, 1, "the path of an include");
  const std::size_t file = find_file(host, calling_place(lua), written);
  if (std::ranges::count(host.running_files, file) != 0) raise_cycle(lua, host, file);
  const auto done = host.included.find(file);
  if (done != host.included.end()) {
    lua_rawgeti(lua, LUA_REGISTRYINDEX, done->second);
    return 1;
  }
  host.running_files.push_back(file);
  host.compile(file);
  lua_call(lua, 0, 1);
  host.running_files.pop_back();
  lua_pushvalue(lua, -1);
  host.included.emplace(file, luaL_ref(lua, LUA_REGISTRYINDEX));
  return 1;
}

}  // namespace

void install_include(lua_State* lua) {
  set_function(lua, "include", guarded<include_file>);
}

}  // namespace phasic
