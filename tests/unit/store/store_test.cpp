#include "store/store.hpp"

#include <sys/resource.h>

#include <csignal>

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

/// A store with one object and its record in it, and what a later process makes of them.
class StoredGraph : public testing::Test {
 protected:
  StoredGraph() {
    Store store = store_in(scratch_.root(), log_);
    store.publish(Layer::graphs, graph);
    store.file(record_);
  }
  [[nodiscard]] Store later(CacheMode mode = CacheMode::read_write) const {
    return store_in(scratch_.root(), log_, mode);
  }
  [[nodiscard]] fs::path object_path() const {
    return path_in(scratch_.root(), place_of(Layer::graphs, graph.hash()));
  }
  [[nodiscard]] fs::path record_path() const {
    return path_in(scratch_.root(), place_of(Layer::graphs, record_.request));
  }
  [[nodiscard]] bool hits() const {
    Store store = later();
    return store.load(Layer::graphs, graph.hash()).has_value();
  }
  [[nodiscard]] bool finds() const {
    Store store = later();
    return store.find(Layer::graphs, record_.request).has_value();
  }
  void expect_one_warning(std::string_view part) const {
    EXPECT_EQ(log_.line_count(), 1U) << log_.text();
    EXPECT_NE(log_.text().find(part), std::string::npos) << log_.text();
  }

  ScratchDirectory scratch_;
  KeptLog log_;
  Record record_ = record_of("model", graph);
};

TEST_F(StoredGraph, IsAMissWithEveryByteFlippedAndIsRemoved) {
  const std::string whole = file_text(object_path());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(~damaged[i]);
    write_text(object_path(), damaged);
    EXPECT_FALSE(hits()) << "byte " << i;
    EXPECT_FALSE(fs::exists(object_path())) << "byte " << i;
  }
  EXPECT_EQ(log_.line_count(), whole.size());
}

TEST_F(StoredGraph, IsAMissAtEveryLength) {
  const std::string whole = file_text(object_path());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    write_text(object_path(), whole.substr(0, length));
    EXPECT_FALSE(hits()) << length;
    EXPECT_FALSE(fs::exists(object_path())) << length;
  }
  write_text(object_path(), whole + "x");
  EXPECT_FALSE(hits());
}

TEST_F(StoredGraph, HasARecordThatIsAMissWithEveryByteFlippedAndAtEveryLength) {
  const std::string whole = file_text(record_path());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(~damaged[i]);
    write_text(record_path(), damaged);
    EXPECT_FALSE(finds()) << "byte " << i;
    EXPECT_FALSE(fs::exists(record_path())) << "byte " << i;
    write_text(record_path(), whole.substr(0, i));
    EXPECT_FALSE(finds()) << "length " << i;
  }
}

TEST_F(StoredGraph, IsNotTakenForAnother) {
  const Object other = object_of("another graph");
  const Record other_record = record_of("another model", other);
  Store store = later();
  store.publish(Layer::graphs, other);
  store.file(other_record);
  const fs::path other_path = path_in(scratch_.root(), place_of(Layer::graphs, other.hash()));
  const fs::path other_record_path = path_in(scratch_.root(), place_of(Layer::graphs, other_record.request));
  const fs::path aside = scratch_.path() / "aside";
  fs::rename(object_path(), aside);
  fs::rename(other_path, object_path());
  fs::rename(aside, other_path);
  fs::rename(record_path(), aside);
  fs::rename(other_record_path, record_path());
  fs::rename(aside, other_record_path);
  EXPECT_FALSE(store.load(Layer::graphs, graph.hash()));
  EXPECT_FALSE(store.load(Layer::graphs, other.hash()));
  EXPECT_FALSE(store.find(Layer::graphs, record_.request));
  EXPECT_FALSE(store.find(Layer::graphs, other_record.request));
  EXPECT_EQ(log_.line_count(), 4U) << log_.text();
}

TEST_F(StoredGraph, IsNotTakenFromAnotherLayer) {
  fs::create_directories(scratch_.root() / "traces" / shard_of(graph.hash().bytes));
  fs::copy(object_path(), path_in(scratch_.root(), place_of(Layer::traces, graph.hash())));
  EXPECT_FALSE(later().load(Layer::traces, graph.hash()));
  expect_one_warning("a graph lies in its place");
}

TEST_F(StoredGraph, IsNamedInTheOneWarningWhenItIsDamaged) {
  write_text(object_path(), "rot");
  EXPECT_FALSE(hits());
  expect_one_warning("[WARNING] test: " + object_path().string() +
                     ": truncated: 3 bytes are no object; removed");
}

