// One prune at a time, by names alone: `.prune.HOST.PID` linked to `.prune.lock`. Whoever finds the lock
// there leaves; one that was not touched for ten minutes is taken over. Nothing depends on it for
// correctness: two prunes at once would only do each other's work.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/termination.hpp"
#include "store/inventory.hpp"
#include "store/tree.hpp"

namespace phasic {

inline constexpr std::string_view prune_lock_name = ".prune.lock";

class PruneLock {
 public:
  enum class State {
    held,
    of_another,   ///< another prune is at work
    unavailable,  ///< no file can be made: a full disk, which prune is there to mend, or a read-only one
  };

  /// Tries to take it in an open root, which outlives it. `touch_interval` is shortened by tests.
  explicit PruneLock(const OpenDirectory& root,
                     std::chrono::nanoseconds touch_interval = std::chrono::minutes{1});
  PruneLock(const PruneLock&) = delete;
  PruneLock& operator=(const PruneLock&) = delete;
  ~PruneLock();

  [[nodiscard]] State state() const { return state_; }
  /// errno's value where it is unavailable.
  [[nodiscard]] int error() const { return error_; }
  /// The file server's time when the lock was made; ours where there is none.
  [[nodiscard]] Stamp now() const { return now_; }

  /// Touches the lock if the interval has passed. Returns false once another prune has taken it over.
  bool keep_alive();

 private:
  void take(const std::string& own_name);
  [[nodiscard]] bool is_ours() const;

  const OpenDirectory& root_;
  std::string own_name_;
  Descriptor file_;
  ino_t inode_ = 0;
  State state_ = State::unavailable;
  int error_ = 0;
  Stamp now_ = 0;
  std::chrono::nanoseconds touch_interval_;
  std::chrono::steady_clock::time_point touched_;
  std::optional<RemovedOnTermination> own_removal_;
  std::optional<RemovedOnTermination> lock_removal_;
};

}  // namespace phasic
