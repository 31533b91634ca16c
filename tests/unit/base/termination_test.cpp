#include "base/termination.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <functional>

#include "base/temporary_file.hpp"
#include "unit/base/scratch.hpp"

namespace phasic {
namespace {

using testing_support::ScratchDirectory;
using testing_support::write_text;
using Names = std::vector<std::string>;

/// The status of a child process that does this; 0 if it returns.
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

Descriptor opened(const ScratchDirectory& scratch) {
  return Descriptor(::open(scratch.path().c_str(), O_RDONLY | O_DIRECTORY));
}

TEST(Termination, RemovesTemporariesAndDiesOfTheSignal) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
    const ScratchDirectory scratch;
    const Descriptor directory = opened(scratch);
    const int status = status_of_child([&] {
      std::signal(signal, SIG_DFL);
      remove_temporaries_on_termination();
      TemporaryFile first(directory.get(), 0600);
      TemporaryFile second(directory.get(), 0600);
      first.write(as_bytes("half"));
      if (scratch.names().size() == 2) ::raise(signal);
    });
    ASSERT_TRUE(WIFSIGNALED(status)) << signal;
    EXPECT_EQ(WTERMSIG(status), signal);
    EXPECT_EQ(scratch.names(), Names{}) << signal;
  }
}

TEST(Termination, LeavesASignalIgnoredThatWas) {
  const int status = status_of_child([] {
    std::signal(SIGHUP, SIG_IGN);
    remove_temporaries_on_termination();
    ::raise(SIGHUP);
  });
  EXPECT_TRUE(WIFEXITED(status));
}

TEST(Termination, SparesWhatWasReleasedOrReplaced) {
  const ScratchDirectory scratch;
  const Descriptor directory = opened(scratch);
  const int status = status_of_child([&] {
    std::signal(SIGTERM, SIG_DFL);
    remove_temporaries_on_termination();
    write_text(scratch / "released", "");
    write_text(scratch / "replaced", "");
    write_text(scratch / "doomed", "");
    struct stat seen {};
    ::stat((scratch / "replaced").c_str(), &seen);
    { const RemovedOnTermination released(directory.get(), "released"); }
    const RemovedOnTermination replaced(directory.get(), "replaced", seen.st_ino);
    const RemovedOnTermination doomed(directory.get(), "doomed");
    write_text(scratch / "newer", "");
    std::filesystem::rename(scratch / "newer", scratch / "replaced");
    ::raise(SIGTERM);
  });
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(scratch.names(), (Names{"released", "replaced"}));
}

TEST(Termination, OfAChildLeavesTheParentsFiles) {
  const ScratchDirectory scratch;
  const Descriptor directory = opened(scratch);
  const TemporaryFile ours(directory.get(), 0600);
  const int status = status_of_child([] {
    std::signal(SIGTERM, SIG_DFL);
    remove_temporaries_on_termination();
    ::raise(SIGTERM);
  });
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(scratch.names(), Names{ours.name()});
}

TEST(Termination, GoesOnWhenMoreNamesAreRegisteredThanThereIsRoom) {
  const ScratchDirectory scratch;
  const Descriptor directory = opened(scratch);
  const int status = status_of_child([&] {
    std::signal(SIGTERM, SIG_DFL);
    remove_temporaries_on_termination();
    std::vector<RemovedOnTermination> many;
    for (int i = 0; i < 200; ++i) many.emplace_back(directory.get(), std::to_string(i));
    many.erase(many.begin() + 10, many.end());
    write_text(scratch / "late", "");
    const RemovedOnTermination late(directory.get(), "late");
    ::raise(SIGTERM);
  });
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(scratch.names(), Names{});
}

}  // namespace
}  // namespace phasic
