#include "base/temporary_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <set>

#include "unit/base/scratch.hpp"

namespace phasic {
namespace {

using testing_support::file_text;
using testing_support::ScratchDirectory;
using testing_support::write_text;
using Names = std::vector<std::string>;

Descriptor opened(const ScratchDirectory& scratch) {
  return Descriptor(::open(scratch.path().c_str(), O_RDONLY | O_DIRECTORY));
}

TEST(TemporaryFile, IsRemovedUnlessItIsPublished) {
  const ScratchDirectory scratch;
  const Descriptor directory = opened(scratch);
  {
    TemporaryFile file(directory.get(), 0600);
    ASSERT_EQ(file.error(), 0);
    EXPECT_EQ(scratch.names(), Names{file.name()});
    EXPECT_TRUE(is_temporary_name(file.name()));
  }
  EXPECT_EQ(scratch.names(), Names{});
}

TEST(TemporaryFile, IsRenamedInPlaceOfWhatWasThere) {
  const ScratchDirectory scratch;
  const Descriptor directory = opened(scratch);
  write_text(scratch / "target", "old");
  {
    TemporaryFile file(directory.get(), 0600);
    file.write(as_bytes("new"));
    file.finish(Sync::yes);
    EXPECT_EQ(file.rename_to("target"), 0);
  }
  EXPECT_EQ(scratch.names(), Names{"target"});
  EXPECT_EQ(file_text(scratch / "target"), "new");
}

TEST(TemporaryFile, IsLinkedOnlyWhereNothingIs) {
  const ScratchDirectory scratch;
  const Descriptor directory = opened(scratch);
  {
    TemporaryFile first(directory.get(), 0600);
    first.write(as_bytes("first"));
    first.finish(Sync::no);
    EXPECT_EQ(first.link_to("target"), 0);
    TemporaryFile second(directory.get(), 0600);
    second.write(as_bytes("second"));
    second.finish(Sync::no);
    EXPECT_EQ(second.link_to("target"), EEXIST);
  }
  EXPECT_EQ(scratch.names(), Names{"target"});
  EXPECT_EQ(file_text(scratch / "target"), "first");
}

TEST(TemporaryFile, TakesALinkThatWasMadeForSuccessWhateverTheErrorSays) {
  const ScratchDirectory scratch;
  const Descriptor directory = opened(scratch);
  TemporaryFile file(directory.get(), 0600);
  file.finish(Sync::no);
  // NFS: the link was made, the reply got lost, the repeated call says EEXIST.
  ASSERT_EQ(::linkat(directory.get(), file.name().c_str(), directory.get(), "target", 0), 0);
  EXPECT_EQ(file.link_to("target"), 0);
}

TEST(TemporaryFile, KeepsTheFirstErrorAndDoesNothingMore) {
  const ScratchDirectory scratch;
  std::optional<Descriptor> directory(opened(scratch));
  std::filesystem::remove_all(scratch.path());
  TemporaryFile file(directory->get(), 0600);
  EXPECT_EQ(file.error(), ENOENT);
  file.write(as_bytes("text"));
  file.finish(Sync::yes);
  EXPECT_EQ(file.error(), ENOENT);
  EXPECT_EQ(file.link_to("target"), ENOENT);
  EXPECT_EQ(file.rename_to("target"), ENOENT);
}

TEST(TemporaryFile, NoticesThatItWasClearedAway) {
  const ScratchDirectory scratch;
  const Descriptor directory = opened(scratch);
  TemporaryFile file(directory.get(), 0600);
  file.finish(Sync::no);
  std::filesystem::remove(scratch / file.name());
  EXPECT_EQ(file.link_to("target"), ENOENT);
  EXPECT_EQ(file.rename_to("target"), ENOENT);
  EXPECT_EQ(scratch.names(), Names{});
}

TEST(TemporaryFile, HasExactlyTheModeThatWasSet) {
  const ScratchDirectory scratch;
  const Descriptor directory = opened(scratch);
  const mode_t before = ::umask(077);
  TemporaryFile file(directory.get(), 0600);
  file.set_mode(0660);
  ::umask(before);
  struct stat status {};
  ASSERT_EQ(::stat((scratch / file.name()).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0660U);
}

TEST(TemporaryName, IsAnotherEachTime) {
  std::set<std::string> names;
  for (int i = 0; i < 1000; ++i) names.insert(make_temporary_name());
  EXPECT_EQ(names.size(), 1000U);
  for (const std::string& name : names) ASSERT_TRUE(is_temporary_name(name)) << name;
}

TEST(TemporaryName, NamesHostAndProcess) {
  EXPECT_TRUE(
      make_temporary_name().starts_with(".tmp." + host_name() + "." + std::to_string(::getpid()) + "."));
  EXPECT_FALSE(host_name().empty());
}

TEST(TemporaryName, IsToldFromOtherNames) {
  EXPECT_TRUE(is_temporary_name(".tmp.node-1.cluster.org.4711.0123456789abcdef"));
  for (const char* name :
       {"", ".tmp", ".tmp.", ".tmp.host.4711", ".tmp.host.4711.0123456789abcde",
        ".tmp.host.4711.0123456789ABCDEF", ".tmp.host.47x1.0123456789abcdef", ".tmp..4711.0123456789abcdef",
        ".tmp.ho st.4711.0123456789abcdef", "tmp.host.4711.0123456789abcdef", ".tmp.host..0123456789abcdef",
        ".tmp.host.4711.0123456789abcdef.x"}) {
    EXPECT_FALSE(is_temporary_name(name)) << name;
  }
}

}  // namespace
}  // namespace phasic
