#include "base/held_signals.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>

#include "unit/base/scratch.hpp"

namespace phasic {
namespace {

using testing_support::ScratchDirectory;
using testing_support::write_text;

int status_of_child(const std::function<void()>& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    body();
    ::_exit(0);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

bool is_readable(int descriptor) {
  pollfd waited{descriptor, POLLIN, 0};
  return ::poll(&waited, 1, 0) == 1;
}

TEST(HeldSignals, LetASignalInOnceTheyEnd) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    const ScratchDirectory scratch;
    const int status = status_of_child([&] {
      std::signal(signal, SIG_DFL);
      const HeldSignals held;
      if (is_readable(held.descriptor())) ::_exit(3);
      ::raise(signal);
      if (is_readable(held.descriptor())) write_text(scratch / "still here", "");
    });
    ASSERT_TRUE(WIFSIGNALED(status)) << signal;
    EXPECT_EQ(WTERMSIG(status), signal);
    EXPECT_EQ(scratch.names(), std::vector<std::string>{"still here"});
  }
}

TEST(HeldSignals, DoNotWakeASignalThatIsIgnored) {
  const int status = status_of_child([] {
    std::signal(SIGHUP, SIG_IGN);
    const HeldSignals held;
    ::raise(SIGHUP);
    if (is_readable(held.descriptor())) ::_exit(3);
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace phasic
