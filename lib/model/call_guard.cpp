#include "model/call_guard.hpp"

#include <fmt/core.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fcntl.h>
#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <vector>

#include "base/error.hpp"
#include "base/monotonic_time.hpp"
#include "base/number_text.hpp"
#include "base/termination.hpp"
#include "model/state_text.hpp"

namespace phasic {

namespace {

constexpr std::size_t stack_size = std::size_t{64} << 10;
constexpr long period_ns = 100'000'000;
constexpr long shortest_period_ns = 1'000'000;
constexpr std::array<int, 6> fatal_signals{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};

int timer_signal() {
  return SIGRTMIN + 4;
}

// What a handler can reach: the call that this thread is in, if any, and how to name a library at the end.
constinit thread_local const Call* running_call = nullptr;
std::array<char, 1024> where_at_exit;
constinit Call call_at_exit;
std::array<struct sigaction, fatal_signals.size()> actions_before;

[[noreturn]] void fail(const char* what) {
  throw InternalError({"call guard", std::string(what) + ": " + error_text(errno), "", {}});
}

// A thread's stack for signals, so that a stack that is used up can still be told about.
class SignalStack {
 public:
  SignalStack() : memory_(stack_size) {
    stack_t stack{};
    stack.ss_sp = memory_.data();
    stack.ss_size = memory_.size();
    if (sigaltstack(&stack, &before_) != 0) fail("sigaltstack");
  }
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;
  ~SignalStack() { sigaltstack(&before_, nullptr); }

