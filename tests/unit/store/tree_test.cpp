#include "store/tree.hpp"

#include <cerrno>

#include "unit/store/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

const Place place = place_of(Layer::graphs, ObjectHash{sha256(as_bytes("abc"))});

mode_t mode_of(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
}

TEST(Tree, MakesWhatIsMissingOnlyWhereAsked) {
  const ScratchDirectory scratch;
  const Tree tree(scratch.path() / "deep" / "cache", {});
  const OpenDirectory missing = tree.open_shard(place, Missing::leave);
  EXPECT_FALSE(missing.is_open());
  EXPECT_EQ(missing.error, ENOENT);
  EXPECT_FALSE(fs::exists(scratch.path() / "deep"));
  const OpenDirectory made = tree.open_shard(place, Missing::make);
  ASSERT_TRUE(made.is_open());
  EXPECT_EQ(made.path, tree.root() / "graphs" / "ba");
  EXPECT_EQ(made.trust, Trust::ours);
  EXPECT_EQ(mode_of(scratch.path() / "deep"), 0700U);
  EXPECT_EQ(mode_of(made.path), 0700U);
}

TEST(Tree, FollowsALinkToItsRootAndNoneBelow) {
  const ScratchDirectory scratch;
  fs::create_directory(scratch.path() / "real");
  fs::create_symlink("real", scratch.root());
  const Tree tree(scratch.root(), {});
  EXPECT_TRUE(tree.open_shard(place, Missing::make).is_open());
  for (const char* part : {"graphs", "graphs/ba"}) {
    fs::remove_all(scratch.path() / "real" / "graphs");
    fs::create_directories((scratch.path() / "real" / part).parent_path());
    fs::create_directory_symlink(scratch.path(), scratch.path() / "real" / part);
    const OpenDirectory shard = tree.open_shard(place, Missing::make);
    EXPECT_FALSE(shard.is_open()) << part;
    EXPECT_TRUE(shard.error == ENOTDIR || shard.error == ELOOP) << part;
  }
}

TEST(Tree, SaysWhichDirectoryCouldNotBeOpened) {
  const ScratchDirectory scratch;
  fs::create_directory(scratch.root());
  write_text(scratch.root() / "graphs", "a file");
  const OpenDirectory shard = Tree(scratch.root(), {}).open_shard(place, Missing::make);
  EXPECT_EQ(shard.error, ENOTDIR);
  EXPECT_EQ(shard.path, scratch.root() / "graphs");
}

TEST(Tree, DistrustsADirectoryOnTheWayThatOthersMayWrite) {
  const ScratchDirectory scratch;
  const Tree tree(scratch.root(), {});
  ASSERT_TRUE(tree.open_shard(place, Missing::make).is_open());
  for (const char* part : {"", "graphs", "graphs/ba"}) {
    for (const auto who : {fs::perms::group_write, fs::perms::others_write}) {
      const fs::path path = scratch.root() / part;
      fs::permissions(path, who, fs::perm_options::add);
      EXPECT_EQ(tree.open_shard(place, Missing::leave).trust, Trust::foreign) << part;
      fs::permissions(path, who, fs::perm_options::remove);
      EXPECT_EQ(tree.open_shard(place, Missing::leave).trust, Trust::ours) << part;
    }
  }
}

TEST(Trust, IsForUsAndRootAlone) {
  struct stat status {};
  status.st_mode = S_IFDIR | 0755;
  status.st_uid = ::geteuid();
  EXPECT_EQ(trust_in(status), Trust::ours);
  status.st_uid = 0;
  EXPECT_EQ(trust_in(status), Trust::ours);
  status.st_uid = ::geteuid() + 1;
  EXPECT_EQ(trust_in(status), Trust::foreign);
}

TEST(Tree, HandsTheRootsGroupRightsDown) {
  const ScratchDirectory scratch;
  fs::create_directory(scratch.root());
  ASSERT_EQ(::chmod(scratch.root().c_str(), 02770), 0);
  const mode_t before = ::umask(077);
  const OpenDirectory shard = Tree(scratch.root(), {}).open_shard(place, Missing::make);
  ::umask(before);
  ASSERT_TRUE(shard.is_open());
  EXPECT_EQ(mode_of(scratch.root() / "graphs"), 02770U);
  EXPECT_EQ(mode_of(scratch.root() / "graphs" / "ba"), 02770U);
}

TEST(Tree, KeepsCompiledModelsElsewhereWhereAsked) {
  const ScratchDirectory scratch;
  const Tree tree(scratch.root(), scratch.path() / "elsewhere");
  EXPECT_EQ(tree.path_of(Layer::compiled), scratch.path() / "elsewhere");
  EXPECT_EQ(tree.path_of(Layer::graphs), scratch.root() / "graphs");
  Place compiled = place;
  compiled.layer = Layer::compiled;
  EXPECT_TRUE(tree.open_shard(compiled, Missing::make).is_open());
  EXPECT_TRUE(fs::exists(scratch.path() / "elsewhere" / "ba"));
  EXPECT_FALSE(fs::exists(scratch.root()));
}

TEST(NetworkFileSystem, IsKnownByItsMagicNumber) {
  for (const long type : {0x6969L, 0x0BD00BD0L, 0x47504653L, 0x00C36400L, 0xFF534D42L, 0x65735546L}) {
    EXPECT_TRUE(is_network_file_system(type)) << type;
  }
  // As a signed 32-bit f_type shows CIFS.
  EXPECT_TRUE(is_network_file_system(static_cast<long>(static_cast<std::int32_t>(0xFF534D42U))));
  for (const long type : {0xEF53L, 0x01021994L, 0x58465342L, 0x9123683EL, 0x794C7630L}) {
    EXPECT_FALSE(is_network_file_system(type)) << type;
  }
}

}  // namespace
}  // namespace phasic
