#include "store/publication.hpp"

#include <cerrno>

#include "unit/store/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

class Publication : public testing::Test {
 protected:
  Publication() : shard_(Tree(scratch_.root(), {}).open_shard(place_, Missing::make)) {}
  int publish(std::string_view text, IfPresent if_present = IfPresent::keep) {
    return publish_object(shard_, place_, as_bytes(text), if_present, Sync::no);
  }
  [[nodiscard]] fs::path path() const { return path_in(scratch_.root(), place_); }
  [[nodiscard]] mode_t mode() const {
    struct stat status {};
    return ::lstat(path().c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
  }

  ScratchDirectory scratch_;
  Place place_ = place_of(Layer::graphs, ObjectHash{sha256(as_bytes("abc"))});
  OpenDirectory shard_;
};

TEST_F(Publication, LeavesOneFileAndNothingElse) {
  EXPECT_EQ(publish("text"), 0);
  EXPECT_EQ(file_text(path()), "text");
  EXPECT_EQ(all_files(scratch_.root()).size(), 1U);
  EXPECT_EQ(mode(), 0600U);
}

TEST_F(Publication, KeepsWhatAnotherMadeMeanwhileIfItHasTheRightLength) {
  write_text(path(), "TEXT");
  EXPECT_EQ(publish("text"), 0);
  EXPECT_EQ(file_text(path()), "TEXT");
}

TEST_F(Publication, ReplacesWhatIsNotWhole) {
  write_text(path(), "half");
  EXPECT_EQ(publish("text", IfPresent::replace), 0);
  EXPECT_EQ(file_text(path()), "text");
  write_text(path(), "longer than it should be");
  EXPECT_EQ(publish("text"), 0);
  EXPECT_EQ(file_text(path()), "text");
}

TEST_F(Publication, ReplacesALinkOrPipeInItsPlace) {
  write_text(scratch_.path() / "victim", "untouched");
  fs::create_symlink(scratch_.path() / "victim", path());
  EXPECT_EQ(publish("text"), 0);
  EXPECT_FALSE(fs::is_symlink(path()));
  EXPECT_EQ(file_text(scratch_.path() / "victim"), "untouched");
  fs::remove(path());
  ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
  EXPECT_EQ(publish("text"), 0);
  EXPECT_EQ(file_text(path()), "text");
}

TEST_F(Publication, FailsAtADirectoryInItsPlaceWithoutATrace) {
  fs::create_directory(path());
  EXPECT_EQ(publish("text"), EISDIR);
  EXPECT_TRUE(all_files(scratch_.root()).empty());
}

TEST_F(Publication, SaysThatTheDirectoryVanished) {
  fs::remove_all(scratch_.root());
  EXPECT_EQ(publish("text"), ENOENT);
  EXPECT_EQ(publish_by_rename(shard_, "name", as_bytes("text"), Sync::no), ENOENT);
}

TEST_F(Publication, TakesOverTheRootsGroupRights) {
  ASSERT_EQ(::chmod(scratch_.root().c_str(), 0770), 0);
  shard_ = Tree(scratch_.root(), {}).open_shard(place_, Missing::leave);
  const mode_t before = ::umask(077);
  EXPECT_EQ(publish("text"), 0);
  EXPECT_EQ(mode(), 0660U);
  EXPECT_EQ(publish_by_rename(shard_, file_name(place_), as_bytes("text"), Sync::no), 0);
  ::umask(before);
  EXPECT_EQ(mode(), 0660U);
}

TEST_F(Publication, RefreshesTheTimeOfUseAfterTenMinutes) {
  publish("text");
  const std::time_t now = std::time(nullptr);
  const auto used_after = [&](std::chrono::seconds since) {
    age(path(), since);
    refresh_time_of_use(shard_.descriptor.get(), file_name(place_));
    return modified(path());
  };
  EXPECT_LT(used_after(std::chrono::minutes(9)), now - 500);
  EXPECT_GE(used_after(std::chrono::minutes(11)), now);
  // A stamp from the future would otherwise keep it for ever.
  EXPECT_LE(used_after(-std::chrono::hours(48)), now + 60);
}

}  // namespace
}  // namespace phasic