 private:
  std::vector<std::byte> memory_;
  stack_t before_{};
};

// A line that is put together without memory from the heap.
class Line {
 public:
  Line& operator<<(std::string_view text) noexcept {
    for (const char c : text) {
      const bool is_plain = static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
      if (size_ < text_.size()) text_[size_++] = is_plain ? c : '?';
    }
    return *this;
  }
  Line& operator<<(std::int64_t number) noexcept {
    std::array<char, 24> digits{};
    std::size_t place = digits.size();
    const bool is_negative = number < 0;
    auto rest = is_negative ? -static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
    do digits[--place] = static_cast<char>('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (is_negative) digits[--place] = '-';
    return *this << std::string_view(digits.data() + place, digits.size() - place);
  }
  void print() noexcept {
    size_ = std::min(size_, text_.size() - 1);
    text_[size_++] = '\n';
    constexpr std::string_view wipe = "\r\x1b[K";  // a progress line that may stand there
    if (::isatty(STDERR_FILENO) == 1) write_all(wipe);
    write_all({text_.data(), size_});
  }

 private:
  static void write_all(std::string_view text) noexcept {
    while (!text.empty()) {
      const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
      if (written < 0 && errno != EINTR) return;
      if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  std::array<char, 2048> text_;
  std::size_t size_ = 0;
};

// As state_text has it.
void print_state(Line& line, std::span<const std::int32_t> state) noexcept {
  constexpr std::size_t longest_in_full = 12;
  constexpr std::size_t most_entries = 24;
  const bool is_full = state.size() <= longest_in_full;
  std::size_t shown = 0;
  line << (is_full ? "(" : "{");
  for (std::size_t i = 0; i < state.size() && shown <= most_entries; ++i) {
    if (!is_full && state[i] == 0) continue;
    if (shown++ != 0) line << ", ";
    if (shown > most_entries) {
      line << "...";
      break;
    }
    if (!is_full) line << "[" << static_cast<std::int64_t>(i) << "]=";
    line << std::int64_t{state[i]};
  }
  line << (is_full ? ")" : "}");
}

// Resident bytes of the process; 0 where that is not known.
std::uint64_t resident_bytes() noexcept {
  const int file = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  std::array<char, 128> text{};
  const ssize_t size = ::read(file, text.data(), text.size() - 1);
  ::close(file);
  if (size <= 0) return 0;
  const char* place = std::strchr(text.data(), ' ');
  std::uint64_t pages = 0;
  if (place == nullptr) return 0;
  for (++place; *place >= '0' && *place <= '9'; ++place)
    pages = 10 * pages + static_cast<std::uint64_t>(*place - '0');
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::string_view what_happened(int signal) noexcept {
  switch (signal) {
    case SIGABRT:
      return "aborted (SIGABRT)";
    case SIGFPE:
      return "divided an integer by zero, or overflowed in a division (SIGFPE)";
    case SIGBUS:
      return "crashed (SIGBUS)";
    case SIGILL:
      return "ran into an illegal instruction (SIGILL)";
    case SIGTRAP:
      return "ran into a trap (SIGTRAP)";
    default:
      return "crashed (SIGSEGV)";
  }
}

}  // namespace

namespace {

// The end that _exit would be, if it were not ours.
[[noreturn]] void leave(int status) noexcept {
  ::syscall(SYS_exit_group, status);
  __builtin_unreachable();
}

[[noreturn]] void end_process(const Call& call, std::string_view what, std::string_view remedy,
                              ExitCode code) noexcept {
  Line line;
  line << program_invocation_short_name << ": " << call.where << ": " << what << " " << call.activity;
  if (!call.state.empty()) {
    line << " ";
    print_state(line, call.state);
  }
  line << "; " << remedy;
  line.print();
  remove_temporaries();
  leave(static_cast<int>(code));
}

}  // namespace

struct CallSignals {
  static void on_crash(int signal) noexcept {
    if (running_call != nullptr) {
      end_process(*running_call, what_happened(signal),
                  "the fault is in the model's code; a debugger shows the line", ExitCode::bad_data);
    }
    // Not the model's: what was there before deals with it, once the fault repeats itself or abort goes on.
    for (std::size_t i = 0; i < fatal_signals.size(); ++i) {
      if (fatal_signals[i] == signal) ::sigaction(signal, &actions_before[i], nullptr);
    }
  }

  // Registered before any library is loaded: runs after what the libraries leave to the end.
  static void on_exit() noexcept {
    if (running_call == &call_at_exit) running_call = nullptr;
    if (running_call != nullptr) {
      end_process(*running_call, "ended the process (exit)", "a model returns, or calls phasic::fail",
                  ExitCode::bad_data);
    }
  }
  // Registered after a library is loaded: runs before what it leaves to the end.
  static void before_finalisers() noexcept {
    if (running_call == nullptr) running_call = &call_at_exit;
  }

  static void on_timer(int, siginfo_t* info, void*) noexcept {
    const int saved_errno = errno;
    static_cast<CallGuard*>(info->si_value.sival_ptr)->tick();
    errno = saved_errno;
  }

  static void install() {
    struct sigaction action {};
    sigemptyset(&action.sa_mask);
    action.sa_sigaction = &on_timer;
    action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
    if (sigaction(timer_signal(), &action, nullptr) != 0) fail("sigaction");
    action = {};
    sigfillset(&action.sa_mask);
    action.sa_handler = &on_crash;
    action.sa_flags = SA_ONSTACK;
    for (std::size_t i = 0; i < fatal_signals.size(); ++i) {
      if (sigaction(fatal_signals[i], &action, &actions_before[i]) != 0) fail("sigaction");
    }
    if (std::atexit(&on_exit) != 0 || std::at_quick_exit(&on_exit) != 0) fail("atexit");
  }
};

Deadline::Deadline(const Limits& limits) : seconds(limits.seconds) {
  clock_gettime(CLOCK_MONOTONIC, &time);
  time = after(time, seconds);
}

bool Deadline::is_past() const noexcept {
  return seconds > 0 && has_passed(time);
}

CallGuard::CallGuard(std::string where, const Limits& limits, const Deadline& deadline)
    : where_(std::move(where)), deadline_(deadline), memory_(limits.memory) {
  static std::once_flag installed;
  std::call_once(installed, CallSignals::install);
  thread_local const SignalStack stack;

  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = timer_signal();
  event.sigev_value.sival_ptr = this;
  event._sigev_un._tid = static_cast<pid_t>(syscall(SYS_gettid));
  if (timer_create(CLOCK_MONOTONIC, &event, &timer_) != 0) fail("timer_create");
  itimerspec period{};
  const bool is_short = deadline_.seconds > 0 && deadline_.seconds < 0.1;
  period.it_interval.tv_nsec =
      is_short ? std::max(shortest_period_ns, static_cast<long>(deadline_.seconds * 1e9)) : period_ns;
  period.it_value = period.it_interval;
  resident_ = resident_bytes();
  if (timer_settime(timer_, 0, &period, nullptr) != 0) fail("timer_settime");
}

CallGuard::~CallGuard() {
  // Signals of this timer go to this thread, so none is left once the call has returned.
  timer_delete(timer_);
}

CallGuard::Running::Running(CallGuard& guard, std::string_view activity,
                            std::span<const std::int32_t> state) {
  guard.call_ = {guard.where_, activity, state};
  guard.started_ = guard.started_ + 1;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  running_call = &guard.call_;
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

CallGuard::Running::~Running() {
  std::atomic_signal_fence(std::memory_order_seq_cst);
  running_call = nullptr;
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

void guard_exit(std::string_view where) {
  const std::size_t size = where.copy(where_at_exit.data(), where_at_exit.size());
  call_at_exit = {{where_at_exit.data(), size}, "while it was unloaded"};
  if (std::atexit(&CallSignals::before_finalisers) != 0) fail("atexit");
}

void CallGuard::require_time(std::string_view activity, std::span<const std::int32_t> state) const {
  if (expired_ == 0) return;
  throw LimitError({where_,
                    fmt::format("took more than {} seconds {} {}", shortest_text(deadline_.seconds), activity,
                                state_text(state, 0)),
                    "raise --max-seconds (0: no limit)",
                    {}});
}

// A call that is seen by two ticks has run for a period at least; a shorter one returns, and finds out
// itself.
void CallGuard::tick() noexcept {
  if (deadline_.is_past()) expired_ = 1;
  const bool is_long = running_call == &call_ && started_ == seen_;
  if (is_long && expired_ != 0) {
    end_process(call_, "took more than --max-seconds allow", "raise it (0: no limit)", ExitCode::limit);
  }
  if (memory_ != 0) {
    const std::uint64_t resident = resident_bytes();
    if (is_long && resident > resident_before_ && resident - resident_before_ > memory_) {
      end_process(call_, "took more memory than --max-memory allows", "raise it (0: no limit)",
                  ExitCode::limit);
    }
    if (!is_long) resident_before_ = resident_;
    resident_ = resident;
  }
  seen_ = started_;
}

}  // namespace phasic

// These stand before the C library's for whatever is loaded: a model that calls one would end the process as
// if all had gone well.
extern "C" {
void _exit(int status) {
  phasic::CallSignals::on_exit();
  phasic::leave(status);
}
void _Exit(int status) noexcept {  // NOLINT(readability-identifier-naming): the C library's name
  _exit(status);
}
}
