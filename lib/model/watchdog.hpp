// Stops a callback that does not return. A hook that counts instructions costs 45 %, so it is set only once a
// callback has run for 100 ms: a timer signals the exploring thread, and the handler sets the hook.
//
// A watchdog belongs to the thread that made it, and so does its Lua state.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdint>
#include <ctime>

#include "model/limits.hpp"

struct lua_State;
struct lua_Debug;

namespace phasic {

class Watchdog {
 public:
  /// Which limit a callback ran into (memory is for others to notice).
  enum class Verdict { none, instructions, seconds, memory };

  /// Watches `lua`, whose extra space holds a LuaHost. `limits.seconds` count from `begin`.
  Watchdog(lua_State* lua, const Limits& limits, std::chrono::steady_clock::time_point begin);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// The timer runs from the start; while nothing is to be watched it should not interrupt system calls.
  void pause();
  void resume();

  /// A callback, or the loading of the file, starts: its instructions are counted from 0.
  void begin();
  /// Nothing is running.
  void end();
  /// Counts work done by a library function that loops; the verdict is for the caller to raise.
  Verdict charge(std::uint64_t steps);
  /// Counts a block of memory as the work of filling it, for library functions that neither loop here nor run
  /// instructions. It cannot fail: what is too much is noticed at the next instruction.
  void charge_block(std::uint64_t bytes) noexcept;
  /// Called by the hook.
  Verdict count_interval() { return charge(interval_); }

 private:
  void set_period(long nanoseconds);
  static void on_signal(int, siginfo_t*, void*) noexcept;
  void tick() noexcept;
  void arm(std::uint64_t instructions) noexcept;
  /// The next instruction calls the hook, however wide the interval.
  void interrupt() noexcept { arm(1); }

  lua_State* lua_;
  Limits limits_;
  std::uint64_t interval_;
  bool standing_;  // the limit is small: the hook is always set, and the count exact
  timer_t timer_{};
  timespec deadline_{};
  std::uint64_t steps_ = 0;
  volatile std::sig_atomic_t running_ = 0;
  volatile std::sig_atomic_t armed_ = 0;  // the hook is set
  volatile std::sig_atomic_t expired_ = 0;
  volatile std::uint64_t started_ = 0;  // callbacks started, as the thread counts them
  std::uint64_t seen_ = 0;              // and as the last tick saw them
};

/// The hook's body, in lua_host.cpp: raises the verdict as an error of the host.
void on_count_hook(lua_State* lua, lua_Debug* event);

}  // namespace phasic
