#include "store/prune_lock.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/temporary_file.hpp"
#include "unit/store/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

class Locking : public testing::Test {
 protected:
  Locking() {
    fs::create_directory(scratch_.root());
    root_ = Tree(scratch_.root(), {}).open_root(Missing::leave);
  }
  [[nodiscard]] fs::path lock() const { return scratch_.root() / ".prune.lock"; }
  ScratchDirectory scratch_;
  OpenDirectory root_;
};

TEST_F(Locking, IsANameThatIsGoneAtTheEnd) {
  {
    const PruneLock lock(root_);
    EXPECT_EQ(lock.state(), PruneLock::State::held);
    const std::string own = ".prune." + host_name() + "." + std::to_string(::getpid());
    EXPECT_EQ(all_files(scratch_.root()), (std::vector<std::string>{".prune.lock", own}));
  }
  EXPECT_TRUE(all_files(scratch_.root()).empty());
}

TEST_F(Locking, TakesItsTimeFromTheFileServer) {
  const PruneLock lock(root_);
  struct stat status {};
  ASSERT_EQ(::stat(this->lock().c_str(), &status), 0);
  EXPECT_EQ(lock.now(), stamp_of(status.st_mtim));
}

TEST_F(Locking, LeavesTheLockToWhoeverHasIt) {
  write_text(lock(), "");
  age(lock(), std::chrono::minutes(9));
  {
    const PruneLock second(root_);
    EXPECT_EQ(second.state(), PruneLock::State::of_another);
  }
  EXPECT_EQ(all_files(scratch_.root()), std::vector<std::string>{".prune.lock"});
}

TEST_F(Locking, TakesOverALockThatWasNotTouchedForTenMinutes) {
  for (const std::chrono::seconds since : {std::chrono::seconds(660), std::chrono::seconds(-90'000)}) {
    write_text(lock(), "");
    age(lock(), since);
    {
      PruneLock second(root_);
      EXPECT_EQ(second.state(), PruneLock::State::held);
      EXPECT_TRUE(second.keep_alive());
    }
    EXPECT_TRUE(all_files(scratch_.root()).empty());
  }
}

TEST_F(Locking, TakesItsOwnNameBackFromAPruneThatWasKilled) {
  write_text(scratch_.root() / (".prune." + host_name() + "." + std::to_string(::getpid())), "");
  const PruneLock lock(root_);
  EXPECT_EQ(lock.state(), PruneLock::State::held);
}

TEST_F(Locking, DoesNotRemoveALockThatAnotherTookOver) {
  {
    const PruneLock first(root_);
    fs::remove(lock());
    write_text(lock(), "another's");
  }
  EXPECT_EQ(file_text(lock()), "another's");
}

// Or a prune of more than ten minutes would lose it to the next one.
TEST_F(Locking, IsTouchedWheneverTheIntervalHasPassed) {
  PruneLock kept(root_, std::chrono::nanoseconds{0});
  age(lock(), std::chrono::minutes(9));
  EXPECT_TRUE(kept.keep_alive());
  EXPECT_NEAR(static_cast<double>(modified(lock())), static_cast<double>(std::time(nullptr)), 2);
}

TEST_F(Locking, IsNotTouchedAtEveryFile) {
  PruneLock kept(root_);
  age(lock(), std::chrono::minutes(9));
  const auto before = modified(lock());
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(kept.keep_alive());
  EXPECT_EQ(modified(lock()), before);
}

TEST_F(Locking, NoticesWhenItIsTouchedThatAnotherTookOver) {
  PruneLock lost(root_, std::chrono::nanoseconds{0});
  fs::remove(lock());
  write_text(lock(), "another's");
  EXPECT_FALSE(lost.keep_alive());
}

TEST_F(Locking, GoesWithTheSignalThatEndsIt) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGTERM, SIG_DFL);
    remove_temporaries_on_termination();
    const PruneLock lock(root_);
    ::raise(SIGTERM);
    ::_exit(1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGTERM);
  EXPECT_TRUE(all_files(scratch_.root()).empty());
}

TEST_F(Locking, IsUnavailableWhereNoFileCanBeMade) {
  fs::remove(scratch_.root());
  PruneLock lock(root_);
  EXPECT_EQ(lock.state(), PruneLock::State::unavailable);
  EXPECT_EQ(lock.error(), ENOENT);
  EXPECT_TRUE(lock.keep_alive());
}

}  // namespace
}  // namespace phasic
