#include "base/private_directory.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "unit/base/scratch.hpp"

namespace phasic {
namespace {

using testing_support::ScratchDirectory;
using testing_support::write_text;

/// TMPDIR for the time being.
class TemporaryPlace {
 public:
  explicit TemporaryPlace(const std::string& path) {
    const char* before = std::getenv("TMPDIR");
    before_ = before == nullptr ? "" : before;
    ::setenv("TMPDIR", path.c_str(), 1);
  }
  TemporaryPlace(const TemporaryPlace&) = delete;
  TemporaryPlace& operator=(const TemporaryPlace&) = delete;
  ~TemporaryPlace() {
    if (before_.empty())
      ::unsetenv("TMPDIR");
    else
      ::setenv("TMPDIR", before_.c_str(), 1);
  }

 private:
  std::string before_;
};

TEST(PrivateDirectory, IsOursAloneAndGoneAtTheEndWithAllThatIsInIt) {
  const ScratchDirectory scratch;
  const TemporaryPlace place(scratch.path().string());
  {
    const PrivateDirectory directory;
    EXPECT_EQ(directory.path().parent_path(), scratch.path());
    struct stat status {};
    ASSERT_EQ(::stat(directory.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0700U);
    std::filesystem::create_directory(directory.path() / "deep");
    write_text(directory.path() / "deep" / "file", "text");
  }
  EXPECT_TRUE(scratch.names().empty());
}

TEST(PrivateDirectory, IsInTmpWhereTmpdirIsNoDirectoryOrIsRelative) {
  for (const char* place : {"/nowhere/at/all", "relative"}) {
    const TemporaryPlace temporary(place);
    EXPECT_EQ(PrivateDirectory().path().parent_path(), "/tmp") << place;
  }
}

}  // namespace
}  // namespace phasic
