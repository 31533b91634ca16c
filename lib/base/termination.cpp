#include "base/termination.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <fcntl.h>
#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <utility>

namespace phasic {

namespace {

enum class SlotState { free, being_filled, armed };

// A signal handler reaches nothing but what is global; everything here is of fixed size and lock-free.
struct Slot {
  std::atomic<SlotState> state{SlotState::free};
  pid_t owner = 0;  ///< a child between fork and exec must not remove its parent's files
  int directory = -1;
  ino_t inode = 0;
  std::array<char, 256> name{};
};
static_assert(std::atomic<SlotState>::is_always_lock_free);
std::array<Slot, 64> slots;

// The disposition was reset on entry and the signal is blocked until we return: then it kills.
extern "C" void die_of_signal(int signal) {
  remove_temporaries();
  ::raise(signal);
}

}  // namespace

void remove_temporaries() noexcept {
  const pid_t self = ::getpid();
  for (Slot& slot : slots) {
    if (slot.state.load(std::memory_order_acquire) != SlotState::armed || slot.owner != self) continue;
    struct stat status {};
    if (slot.inode != 0 && (::fstatat(slot.directory, slot.name.data(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
                            status.st_ino != slot.inode)) {
      continue;
    }
    ::unlinkat(slot.directory, slot.name.data(), 0);
  }
}

RemovedOnTermination::RemovedOnTermination(int directory, std::string_view name, ino_t inode) noexcept {
  if (name.size() >= Slot{}.name.size()) return;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    auto expected = SlotState::free;
    if (!slots[i].state.compare_exchange_strong(expected, SlotState::being_filled)) continue;
    slots[i].owner = ::getpid();
    slots[i].directory = directory;
    slots[i].inode = inode;
    std::memcpy(slots[i].name.data(), name.data(), name.size());
    slots[i].name[name.size()] = '\0';
    slots[i].state.store(SlotState::armed, std::memory_order_release);
    slot_ = static_cast<int>(i);
    return;
  }
}

RemovedOnTermination::RemovedOnTermination(RemovedOnTermination&& other) noexcept
    : slot_(std::exchange(other.slot_, -1)) {}

RemovedOnTermination& RemovedOnTermination::operator=(RemovedOnTermination&& other) noexcept {
  if (this != &other) {
    release();
    slot_ = std::exchange(other.slot_, -1);
  }
  return *this;
}

RemovedOnTermination::~RemovedOnTermination() {
  release();
}

void RemovedOnTermination::release() noexcept {
  if (slot_ < 0) return;
  slots[static_cast<std::size_t>(std::exchange(slot_, -1))].state.store(SlotState::free,
                                                                        std::memory_order_release);
}

void remove_temporaries_on_termination() {
  struct sigaction action {};
  action.sa_handler = die_of_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigfillset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
    struct sigaction before {};
    if (::sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) {
      ::sigaction(signal, &action, nullptr);
    }
  }
}

}  // namespace phasic
