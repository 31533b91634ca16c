// write_file_atomically of base/file.hpp.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include "base/error.hpp"
#include "base/file.hpp"
#include "unit/base/scratch.hpp"

namespace phasic {
namespace {

using testing_support::file_text;
using testing_support::ScratchDirectory;
using testing_support::write_text;

TEST(WriteFileAtomically, MakesAndReplacesWithoutATrace) {
  const ScratchDirectory scratch;
  write_file_atomically(scratch / "file", as_bytes("old"));
  EXPECT_EQ(file_text(scratch / "file"), "old");
  write_file_atomically(scratch / "file", as_bytes("new"));
  EXPECT_EQ(file_text(scratch / "file"), "new");
  EXPECT_EQ(scratch.names(), std::vector<std::string>{"file"});
}

TEST(WriteFileAtomically, KeepsTheModeOfWhatItReplaces) {
  const ScratchDirectory scratch;
  write_text(scratch / "file", "old");
  ::chmod((scratch / "file").c_str(), 0640);
  write_file_atomically(scratch / "file", as_bytes("new"));
  struct stat status {};
  ASSERT_EQ(::stat((scratch / "file").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
}

TEST(WriteFileAtomically, ReplacesWhatALinkPointsTo) {
  const ScratchDirectory scratch;
  write_text(scratch / "target", "old");
  std::filesystem::create_symlink("target", scratch / "link");
  write_file_atomically(scratch / "link", as_bytes("new"));
  EXPECT_TRUE(std::filesystem::is_symlink(scratch / "link"));
  EXPECT_EQ(file_text(scratch / "target"), "new");
}

TEST(WriteFileAtomically, WritesToADeviceOrPipeAsItIs) {
  EXPECT_NO_THROW(write_file_atomically("/dev/null", as_bytes("gone")));
  EXPECT_THROW(write_file_atomically("/dev/full", as_bytes("no room")), StoreError);
}

TEST(WriteFileAtomically, LeavesTheOldFileWhereTheDiskIsFull) {
  const ScratchDirectory scratch;
  write_text(scratch / "file", "old");
  // The limit stands for a full disk: write(2) fails half-way.
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4096, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string large(10'000, 'x');
  EXPECT_THROW(write_file_atomically(scratch / "file", as_bytes(large)), StoreError);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(file_text(scratch / "file"), "old");
  EXPECT_EQ(scratch.names(), std::vector<std::string>{"file"});
}

TEST(WriteFileAtomically, SaysWhichFileAndWhy) {
  const ScratchDirectory scratch;
  try {
    write_file_atomically(scratch / "missing" / "file", as_bytes("x"));
    FAIL() << "nothing was thrown";
  } catch (const StoreError& error) {
    EXPECT_EQ(error.what(),
              (scratch / "missing" / "file").string() + ": cannot write: No such file or directory");
  }
  EXPECT_THROW(write_file_atomically(scratch.path(), as_bytes("x")), StoreError);
  EXPECT_THROW(write_file_atomically("", as_bytes("x")), StoreError);
}

}  // namespace
}  // namespace phasic
