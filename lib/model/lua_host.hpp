// One Lua state with one model file in it: sandbox, declarations, limits, and callbacks that are called in
// protected mode. Everything a model does wrong becomes an InputError with file and line, and in a callback
// the state; every limit becomes a LimitError.
//
// Lua swallows C++ exceptions, so functions of ours that throw are registered through `guarded`.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/formula.hpp"
#include "model/indexer.hpp"
#include "model/limits.hpp"
#include "model/lua_api.hpp"
#include "model/lua_state.hpp"
#include "model/model.hpp"
#include "model/parameter.hpp"
#include "model/source_files.hpp"
#include "model/vertex_window.hpp"
#include "model/watchdog.hpp"

namespace phasic {

/// A function of the model file, kept in Lua's registry.
struct LuaCallback {
  std::string name;   ///< of the reward or derived term
  std::string title;  ///< for messages: "transitions", "reward 'pairs'"
  int reference = LUA_NOREF;
  SourcePlace place;  ///< where it was declared
};

/// What the top level of the file said, before it is checked as a whole.
struct LuaDeclarations {
  struct Start {
    double probability = 1;
    std::vector<std::pair<std::size_t, std::int32_t>> entries;  ///< 0-based index, count
  };
  std::optional<TimeKind> time;
  std::vector<Parameter> parameters;
  std::optional<std::vector<std::string>> theta;
  std::vector<std::string> term_names;  ///< theta, then derived: term i + 1
  std::vector<LuaCallback> derived;
  std::vector<LuaCallback> rewards;
  std::optional<LuaCallback> transitions;
  std::unique_ptr<StateIndexer> indexer;
  std::vector<Start> start;
  std::optional<SourcePlace> initial_place;
};

class LuaHost {
 public:
  enum class Phase { loading, deriving, expanding, rewarding };

  using Clock = std::chrono::steady_clock;

  /// Loads and runs the file's top level. `limits.seconds` count from `begin`.
  LuaHost(SourceFiles files, std::span<const Assignment> assignments, const Limits& limits,
          Clock::time_point begin);

  [[nodiscard]] lua_State* lua() const { return state_.get(); }

  /// Callbacks will be called from now on; the clock was stopped when the file was loaded.
  void resume() { watchdog_.resume(); }
  /// Calls the function and arguments on the stack; results replace them. `title` says what runs, should it
  /// run into a limit: "transitions".
  void call(int arguments, int results, std::string_view title);
  /// Pushes a callback kept in the registry.
  void push(const LuaCallback& callback) const { lua_rawgeti(lua(), LUA_REGISTRYINDEX, callback.reference); }

  /// Pushes a file as a function that runs it; raises Lua's own error where it is no Lua.
  void compile(std::size_t file);

  /// Raises a limit as an error of Lua's; `level` as in luaL_where.
  [[noreturn]] void raise(Watchdog::Verdict verdict, int level);
  /// Counts work of a library function that loops over `steps` elements.
  void charge(std::uint64_t steps);
  /// What the instruction hook does.
  void count_interval();
  /// Keeps the exception in flight, for `call` to throw once Lua has unwound.
  void keep_failure() { failure_ = std::current_exception(); }
  /// An InputError about a whole declaration.
  [[noreturn]] void complain(SourcePlace place, std::string what, std::string remedy) const;

  // What the functions of the language work on; they and LuaModel are all that sees a host.
  Phase phase = Phase::loading;
  SourceFiles files;
  std::vector<std::size_t> running_files{0};  ///< each included by the one before
  std::map<std::size_t, int> included;        ///< what a file returned, in the registry
  LuaDeclarations declared;
  std::vector<Assignment> assignments;
  VertexWindow window;
  /// Edges of this state whose rate no theta >= 0 makes positive: wrong unless another edge makes up for it.
  struct Suspect {
    std::size_t edge;
    SourcePlace place;
  };
  std::vector<Suspect> suspects;
  FormulaRecorder recorder;

 private:
  [[noreturn]] void fail(int status, std::string_view title);
  struct LimitText {
    std::string amount;
    std::string remedy;
  };
  [[nodiscard]] LimitText limit_text() const;
  [[nodiscard]] std::string state_suffix() const;

  Limits limits_;
  LuaState state_;
  Watchdog watchdog_;
  Watchdog::Verdict verdict_ = Watchdog::Verdict::none;
  std::exception_ptr failure_;
};

inline LuaHost& host_of(lua_State* lua) {
  return **static_cast<LuaHost**>(lua_getextraspace(lua));
}

/// An error at the line of the function that called us: `what; remedy`.
[[noreturn]] void raise_error(lua_State* lua, const std::string& text);

/// Makes a function of ours safe to call from Lua: InputErrors become Lua errors at the caller's line, any
/// other exception is kept and thrown again by `call`.
template <int (*function)(lua_State*)>
int guarded(lua_State* lua) {
  std::string text;
  try {
    return function(lua);
  } catch (const InputError& error) {
    text = error.what();
  } catch (const std::exception&) {
    host_of(lua).keep_failure();
  }
  raise_error(lua, text);
}

/// The parts of the language, each installing its functions into the table of globals on the stack's top.
void install_library(lua_State* lua);       // the whitelist of Lua's own functions
void install_params(lua_State* lua);        // param, check
void install_declarations(lua_State* lua);  // parameters, derived, initial, reward, transitions, time
void install_include(lua_State* lua);       // include
void install_indexer(lua_State* lua);       // indexer, property, group, slots
void install_formulas(lua_State* lua);      // exp log sqrt logistic min max
void install_states(lua_State* lua);        // what state and its children can do

/// The host, for a function that belongs to the top level; an error in a callback.
LuaHost& loading_host(lua_State* lua, const char* function);
/// Sets a function as a field of the table on the stack's top.
void set_function(lua_State* lua, const char* name, lua_CFunction function);
/// Replaces the table on the top by a read-only view; writing raises `message`.
void freeze_table(lua_State* lua, const char* message);
/// Calls the transitions' `emit`.
int emit_transition(lua_State* lua);
/// The formula that a derived term's function records.
DerivedTerm record_derived(LuaHost& host, const LuaCallback& callback);
/// A kind for messages: "nil", "a table", "the number 3" ...
std::string describe_value(lua_State* lua, int index);
/// The same for a key that is not there, behind "there is no": a name in quotes, "7", "key that is a table".
std::string describe_key(lua_State* lua, int index);

}  // namespace phasic
