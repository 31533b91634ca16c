// The threads of an exploration among themselves: who has too many states hands some to who has none, and now
// and then all but one stand still, so that one can change what all of them use.
//
// A thread that has joined is at work, waits for work, or stands still; nobody else is in the table
// meanwhile.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "model/state_table.hpp"

namespace phasic {

class Crew {
 public:
  /// The calling thread takes part from here on. False, and it does not: all is over.
  [[nodiscard]] bool join();
  void leave();

  /// Waits until somebody hands over states. Nothing if all is over: everybody waits, or somebody called
  /// `stop`.
  [[nodiscard]] std::optional<StateRange> wait_for_work();
  /// Whether somebody waits in vain.
  [[nodiscard]] bool wants_work() const { return wants_work_.load(std::memory_order_relaxed); }
  void hand_over(std::span<const StateRange> work);

  /// Ends it for everybody, at the next state.
  void stop();
  [[nodiscard]] bool is_over() const { return is_over_.load(std::memory_order_relaxed); }

  /// To be called between states: stands still as long as another is in `alone`.
  void make_way() {
    if (is_asked_.load(std::memory_order_relaxed)) stand_still();
  }
  /// Calls `act` while all others wait or stand still. Others may have acted just before.
  void alone(const std::function<void()>& act);

 private:
  void stand_still();
  void update();
  std::mutex mutex_;
  std::condition_variable work_came_;
  std::condition_variable stillness_changed_;
  std::vector<StateRange> work_;
  unsigned present_ = 0;
  unsigned waiting_ = 0;
  unsigned standing_ = 0;
  enum class Acting { no, yes } acting_ = Acting::no;
  std::atomic<bool> wants_work_ = false;
  std::atomic<bool> is_asked_ = false;
  std::atomic<bool> is_over_ = false;
};

}  // namespace phasic