TEST_F(StoredGraph, IsKeptForExaminationWhereAsked) {
  write_text(object_path(), "rot");
  StoreSettings settings;
  settings.directory = scratch_.root();
  settings.keep_corrupt = true;
  Store store(settings, log_.log());
  EXPECT_FALSE(store.load(Layer::graphs, graph.hash()));
  EXPECT_EQ(store.publish(Layer::graphs, graph), Stored::no);
  EXPECT_EQ(file_text(object_path()), "rot");
}

TEST_F(StoredGraph, IsReplacedWhereADamagedOneLies) {
  const std::string whole = file_text(object_path());
  std::string damaged = whole;
  damaged[100] ^= 1;
  for (const std::string& text : {damaged, whole.substr(1), std::string()}) {
    write_text(object_path(), text);
    EXPECT_EQ(later().publish(Layer::graphs, graph), Stored::yes);
    EXPECT_EQ(file_text(object_path()), whole);
  }
  EXPECT_EQ(log_.text(), "");
}

TEST_F(StoredGraph, IsPassedOverWithOneWarningWhereAnotherVersionWroteIt) {
  std::string text = file_text(object_path());
  text[8] = 2;
  const DigestBytes digest = sha256(as_bytes(text).first(text.size() - digest_size));
  text.replace(text.size() - digest_size, digest_size, as_text(digest));
  const fs::path path = path_in(scratch_.root(), place_of(Layer::graphs, ObjectHash{digest}));
  fs::create_directories(path.parent_path());
  write_text(path, text);
  Store store = later();
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(store.load(Layer::graphs, ObjectHash{digest}));
  EXPECT_TRUE(store.is_of_another_version(Layer::graphs, ObjectHash{digest}));
  EXPECT_FALSE(store.is_of_another_version(Layer::traces, ObjectHash{digest}));
  EXPECT_FALSE(store.is_of_another_version(Layer::graphs, graph.hash()));
  EXPECT_TRUE(fs::exists(path));
  expect_one_warning(path.string() + ": not read from the cache: another version of phasic wrote it");
}

TEST_F(StoredGraph, IsNotFoundWithOneWarningThroughARecordThatAnotherVersionWrote) {
  std::string record = file_text(record_path());
  record = record.substr(0, record.rfind("checksum "));
  record.replace(0, 15, "phasic record 2");
  write_text(record_path(), record + "checksum " + to_hex(sha256(as_bytes(record))) + "\n");
  EXPECT_FALSE(finds());
  EXPECT_TRUE(fs::exists(record_path()));
  expect_one_warning(record_path().string() +
                     ": not read from the cache: another version of phasic wrote it");
}

TEST_F(StoredGraph, IsNotReadThroughALinkOrPipe) {
  const fs::path aside = scratch_.path() / "aside";
  fs::rename(object_path(), aside);
  fs::create_symlink(aside, object_path());
  EXPECT_FALSE(hits());
  expect_one_warning("a symbolic link lies in its place");
  fs::remove(object_path());
  ASSERT_EQ(::mkfifo(object_path().c_str(), 0600), 0);
  EXPECT_FALSE(hits());
  EXPECT_TRUE(fs::exists(object_path()));
}

TEST_F(StoredGraph, IsNotReadThroughALinkedShard) {
  const fs::path aside = scratch_.path() / "aside";
  fs::rename(object_path().parent_path(), aside);
  fs::create_directory_symlink(aside, object_path().parent_path());
  EXPECT_FALSE(hits());
  expect_one_warning("not read from the cache");
  EXPECT_EQ(later().publish(Layer::graphs, graph), Stored::no);
}

TEST_F(StoredGraph, IsNotReadWhereOthersMayWriteUnlessTrusted) {
  ::chmod(scratch_.root().c_str(), 0770);
  EXPECT_FALSE(later().is_on());
  expect_one_warning("the cache is off: " + scratch_.root().string() +
                     ": others may write there (mode 0770)");
  StoreSettings settings;
  settings.directory = scratch_.root();
  settings.trust_others = true;
  EXPECT_TRUE(Store(settings, log_.log()).load(Layer::graphs, graph.hash()));
}

TEST_F(StoredGraph, IsNotReadFromAShardThatOthersMayWrite) {
  ::chmod(object_path().parent_path().c_str(), 0777);
  EXPECT_FALSE(hits());
  expect_one_warning("others may write there (mode 0777)");
  EXPECT_TRUE(fs::exists(object_path()));
  EXPECT_TRUE(later().matches(to_hex(graph.hash()).substr(0, 8)).empty());
}

