#include "model/watchdog.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>

#include "base/error.hpp"
#include "base/monotonic_time.hpp"
#include "model/lua_api.hpp"

namespace phasic {

namespace {

constexpr std::uint64_t exact_below = 10'000'000;
constexpr std::uint64_t widest_interval = 10'000;
constexpr std::uint64_t smallest_block = 4096;
constexpr std::uint64_t bytes_per_step = 16;
constexpr long period_ns = 100'000'000;
constexpr long second_ns = 1'000'000'000;

int signal_number() {
  return SIGRTMIN + 3;
}

// The steady clock is CLOCK_MONOTONIC.
timespec as_timespec(std::chrono::steady_clock::time_point point) {
  const auto since_boot =
      std::chrono::duration_cast<std::chrono::nanoseconds>(point.time_since_epoch()).count();
  return {static_cast<time_t>(since_boot / second_ns), static_cast<long>(since_boot % second_ns)};
}

[[noreturn]] void fail(const char* what) {
  throw InternalError({"watchdog", std::string(what) + ": " + error_text(errno), "", {}});
}

}  // namespace

Watchdog::Watchdog(lua_State* lua, const Limits& limits, std::chrono::steady_clock::time_point begin)
    : lua_(lua),
      limits_(limits),
      interval_(limits.instructions == 0 ? widest_interval : std::min(widest_interval, limits.instructions)),
      standing_(limits.instructions != 0 && limits.instructions < exact_below) {
  if (limits_.seconds > 0) deadline_ = after(as_timespec(begin), limits_.seconds);
  // The handler stays for good: it does nothing but call the watchdog that its signal names.
  static std::once_flag installed;
  std::call_once(installed, [] {
    struct sigaction action {};
    action.sa_sigaction = &Watchdog::on_signal;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    sigemptyset(&action.sa_mask);
    if (sigaction(signal_number(), &action, nullptr) != 0) fail("sigaction");
  });
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = signal_number();
  event.sigev_value.sival_ptr = this;
  event._sigev_un._tid = static_cast<pid_t>(syscall(SYS_gettid));
  if (timer_create(CLOCK_MONOTONIC, &event, &timer_) != 0) fail("timer_create");
  resume();
}

void Watchdog::pause() {
  set_period(0);
}

void Watchdog::resume() {
  // A period of nanoseconds would leave no time for anything but its signals.
  constexpr long shortest_period_ns = 1'000'000;
  const bool is_short = limits_.seconds > 0 && limits_.seconds < 0.1;
  set_period(is_short ? std::max(shortest_period_ns, static_cast<long>(limits_.seconds * 1e9)) : period_ns);
}

void Watchdog::set_period(long nanoseconds) {
  itimerspec period{};
  period.it_interval.tv_nsec = nanoseconds;
  period.it_value.tv_nsec = nanoseconds;
  if (timer_settime(timer_, 0, &period, nullptr) != 0) fail("timer_settime");
}

Watchdog::~Watchdog() {
  // Signals of this timer go to this thread, so none is left once the call has returned.
  timer_delete(timer_);
}

void Watchdog::begin() {
  steps_ = 0;
  started_ = started_ + 1;
  if (expired_ != 0) {
    interrupt();
  } else if (standing_) {
    arm(interval_);  // setting the hook anew starts its countdown anew
  } else if (armed_ != 0) {
    lua_sethook(lua_, nullptr, 0, 0);
    armed_ = 0;
  }
  running_ = 1;
}

void Watchdog::end() {
  running_ = 0;
}

Watchdog::Verdict Watchdog::charge(std::uint64_t steps) {
  steps_ += steps;
  if (expired_ != 0) return Verdict::seconds;
  return limits_.instructions != 0 && steps_ >= limits_.instructions ? Verdict::instructions : Verdict::none;
}

void Watchdog::charge_block(std::uint64_t bytes) noexcept {
  if (bytes < smallest_block) return;
  steps_ += bytes / bytes_per_step;
  if (limits_.instructions != 0 && steps_ >= limits_.instructions) interrupt();
}

void Watchdog::on_signal(int, siginfo_t* info, void*) noexcept {
  const int saved_errno = errno;
  static_cast<Watchdog*>(info->si_value.sival_ptr)->tick();
  errno = saved_errno;
}

void Watchdog::tick() noexcept {
  if (limits_.seconds > 0 && has_passed(deadline_)) expired_ = 1;
  if (running_ != 0 && expired_ != 0)
    interrupt();
  else if (running_ != 0 && started_ == seen_ && armed_ == 0)
    arm(interval_);
  seen_ = started_;
}

void Watchdog::arm(std::uint64_t instructions) noexcept {
  armed_ = 1;
  lua_sethook(lua_, &on_count_hook, LUA_MASKCOUNT, static_cast<int>(instructions));
}

}  // namespace phasic
