#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "cli/items.hpp"
#include "unit/cli/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;

const std::string key_a = to_hex(sha256(as_bytes("a")));
const std::string key_b = to_hex(sha256(as_bytes("b")));

struct Reader : ::testing::Test {
  ScratchDirectory scratch;
  Log log{"phasic-test", LogLevel::off};
  Store store = store_in(scratch.path() / "cache", log);
  Store off = store_in(scratch.path() / "none", log, CacheMode::off);

  std::vector<std::string> read(std::vector<std::string> arguments) {
    ItemReader reader(std::move(arguments), store);
    std::vector<std::string> items;
    while (const auto item = reader.next()) {
      const auto* key = std::get_if<ObjectHash>(&item->content);
      items.push_back(key != nullptr ? to_hex(*key) : to_hex(std::get<Object>(item->content).hash()));
    }
    return items;
  }
};

using Items = std::vector<std::string>;

TEST_F(Reader, TakesKeysFilesAndStandardInputInTheOrderGiven) {
  const Object object = object_of(ObjectType::graph, "x");
  const auto file = scratch.write("graph.phg", text_of(object));
  const StandardInput input(pipe_with(key_b + "\n"));
  EXPECT_EQ(read({key_a, "-", file.string()}), (Items{key_a, key_b, to_hex(object.hash())}));
}

TEST_F(Reader, ReadsStandardInputOnlyWhereNoArgumentIsGiven) {
  const StandardInput input(pipe_with(key_b + "\n"));
  EXPECT_EQ(read({key_a}), (Items{key_a}));
  EXPECT_EQ(read({}), (Items{key_b}));
}

TEST_F(Reader, DoesNotLookUpAWholeKey) {
  EXPECT_EQ(read({key_a}), (Items{key_a}));
}

TEST_F(Reader, ResolvesAPrefixOfEightDigits) {
  const Object object = object_of(ObjectType::graph, "x");
  ASSERT_EQ(store.publish(Layer::graphs, object), Stored::yes);
  EXPECT_EQ(read({to_hex(object.hash()).substr(0, 8)}), (Items{to_hex(object.hash())}));
}

TEST_F(Reader, ListsTheCandidatesOfAnAmbiguousPrefix) {
  // Equal first digits are made by hand: the names of entries are all that counts here.
  const Object object = object_of(ObjectType::graph, "x");
  ASSERT_EQ(store.publish(Layer::graphs, object), Stored::yes);
  const std::string hash = to_hex(object.hash());
  const std::string twin = hash.substr(0, 8) + std::string(56, hash[8] == '0' ? '1' : '0');
  const auto shard = scratch.path() / "cache" / "graphs" / hash.substr(0, 2);
  std::filesystem::copy_file(shard / (hash + ".phg"), shard / (twin + ".phg"));
  const auto caught = caught_from([&] { read({hash.substr(0, 8)}); });
  EXPECT_EQ(caught.code, 65);
  EXPECT_EQ(caught.line, "key " + hash.substr(0, 8) + ": ambiguous: 2 objects begin so; give more digits");
  EXPECT_EQ(caught.details.size(), 2U);
  EXPECT_NE(caught.details[0].find("graphs"), std::string::npos);
}

TEST_F(Reader, CallsAPrefixOfNothingMissingAndThinksOfFiles) {
  scratch.write("deadbeef", key_a + "\n");
  const auto caught = caught_from([&] { read({"deadbeef"}); });
  EXPECT_EQ(caught.code, 66);
  EXPECT_EQ(caught.line,
            "key deadbeef: not in the cache; build it with: phasic-build ..., or, if it is a file, write "
            "./deadbeef");
}

TEST_F(Reader, TakesAFileOfAKeyLikeNameByItsPath) {
  scratch.write("deadbeef", key_a + "\n");
  EXPECT_EQ(read({(scratch.path() / "deadbeef").string()}), (Items{key_a}));
}

TEST_F(Reader, SaysThatAShortPrefixIsTooShort) {
  const auto caught = caught_from([&] { read({"deadbee"}); });
  EXPECT_EQ(caught.code, 66);
  EXPECT_EQ(caught.line, "deadbee: cannot open: No such file or directory; a key needs at least 8 digits");
}

TEST_F(Reader, SaysThatTheCacheIsOff) {
  const auto caught = caught_from([&] { ItemReader({"deadbeef"}, off).next(); });
  EXPECT_EQ(caught.code, 66);
  EXPECT_EQ(caught.line, "key deadbeef: the cache is off; give the graph's file instead");
}

TEST_F(Reader, CallsAnEmptyFileMissing) {
  const auto file = scratch.write("empty", "");
  EXPECT_EQ(caught_from([&] { read({key_a, file.string()}); }).code, 66);
}

TEST_F(Reader, RefusesToReadFromATerminal) {
  Descriptor master(::posix_openpt(O_RDWR | O_NOCTTY));
  if (!master.is_open()) GTEST_SKIP() << "no pseudo-terminal here";
  ASSERT_EQ(::grantpt(master.get()) + ::unlockpt(master.get()), 0);
  const StandardInput input(Descriptor(::open(::ptsname(master.get()), O_RDWR | O_NOCTTY)));
  const auto caught = caught_from([&] { ItemReader({}, store); });
  EXPECT_EQ(caught.code, 2);
  EXPECT_NE(caught.line.find("standard input is a terminal"), std::string::npos);
}

TEST_F(Reader, PeeksWithoutTaking) {
  const StandardInput input(pipe_with(key_a + "\n" + key_b + "\n"));
  ItemReader reader({}, store);
  EXPECT_EQ(to_hex(std::get<ObjectHash>(reader.peek()->content)), key_a);
  EXPECT_EQ(reader.count(), 0U);
  EXPECT_EQ(to_hex(std::get<ObjectHash>(reader.next()->content)), key_a);
  EXPECT_EQ(to_hex(std::get<ObjectHash>(reader.peek()->content)), key_b);
  EXPECT_EQ(to_hex(std::get<ObjectHash>(reader.next()->content)), key_b);
  EXPECT_EQ(reader.peek(), nullptr);
  EXPECT_EQ(reader.next(), std::nullopt);
  EXPECT_EQ(reader.count(), 2U);
}

}  // namespace
}  // namespace phasic