TEST(StoredCode, IsNotReadWhereOthersMayWriteEvenIfTrustedAndSaysSoOnce) {
  const ScratchDirectory scratch;
  const KeptLog log;
  const Object code = object_of("code", ObjectType::compiled);
  ASSERT_EQ(store_in(scratch.root(), log).publish(Layer::compiled, code), Stored::yes);
  StoreSettings settings;
  settings.directory = scratch.root();
  settings.trust_others = true;
  EXPECT_TRUE(Store(settings, log.log()).load(Layer::compiled, code.hash()));
  ::chmod((scratch.root() / "compiled").c_str(), 0770);
  Store store(settings, log.log());
  EXPECT_FALSE(store.load(Layer::compiled, code.hash()));
  EXPECT_EQ(store.publish(Layer::compiled, code), Stored::no);
  const std::string text = log.text();
  EXPECT_EQ(std::ranges::count(text, '\n'), 1) << text;
  EXPECT_NE(text.find("others may write to " + (scratch.root() / "compiled").string() +
                      " (mode 0770); set PHASIC_COMPILED_DIR"),
            std::string::npos)
      << text;
}

TEST(StoredCode, IsNotReadFromAFileThatOthersMayWriteAndReplacesIt) {
  const ScratchDirectory scratch;
  const KeptLog log;
  const Object code = object_of("code", ObjectType::compiled);
  Store store = store_in(scratch.root(), log);
  ASSERT_EQ(store.publish(Layer::compiled, code), Stored::yes);
  const std::string hash = to_hex(code.hash());
  const fs::path path = scratch.root() / "compiled" / hash.substr(0, 2) / (hash + ".phc");
  ::chmod(path.c_str(), 0666);
  EXPECT_FALSE(store.load(Layer::compiled, code.hash()));
  EXPECT_NE(log.text().find(path.string() + ": not read from the cache: others may write it"),
            std::string::npos)
      << log.text();
  EXPECT_EQ(store.publish(Layer::compiled, code), Stored::yes);
  EXPECT_EQ(fs::status(path).permissions() & fs::perms::others_write, fs::perms::none);
  EXPECT_TRUE(store.load(Layer::compiled, code.hash()));
}

TEST_F(StoredGraph, IsNotReadThroughANewerLayout) {
  write_text(scratch_.root() / "VERSION", "2\n");
  Store store = later();
  EXPECT_FALSE(store.is_on());
  EXPECT_FALSE(store.load(Layer::graphs, graph.hash()));
  EXPECT_EQ(store.publish(Layer::graphs, object_of("new")), Stored::no);
  expect_one_warning("its layout is version 2");
}

TEST_F(StoredGraph, IsUsedNoLaterThanTenMinutesBeforeItsStamp) {
  age(object_path(), std::chrono::hours(5));
  age(record_path(), std::chrono::hours(5));
  const std::time_t now = std::time(nullptr);
  EXPECT_TRUE(finds());
  EXPECT_TRUE(hits());
  EXPECT_GE(modified(object_path()), now);
  EXPECT_GE(modified(record_path()), now);
}

TEST_F(StoredGraph, IsServedButNotTouchedInModeReadOnly) {
  age(object_path(), std::chrono::hours(5));
  age(record_path(), std::chrono::hours(5));
  const std::time_t before = modified(object_path());
  Store store = later(CacheMode::read_only);
  EXPECT_TRUE(store.find(Layer::graphs, record_.request));
  EXPECT_TRUE(store.load(Layer::graphs, graph.hash()));
  EXPECT_EQ(store.publish(Layer::graphs, graph), Stored::yes);
  EXPECT_EQ(store.publish(Layer::graphs, object_of("new")), Stored::no);
  EXPECT_EQ(store.file(record_of("new", graph)), Stored::no);
  EXPECT_EQ(modified(object_path()), before);
  EXPECT_EQ(all_files(scratch_.root()).size(), 4U);
  write_text(object_path(), "rot");
  EXPECT_FALSE(store.load(Layer::graphs, graph.hash()));
  EXPECT_TRUE(fs::exists(object_path()));
  expect_one_warning("left in place");
}

TEST_F(StoredGraph, IsNotFoundInModeRefreshButCanBeNamed) {
  Store store = later(CacheMode::refresh);
  EXPECT_FALSE(store.find(Layer::graphs, record_.request));
  EXPECT_TRUE(store.load(Layer::graphs, graph.hash()));
  EXPECT_EQ(store.publish(Layer::graphs, object_of("new")), Stored::yes);
}

