#include "store/inventory.hpp"

#include <set>

#include "unit/store/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

TEST(DiskSize, RoundsUpToFourKibibytes) {
  EXPECT_EQ(disk_size(0), 0U);
  EXPECT_EQ(disk_size(1), 4096U);
  EXPECT_EQ(disk_size(4096), 4096U);
  EXPECT_EQ(disk_size(4097), 8192U);
}

TEST(Inventory, CountsObjectsRecordsSizesAndTimes) {
  const ScratchDirectory scratch;
  const KeptLog log;
  Store store = store_in(scratch.root(), log);
  const Object small = object_of("one");
  const Object large = object_of(std::string(5000, 'x'));
  store.publish(Layer::graphs, small);
  store.publish(Layer::graphs, large);
  store.file(record_of("model", small));
  store.publish(Layer::traces, object_of("a trace", ObjectType::trace));
  age(path_in(scratch.root(), place_of(Layer::graphs, small.hash())), std::chrono::hours(10));

  const LayerStock stock = take_stock(Tree(scratch.root(), {}), Layer::graphs);
  EXPECT_TRUE(stock.exists);
  EXPECT_EQ(stock.object_count, 2U);
  EXPECT_EQ(stock.record_count, 1U);
  EXPECT_EQ(stock.bytes, 4096U + 8192U + 4096U);
  ASSERT_TRUE(stock.oldest_use && stock.newest_use);
  EXPECT_NEAR(static_cast<double>(*stock.newest_use - *stock.oldest_use), 36'000e9, 60e9);
  EXPECT_EQ(take_stock(Tree(scratch.root(), {}), Layer::traces).object_count, 1U);
}

TEST(Inventory, OfNothingIsEmpty) {
  const ScratchDirectory scratch;
  const LayerStock stock = take_stock(Tree(scratch.root(), {}), Layer::compiled);
  EXPECT_FALSE(stock.exists);
  EXPECT_EQ(stock.object_count, 0U);
  EXPECT_FALSE(stock.oldest_use);
  EXPECT_FALSE(fs::exists(scratch.root()));
}

// The Python library keeps its files in the same directory; people put things anywhere.
TEST(Inventory, SeesOnlyFilesWhoseNameAndPlaceAreOurs) {
  const ScratchDirectory scratch;
  const KeptLog log;
  Store store = store_in(scratch.root(), log);
  const Object object = object_of("one");
  store.publish(Layer::graphs, object);
  const fs::path ours = path_in(scratch.root(), place_of(Layer::graphs, object.hash()));
  const std::string name = ours.filename().string();
  const std::string other_shard = name.starts_with("00") ? "01" : "00";
  fs::create_directories(scratch.root() / "graphs" / other_shard);
  fs::create_directories(scratch.root() / "graphs" / "deeper" / "ab");
  for (const fs::path& strange :
       {scratch.root() / "abcdef.pkl", scratch.root() / "traces.json", scratch.root() / name,
        scratch.root() / "graphs" / name, scratch.root() / "graphs" / other_shard / name,
        ours.parent_path() / "notes.txt", ours.parent_path() / (name + ".bak"),
        ours.parent_path() / ".tmp.mine", scratch.root() / "graphs" / "deeper" / "ab" / name}) {
    write_text(strange, "not ours");
  }
  fs::create_symlink(ours, ours.parent_path() / (name.substr(0, 63) + (name[63] == '0' ? "1.phg" : "0.phg")));
  const LayerStock stock = take_stock(Tree(scratch.root(), {}), Layer::graphs);
  EXPECT_EQ(stock.object_count, 1U);
  EXPECT_EQ(stock.record_count, 0U);
  EXPECT_EQ(stock.unfinished_count, 0U);
}

TEST(Inventory, TellsUnfinishedWritesFromEntries) {
  const ScratchDirectory scratch;
  const KeptLog log;
  Store store = store_in(scratch.root(), log);
  const Object object = object_of("one");
  store.publish(Layer::graphs, object);
  const fs::path shard = path_in(scratch.root(), place_of(Layer::graphs, object.hash())).parent_path();
  write_text(shard / ".tmp.host.1.0123456789abcdef", "half");
  EXPECT_EQ(take_stock(Tree(scratch.root(), {}), Layer::graphs).unfinished_count, 1U);
  write_text(scratch.root() / ".tmp.host.1.0123456789abcdef", "half");
  write_text(scratch.root() / ".prune.host.17", "");
  write_text(scratch.root() / ".prune.lock", "");
  std::set<std::string> names;
  for (const Temporary& temporary : temporaries_in_root(Tree(scratch.root(), {}).open_root(Missing::leave))) {
    names.insert(temporary.name);
  }
  EXPECT_EQ(names, (std::set<std::string>{".tmp.host.1.0123456789abcdef", ".prune.host.17"}));
}

TEST(PruneName, IsHostAndProcess) {
  EXPECT_TRUE(is_prune_name(".prune.host.17"));
  EXPECT_TRUE(is_prune_name(".prune.node.cluster.org.17"));
  for (const char* name : {".prune.lock", ".prune.17", ".prune..17", ".prune.host.", ".prune.host.x", ""}) {
    EXPECT_FALSE(is_prune_name(name)) << name;
  }
}

}  // namespace
}  // namespace phasic
