// Calls of compiled code. What an interpreter would turn into an error ends a process here: memory that is
// not there, abort, exit, a loop without end. While such a call runs, these end the process with one line
// that says which model did what in which state, and with the exit code of an error; temporary files are
// removed. Outside of such calls signals do what they always did.
//
// A guard belongs to the thread that made it: it gives that thread a stack for signals, and a timer.
#pragma once

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <span>
#include <string>
#include <string_view>

#include "model/limits.hpp"

namespace phasic {

/// Until when `limits.seconds` allow the work, counted from now; nothing is no limit.
struct Deadline {
  explicit Deadline(const Limits& limits);
  double seconds;  ///< 0: no limit
  timespec time{};
  [[nodiscard]] bool is_past() const noexcept;
};

/// What a message says of a call: whose code it is, and what it is for ("while it was loaded", or a state).
struct Call {
  std::string_view where;
  std::string_view activity;
  std::span<const std::int32_t> state{};
};

/// The library's finalisers may run at the end of the process, not before: a crash of theirs then is told,
/// too. To be called after each load.
void guard_exit(std::string_view where);

class CallGuard {
 public:
  /// `where` names the model in messages.
  CallGuard(std::string where, const Limits& limits, const Deadline& deadline);
  ~CallGuard();
  CallGuard(const CallGuard&) = delete;
  CallGuard& operator=(const CallGuard&) = delete;

  /// While it lives, this thread is in the model's code.
  class Running {
   public:
    Running(CallGuard& guard, std::string_view activity, std::span<const std::int32_t> state = {});
    ~Running();
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
  };

  /// Throws LimitError past the deadline: `took more than 2 seconds while expanding state (3, 0)`.
  void require_time(std::string_view activity, std::span<const std::int32_t> state) const;

 private:
  friend struct CallSignals;
  void tick() noexcept;

  std::string where_;
  Deadline deadline_;
  std::uint64_t memory_;  // bytes that one call may add, 0: no limit
  timer_t timer_{};
  Call call_;
  volatile std::sig_atomic_t expired_ = 0;
  volatile std::uint64_t started_ = 0;  // calls, as the thread counts them
  std::uint64_t seen_ = 0;              // and as the last tick saw them
  std::uint64_t resident_ = 0;          // bytes of the process at the last tick,
  std::uint64_t resident_before_ = 0;   // and before the call that it saw
};

}  // namespace phasic