TEST_F(StoredGraph, IsMatchedByItsPrefixes) {
  const std::string hex = to_hex(graph.hash());
  Store store = later();
  for (const std::size_t length : {std::size_t{8}, std::size_t{20}, std::size_t{64}}) {
    const auto matches = store.matches(hex.substr(0, length));
    ASSERT_EQ(matches.size(), 1U) << length;
    EXPECT_EQ(matches[0].hash, graph.hash());
    EXPECT_EQ(matches[0].layer, Layer::graphs);
  }
  std::string other = hex.substr(0, 8);
  other[7] = other[7] == '0' ? '1' : '0';
  EXPECT_TRUE(store.matches(other).empty());
}

TEST_F(StoredGraph, IsListedByItsRecordsOnlyIfTheyAreWhole) {
  Store store = later();
  store.file(record_of("second", graph));
  EXPECT_EQ(store.records(Layer::graphs).size(), 2U);
  EXPECT_TRUE(store.records(Layer::traces).empty());
  write_text(record_path(), "rot");
  const auto records = store.records(Layer::graphs);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].parts[0].value, "second");
}

TEST_F(StoredGraph, SurvivesTheRemovalOfTheWholeCache) {
  Store store = later();
  ASSERT_TRUE(store.load(Layer::graphs, graph.hash()));
  fs::remove_all(scratch_.root());
  EXPECT_FALSE(store.load(Layer::graphs, graph.hash()));
  EXPECT_EQ(store.publish(Layer::graphs, graph), Stored::yes);
  EXPECT_EQ(store.file(record_), Stored::yes);
  fs::remove_all(scratch_.root());
  EXPECT_EQ(store.publish(Layer::graphs, graph), Stored::yes);
  EXPECT_TRUE(hits());
  EXPECT_TRUE(fs::exists(scratch_.root() / "CACHEDIR.TAG"));
  EXPECT_EQ(log_.text(), "");
}

TEST(Store, IsReachedThroughALinkToItsRoot) {
  const ScratchDirectory scratch;
  const KeptLog log;
  fs::create_directory(scratch.path() / "real");
  ::chmod((scratch.path() / "real").c_str(), 0700);
  fs::create_directory_symlink("real", scratch.root());
  Store store = store_in(scratch.root(), log);
  EXPECT_EQ(store.publish(Layer::graphs, graph), Stored::yes);
  EXPECT_TRUE(store.load(Layer::graphs, graph.hash()));
}

TEST(Store, WarnsOnceWhereItCannotWrite) {
  const ScratchDirectory scratch;
  const KeptLog log;
  fs::create_directory(scratch.root());
  ::chmod(scratch.root().c_str(), 0700);
  write_text(scratch.root() / "graphs", "a file");
  Store store = store_in(scratch.root(), log);
  EXPECT_EQ(store.publish(Layer::graphs, graph), Stored::no);
  EXPECT_EQ(store.file(record_of("model", graph)), Stored::no);
  EXPECT_EQ(log.text(), "[WARNING] test: " + (scratch.root() / "graphs").string() +
                            ": not stored in the cache: Not a directory\n");
}

TEST(Store, IsOffWhereItsDirectoryIsNone) {
  const ScratchDirectory scratch;
  const KeptLog log;
  write_text(scratch.root(), "a file");
  Store store = store_in(scratch.root(), log);
  EXPECT_FALSE(store.is_on());
  EXPECT_FALSE(store.is_on());
  EXPECT_EQ(store.publish(Layer::graphs, graph), Stored::no);
  EXPECT_EQ(log.text(),
            "[WARNING] test: the cache is off: " + scratch.root().string() + ": Not a directory\n");
}

TEST(Store, LeavesNothingBehindWhereTheDiskIsFull) {
  const ScratchDirectory scratch;
  const KeptLog log;
  const Object large = object_of(std::string(100'000, 'x'));
  Store store = store_in(scratch.root(), log);
  ASSERT_EQ(store.publish(Layer::graphs, graph), Stored::yes);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{10'000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const Stored stored = store.publish(Layer::graphs, large);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(stored, Stored::no);
  EXPECT_EQ(log.line_count(), 1U) << log.text();
  EXPECT_EQ(all_files(scratch.root()).size(), 3U);
  EXPECT_FALSE(store.load(Layer::graphs, large.hash()));
}

}  // namespace
}  // namespace phasic
