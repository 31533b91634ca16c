#include "store/store.hpp"

#include "unit/store/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

const Object graph = object_of("a graph");

TEST(Store, ReturnsWhatWasPublishedAndFiled) {
  const ScratchDirectory scratch;
  const KeptLog log;
  Store store = store_in(scratch.root(), log);
  const Record record = record_of("model", graph);
  ASSERT_EQ(store.publish(Layer::graphs, graph), Stored::yes);
  ASSERT_EQ(store.file(record), Stored::yes);

  Store again = store_in(scratch.root(), log);
  const auto found = again.find(Layer::graphs, record.request);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(encode(*found), encode(record));
  const auto loaded = again.load(Layer::graphs, found->object);
  ASSERT_TRUE(loaded.has_value());
  EXPECT_TRUE(std::ranges::equal(loaded->bytes(), graph.bytes()));
  EXPECT_EQ(log.text(), "");
}

TEST(Store, LaysFilesOutAsPromised) {
  const ScratchDirectory scratch;
  const KeptLog log;
  Store store = store_in(scratch.root(), log);
  const Record record = record_of("model", graph);
  store.publish(Layer::graphs, graph);
  store.file(record);
  const std::string hash = to_hex(graph.hash());
  const std::string key = to_hex(record.request);
  std::vector<std::string> expected{"CACHEDIR.TAG", "VERSION",
                                    "graphs/" + hash.substr(0, 2) + "/" + hash + ".phg",
                                    "graphs/index/" + key.substr(0, 2) + "/" + key};
  std::ranges::sort(expected);
  EXPECT_EQ(all_files(scratch.root()), expected);
  EXPECT_EQ(file_text(scratch.root() / "VERSION"), "1\n");
  EXPECT_TRUE(
      file_text(scratch.root() / "CACHEDIR.TAG").starts_with("Signature: 8a477f597d28d172789f06886806bc55"));
  EXPECT_EQ(fs::status(scratch.root()).permissions(), fs::perms::owner_all);
}

TEST(Store, MissesWhatIsNotThereWithoutMakingADirectory) {
  const ScratchDirectory scratch;
  const KeptLog log;
  Store store = store_in(scratch.root(), log);
  EXPECT_FALSE(store.load(Layer::graphs, graph.hash()).has_value());
  EXPECT_FALSE(store.find(Layer::graphs, record_of("model", graph).request).has_value());
  EXPECT_TRUE(store.matches("0123abcd").empty());
  EXPECT_TRUE(store.records(Layer::graphs).empty());
  EXPECT_TRUE(store.is_on());
  EXPECT_FALSE(fs::exists(scratch.root()));
  EXPECT_EQ(log.text(), "");
}

TEST(Store, DoesNothingWhenItsModeIsOff) {
  const ScratchDirectory scratch;
  const KeptLog log;
  Store store = store_in(scratch.root(), log, CacheMode::off);
  EXPECT_FALSE(store.is_on());
  EXPECT_EQ(store.publish(Layer::graphs, graph), Stored::no);
  EXPECT_EQ(store.file(record_of("model", graph)), Stored::no);
  EXPECT_FALSE(store.load(Layer::graphs, graph.hash()).has_value());
  EXPECT_FALSE(fs::exists(scratch.root()));
  EXPECT_EQ(log.text(), "");
}

}  // namespace
}  // namespace phasic
