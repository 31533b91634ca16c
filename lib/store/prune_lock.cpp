#include "store/prune_lock.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "base/temporary_file.hpp"

namespace phasic {

namespace {

constexpr Stamp abandoned_after = 600 * stamp_second;
constexpr Stamp impossible_after = 86'400 * stamp_second;

// Taken on a machine that died, or stamped by a clock that was far ahead.
bool is_abandoned(Stamp touched, Stamp now) {
  return touched < now - abandoned_after || touched > now + impossible_after;
}

}  // namespace

PruneLock::PruneLock(const OpenDirectory& root, std::chrono::nanoseconds touch_interval)
    : root_(root),
      own_name_(".prune." + host_name() + '.' + std::to_string(::getpid())),
      touch_interval_(touch_interval) {
  now_ = static_cast<Stamp>(std::time(nullptr)) * stamp_second;
  const int directory = root_.descriptor.get();
  own_removal_.emplace(directory, own_name_);
  // Left by a prune of the same process number that was killed: ours to take.
  ::unlinkat(directory, own_name_.c_str(), 0);
  file_ = Descriptor(
      ::openat(directory, own_name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  struct stat status {};
  if (!file_.is_open() || ::fstat(file_.get(), &status) != 0) {
    error_ = errno;
    return;
  }
  now_ = stamp_of(status.st_mtim);
  inode_ = status.st_ino;
  touched_ = std::chrono::steady_clock::now();
  lock_removal_.emplace(directory, prune_lock_name, inode_);
  take(own_name_);
}

void PruneLock::take(const std::string& own_name) {
  const int directory = root_.descriptor.get();
  const std::string lock(prune_lock_name);
  if (::linkat(directory, own_name.c_str(), directory, lock.c_str(), 0) == 0 || is_ours()) {
    state_ = State::held;
    return;
  }
  const int link_error = errno;
  struct stat status {};
  const bool is_there = ::fstatat(directory, lock.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
  if (is_there && !is_abandoned(stamp_of(status.st_mtim), now_)) {
    state_ = State::of_another;
    return;
  }
  // Abandoned, or a file system without hard links: the last to rename has it.
  if (::renameat(directory, own_name.c_str(), directory, lock.c_str()) == 0) {
    state_ = is_ours() ? State::held : State::of_another;
    return;
  }
  error_ = link_error;
}

bool PruneLock::is_ours() const {
  struct stat status {};
  return ::fstatat(root_.descriptor.get(), std::string(prune_lock_name).c_str(), &status,
                   AT_SYMLINK_NOFOLLOW) == 0 &&
         status.st_ino == inode_;
}

bool PruneLock::keep_alive() {
  if (state_ != State::held) return true;
  const auto now = std::chrono::steady_clock::now();
  if (now - touched_ < touch_interval_) return true;
  touched_ = now;
  ::futimens(file_.get(), nullptr);
  return is_ours();
}

PruneLock::~PruneLock() {
  const int directory = root_.descriptor.get();
  if (state_ == State::held && is_ours()) ::unlinkat(directory, std::string(prune_lock_name).c_str(), 0);
  if (file_.is_open()) ::unlinkat(directory, own_name_.c_str(), 0);
}

}  // namespace phasic
