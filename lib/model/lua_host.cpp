#include "model/lua_host.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "model/lua_place.hpp"
#include "model/slips.hpp"
#include "model/state_text.hpp"

namespace phasic {

namespace {

constexpr const char* environment = "phasic.environment";  // its name in the registry

// Gives a message without a position the line of the innermost function of the file.
int on_error(lua_State* lua) {
  if (lua_type(lua, 1) != LUA_TSTRING) {
    const std::string text = "error was called with " + describe_value(lua, 1);
    lua_pushlstring(lua, text.data(), text.size());
    lua_replace(lua, 1);
  }
  if (has_place(lua_tostring(lua, 1))) return 1;
  const SourcePlace place = innermost_place(lua);
  if (place.line > 0) {
    const std::string chunk = chunk_name(place.file);
    lua_pushfstring(lua, "%s:%d: %s", chunk.c_str() + 1, place.line, lua_tostring(lua, 1));
  }
  return 1;
}

int install_all(lua_State* lua) {
  lua_newtable(lua);
  install_library(lua);
  install_params(lua);
  install_declarations(lua);
  install_include(lua);
  install_indexer(lua);
  install_formulas(lua);
  install_states(lua);
  return 1;
}

int write_global(lua_State* lua) {
  if (host_of(lua).phase != LuaHost::Phase::loading) {
    const char* name = luaL_tolstring(lua, 2, nullptr);
    raise_error(lua, fmt::format("a callback sets the global '{}'; callbacks are pure: write local {} = ...",
                                 name, name));
  }
  lua_settop(lua, 3);
  lua_rawset(lua, lua_upvalueindex(1));
  return 0;
}

int read_missing(lua_State* lua) {
  const char* name = luaL_tolstring(lua, 2, nullptr);
  raise_error(lua, fmt::format("there is no variable '{}'; {}", name, name_remedy(name)));
}

// Keeps what every file runs in: an empty table whose reads go to the globals, so that every write is seen.
// Reading a name that is not there is an error.
int keep_environment(lua_State* lua) {  // globals ->
  lua_newtable(lua);
  lua_pushcfunction(lua, guarded<read_missing>);
  lua_setfield(lua, -2, "__index");
  lua_setmetatable(lua, 1);
  lua_newtable(lua);
  lua_newtable(lua);
  lua_pushvalue(lua, 1);
  lua_setfield(lua, -2, "__index");
  lua_pushvalue(lua, 1);
  lua_pushcclosure(lua, guarded<write_global>, 1);
  lua_setfield(lua, -2, "__newindex");
  lua_setmetatable(lua, -2);
  lua_setfield(lua, LUA_REGISTRYINDEX, environment);
  return 0;
}

// A first line that starts with # (a shebang) and a byte order mark are not Lua; line numbers stay.
std::string_view lua_part(std::string_view source) {
  if (source.starts_with("\xef\xbb\xbf")) source.remove_prefix(3);
  if (source.starts_with('#')) source.remove_prefix(std::min(source.find('\n'), source.size()));
  return source;
}

// Hands Lua a source line by line, so that it is known how far Lua has read.
struct Lines {
  std::string_view rest;
  int number = 0;
};

const char* next_line(lua_State*, void* state, std::size_t* size) {
  auto& lines = *static_cast<Lines*>(state);
  const std::size_t end = lines.rest.find('\n');
  const std::string_view line = lines.rest.substr(0, end == std::string_view::npos ? end : end + 1);
  lines.rest.remove_prefix(line.size());
  ++lines.number;
  *size = line.size();
  return line.data();
}

// As luaL_loadbufferx, but every message says where, also the one about code that is nested too deeply.
int load_text(lua_State* lua, std::string_view text, const char* chunk) {
  Lines lines{text};
  const int status = lua_load(lua, next_line, &lines, chunk, "t");
  if (status == LUA_ERRSYNTAX || status == LUA_ERRRUN) {
    const char* message = lua_tostring(lua, -1);
    // Too deep is an error of running, not of syntax: its place is that of the file that includes this one.
    const bool is_placed = has_place(message);
    if (is_placed && status == LUA_ERRRUN) message = std::strstr(message, ": ") + 2;
    if (!is_placed || status == LUA_ERRRUN)
      lua_pushfstring(lua, "%s:%d: %s", chunk + 1, lines.number, message);
  }
  return status;
}

int compile_first(lua_State* lua) {  // -> chunk
  host_of(lua).compile(0);
  return 1;
}

int refuse_write(lua_State* lua) {  // upvalue: the message
  raise_error(lua, lua_tostring(lua, lua_upvalueindex(1)));
}

class Running {
 public:
  explicit Running(Watchdog& watchdog) : watchdog_(watchdog) { watchdog_.begin(); }
  ~Running() { watchdog_.end(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  Watchdog& watchdog_;
};

}  // namespace

LuaHost::LuaHost(SourceFiles all_files, std::span<const Assignment> given, const Limits& limits,
                 Clock::time_point begin)
    : files(std::move(all_files)),
      assignments(given.begin(), given.end()),
      window(limits.memory),
      limits_(limits),
      state_(limits.memory),
      watchdog_(state_.get(), limits, begin) {
  *static_cast<LuaHost**>(lua_getextraspace(lua())) = this;
  state_.charge_to(watchdog_);
  lua_pushcfunction(lua(), install_all);
  call(0, 1, "starting Lua");
  lua_pushcfunction(lua(), keep_environment);
  lua_insert(lua(), 1);
  call(1, 0, "starting Lua");
  lua_pushcfunction(lua(), compile_first);
  call(0, 1, "reading the file");
  call(0, 0, "running the top level of the file");
  watchdog_.pause();
}

void LuaHost::compile(std::size_t file) {
  const std::string_view text = lua_part(files[file].text);
  const std::string chunk = chunk_name(file);
  if (load_text(lua(), text, chunk.c_str()) != LUA_OK) lua_error(lua());
  lua_getfield(lua(), LUA_REGISTRYINDEX, environment);
  lua_setupvalue(lua(), -2, 1);
}

void LuaHost::call(int arguments, int results, std::string_view title) {
  const int base = lua_gettop(lua()) - arguments;
  lua_pushcfunction(lua(), on_error);
  lua_insert(lua(), base);
  int status = LUA_OK;
  {
    const Running running(watchdog_);
    status = lua_pcall(lua(), arguments, results, base);
  }
  if (status != LUA_OK) fail(status, title);
  lua_remove(lua(), base);
}

void LuaHost::fail(int status, std::string_view title) {
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  const bool has_text = status != -1 && lua_type(lua(), -1) == LUA_TSTRING;
  Located located = take_apart(has_text ? lua_tostring(lua(), -1) : "", files);
  lua_settop(lua(), 0);
  if (status == LUA_ERRMEM || status == -1) {
    verdict_ = Watchdog::Verdict::memory;
    located.place = state_.place_of_refusal();
  }
  const std::string where = files.text_of(located.place) + state_suffix();
  if (verdict_ != Watchdog::Verdict::none) {
    const auto [amount, remedy] = limit_text();
    throw LimitError({where, fmt::format("{} took more than {}", title, amount), remedy, {}});
  }
  const bool has_remedy = located.text.find(';') != std::string::npos;
  throw InputError({where,
                    located.text,
                    has_remedy || phase != Phase::loading
                        ? ""
                        : syntax_remedy(files[located.place.file].text,
                                        static_cast<std::uint32_t>(located.place.line), located.text),
                    {}});
}

LuaHost::LimitText LuaHost::limit_text() const {
  switch (verdict_) {
    case Watchdog::Verdict::memory:
      return {fmt::format("{} bytes of memory", limits_.memory), "raise --max-memory (0: no limit)"};
    case Watchdog::Verdict::seconds:
      return {fmt::format("{} seconds", shortest_text(limits_.seconds)), "raise --max-seconds (0: no limit)"};
    default:
      return {fmt::format("{} instructions", limits_.instructions),
              "does it end? If so, raise --max-instructions (0: no limit)"};
  }
}

std::string LuaHost::state_suffix() const {
  if (phase != Phase::expanding && phase != Phase::rewarding) return "";
  return ": in state " + state_text(window.state());
}

void LuaHost::raise(Watchdog::Verdict verdict, int level) {
  verdict_ = verdict;
  luaL_where(lua(), level);
  lua_pushliteral(lua(), "limit");
  lua_concat(lua(), 2);
  lua_error(lua());
  std::terminate();  // lua_error does not return
}

void LuaHost::charge(std::uint64_t steps) {
  const Watchdog::Verdict verdict = watchdog_.charge(steps);
  if (verdict != Watchdog::Verdict::none) raise(verdict, 1);
}

void LuaHost::complain(SourcePlace place, std::string what, std::string remedy) const {
  throw InputError({files.text_of(place), std::move(what), std::move(remedy), {}});
}

void on_count_hook(lua_State* lua, lua_Debug*) {
  LuaHost& host = host_of(lua);
  host.count_interval();
}

void LuaHost::count_interval() {
  const Watchdog::Verdict verdict = watchdog_.count_interval();
  if (verdict != Watchdog::Verdict::none) raise(verdict, 0);
}

void raise_error(lua_State* lua, const std::string& text) {
  luaL_where(lua, 1);
  lua_pushlstring(lua, text.data(), text.size());
  lua_concat(lua, 2);
  lua_error(lua);
  std::terminate();  // lua_error does not return
}

void set_function(lua_State* lua, const char* name, lua_CFunction function) {
  lua_pushcfunction(lua, function);
  lua_setfield(lua, -2, name);
}

void freeze_table(lua_State* lua, const char* message) {
  lua_newtable(lua);  // table view
  lua_newtable(lua);  // table view meta
  lua_pushvalue(lua, -3);
  lua_setfield(lua, -2, "__index");
  lua_pushstring(lua, message);
  lua_pushcclosure(lua, guarded<refuse_write>, 1);
  lua_setfield(lua, -2, "__newindex");
  lua_setmetatable(lua, -2);
  lua_remove(lua, -2);
}

}  // namespace phasic
