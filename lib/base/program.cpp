#include "base/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "base/text.hpp"

namespace phasic {

namespace {

using Clock = std::chrono::steady_clock;
using End = ProgramOutcome::End;

struct Pipe {
  Descriptor reading;
  Descriptor writing;
};

Pipe make_pipe() {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

// Our environment with some variables replaced, as execve takes it.
class Environment {
 public:
  explicit Environment(const Program& program) {
    for (char** entry = ::environ; *entry != nullptr; ++entry) {
      const std::string_view text = *entry;
      const std::string_view name = text.substr(0, text.find('='));
      const auto replaced = [&](const auto& variable) { return variable.first == name; };
      if (std::ranges::none_of(program.environment, replaced)) texts_.emplace_back(text);
    }
    for (const auto& [name, value] : program.environment) {
      texts_.push_back(name);
      (texts_.back() += '=') += value;
    }
  }
  [[nodiscard]] std::vector<char*> pointers() { return pointers_to(texts_); }
  static std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
  }

 private:
  std::vector<std::string> texts_;
};

// While a child is waited for, its end must not be thrown away as a parent of ours may have asked for.
class AwaitedChildren {
 public:
  AwaitedChildren() {
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    ::sigaction(SIGCHLD, &action, &before_);
  }
  AwaitedChildren(const AwaitedChildren&) = delete;
  AwaitedChildren& operator=(const AwaitedChildren&) = delete;
  ~AwaitedChildren() { ::sigaction(SIGCHLD, &before_, nullptr); }

 private:
  struct sigaction before_ {};
};

struct Spawned {
  pid_t process = -1;
  int error = 0;
};

Spawned spawn(const Program& program, const HeldSignals& held, int output) {
  std::vector<std::string> arguments = program.arguments;
  Environment environment(program);
  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
  sigset_t as_usual{};
  ::sigemptyset(&as_usual);
  for (const int signal : {SIGPIPE, SIGXFSZ, SIGCHLD}) ::sigaddset(&as_usual, signal);
  ::posix_spawnattr_setsigdefault(&attributes, &as_usual);
  ::posix_spawnattr_setsigmask(&attributes, &held.mask_before());
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  Spawned spawned;
  spawned.error = ::posix_spawn(&spawned.process, arguments.front().c_str(), &files, &attributes,
                                Environment::pointers_to(arguments).data(), environment.pointers().data());
  ::posix_spawn_file_actions_destroy(&files);
  ::posix_spawnattr_destroy(&attributes);
  return spawned;
}

// Milliseconds until then, as poll takes them; -1: for ever.
int milliseconds_to(const std::optional<Clock::time_point>& deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

void keep(std::string_view piece, const Program& program, ProgramOutcome& outcome) {
  const std::size_t room = program.output_limit - outcome.output.size();
  outcome.output += piece.substr(0, room);
  if (piece.size() > room) outcome.output_is_cut = true;
}

// Until the other end is closed (`exited`, to be made sure of), or the wait is over for another reason.
End collect(int pipe, const Program& program, const HeldSignals& held, ProgramOutcome& outcome) {
  std::optional<Clock::time_point> deadline;
  if (program.seconds > 0) {
    deadline = Clock::now() + std::chrono::milliseconds(std::llround(std::min(program.seconds, 1e9) * 1e3));
  }
  std::array<char, 4096> piece{};
  for (;;) {
    std::array<pollfd, 2> waited{{{pipe, POLLIN, 0}, {held.descriptor(), POLLIN, 0}}};
    if (::poll(waited.data(), waited.size(), milliseconds_to(deadline)) < 0 && errno != EINTR) {
      return End::killed;
    }
    if (waited[1].revents != 0) return End::interrupted;
    if (deadline && Clock::now() >= *deadline) return End::timed_out;
    if (waited[0].revents == 0) continue;
    const ssize_t count = ::read(pipe, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return End::exited;
    keep({piece.data(), static_cast<std::size_t>(count)}, program, outcome);
  }
}

int wait_for(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return status;
}

}  // namespace

ProgramOutcome run_program(const Program& program, const HeldSignals& held) {
  ProgramOutcome outcome;
  Pipe pipe = make_pipe();
  if (!pipe.reading.is_open()) {
    outcome.status = errno;
    return outcome;
  }
  const AwaitedChildren awaited;
  const Spawned child = spawn(program, held, pipe.writing.get());
  pipe.writing.close();
  outcome.status = child.error;
  if (child.error != 0) return outcome;
  outcome.end = collect(pipe.reading.get(), program, held, outcome);
  if (outcome.end != End::exited) ::kill(-child.process, SIGKILL);
  const int status = wait_for(child.process);
  if (outcome.end != End::exited) return outcome;
  outcome.end = WIFEXITED(status) ? End::exited : End::killed;
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
  return outcome;
}

std::string find_program(const std::string& name) {
  const auto is_program = [](const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && ::access(path.c_str(), X_OK) == 0;
  };
  if (name.empty()) return "";
  if (name.find('/') != std::string::npos) return is_program(name) ? name : "";
  const char* path = std::getenv("PATH");
  if (path == nullptr) return "";
  for (const std::string_view directory : split(path, ':')) {
    std::string candidate(directory.empty() ? "." : directory);
    (candidate += '/') += name;
    if (is_program(candidate)) return candidate;
  }
  return "";
}

}  // namespace phasic
