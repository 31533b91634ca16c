#include "store/removal.hpp"

#include "unit/store/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

class Removal : public testing::Test {
 protected:
  Removal() {
    Store store = store_in(scratch_.root(), log_);
    store.publish(Layer::graphs, first_);
    store.publish(Layer::graphs, second_);
    store.publish(Layer::traces, trace_);
    store.file(record_of("one", first_));
    store.file(record_of("two", first_));
    store.file(record_of("three", second_));
  }
  [[nodiscard]] ToldOfRemoval told() {
    return [this](const std::string& path) { told_.push_back(path); };
  }
  ScratchDirectory scratch_;
  KeptLog log_;
  Object first_ = object_of("first");
  Object second_ = object_of("second");
  Object trace_ = object_of("trace", ObjectType::trace);
  Tree tree_{scratch_.root(), {}};
  std::vector<std::string> told_;
};

TEST_F(Removal, TakesAnObjectAndTheRecordsThatLeadToIt) {
  const RemovalResult result = remove_object(tree_, Layer::graphs, first_.hash(), told());
  EXPECT_EQ(result.removed.objects, 1U);
  EXPECT_EQ(result.removed.records, 2U);
  EXPECT_EQ(result.removed.bytes, 3U * 4096U);
  EXPECT_EQ(told_.size(), 3U);
  EXPECT_TRUE(told_.back().ends_with(".phg"));  // records first
  Store store = store_in(scratch_.root(), log_);
  EXPECT_FALSE(store.load(Layer::graphs, first_.hash()));
  EXPECT_TRUE(store.load(Layer::graphs, second_.hash()));
  EXPECT_EQ(store.records(Layer::graphs).size(), 1U);
}

TEST_F(Removal, OfWhatIsNotThereIsNothing) {
  const RemovalResult result = remove_object(tree_, Layer::graphs, trace_.hash(), told());
  EXPECT_EQ(result.removed.objects + result.removed.records + result.failure_count, 0U);
}

TEST_F(Removal, ClearsLayersAndLeavesDirectoriesTagAndStrangersFiles) {
  const fs::path shard = path_in(scratch_.root(), place_of(Layer::graphs, first_.hash())).parent_path();
  write_text(shard / ".tmp.host.1.0123456789abcdef", "half");
  write_text(shard / "notes.txt", "not ours");
  write_text(scratch_.root() / "graph_cache.pkl", "the Python library's");
  const std::vector<Layer> layers{Layer::graphs};
  const RemovalResult result = clear(tree_, layers, told());
  EXPECT_EQ(result.removed.objects, 2U);
  EXPECT_EQ(result.removed.records, 3U);
  EXPECT_EQ(result.temporaries_removed, 1U);
  EXPECT_EQ(result.failure_count, 0U);
  std::vector<std::string> expected{"CACHEDIR.TAG", "VERSION", "graph_cache.pkl",
                                    relative_path(place_of(Layer::traces, trace_.hash())),
                                    fs::relative(shard / "notes.txt", scratch_.root()).string()};
  std::ranges::sort(expected);
  EXPECT_EQ(all_files(scratch_.root()), expected);
  EXPECT_TRUE(fs::is_directory(shard));
}

TEST_F(Removal, DoesNotFollowALinkedShard) {
  const fs::path shard = path_in(scratch_.root(), place_of(Layer::graphs, first_.hash())).parent_path();
  fs::rename(shard, scratch_.path() / "elsewhere");
  fs::create_directory_symlink(scratch_.path() / "elsewhere", shard);
  clear(tree_, all_layers, told());
  EXPECT_EQ(all_files(scratch_.path() / "elsewhere").size(), 1U);
}

TEST_F(Removal, CountsWhatItCannotRemoveAndSaysWhy) {
  const Unprivileged user(scratch_.path());
  const fs::path shard = path_in(scratch_.root(), place_of(Layer::graphs, first_.hash())).parent_path();
  fs::permissions(shard, fs::perms::owner_read | fs::perms::owner_exec);
  const RemovalResult result = clear(tree_, all_layers, told());
  fs::permissions(shard, fs::perms::owner_all);
  EXPECT_EQ(result.failure_count, 1U);
  EXPECT_TRUE(result.first_failure.ends_with(": Permission denied")) << result.first_failure;
}

}  // namespace
}  // namespace phasic
