#include "cli/item_source.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>

#include <thread>

#include "unit/cli/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;

const std::string key_a = to_hex(sha256(as_bytes("a")));
const std::string key_b = to_hex(sha256(as_bytes("b")));

/// Every item of a source, keys in hex, objects as `<hash>`.
std::vector<std::string> items_of(std::string_view text) {
  ItemSource source(pipe_with(text), "standard input");
  std::vector<std::string> items;
  while (const auto item = source.next()) {
    const auto* key = std::get_if<ObjectHash>(&item->content);
    items.push_back(key != nullptr ? to_hex(*key)
                                   : '<' + to_hex(std::get<Object>(item->content).hash()) + '>');
  }
  return items;
}

using Items = std::vector<std::string>;

TEST(ItemSource, ReadsKeyLines) {
  EXPECT_EQ(items_of(key_a + "\n" + key_b + "\n"), (Items{key_a, key_b}));
}

TEST(ItemSource, TakesDosLineEndsBlankLinesAndALastLineWithoutNewline) {
  EXPECT_EQ(items_of("\n" + key_a + "\r\n\r\n" + key_b), (Items{key_a, key_b}));
}

TEST(ItemSource, ReadsObjectsOfAnyLengthBetweenKeys) {
  const Object small = object_of(ObjectType::graph, "x");
  const Object large = object_of(ObjectType::trace, std::string(20000, 'y'));
  EXPECT_EQ(items_of(text_of(small) + key_a + "\n" + text_of(large) + text_of(small) + key_b + "\n"),
            (Items{'<' + to_hex(small.hash()) + '>', key_a, '<' + to_hex(large.hash()) + '>',
                   '<' + to_hex(small.hash()) + '>', key_b}));
}

TEST(ItemSource, ReadsAnObjectLargerThanOneRead) {
  const Object large = object_of(ObjectType::graph, std::string(1000000, 'z'));
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ItemSource source(Descriptor{ends[0]}, "standard input");
  std::thread writer([&, end = Descriptor(ends[1])] {
    EXPECT_EQ(write_fully(end.get(), as_bytes(text_of(large) + key_a + "\n")), 0);
  });
  EXPECT_EQ(std::get<Object>(source.next()->content).hash(), large.hash());
  // The writer's end must close before the source can end.
  writer.join();
  EXPECT_EQ(to_hex(std::get<ObjectHash>(source.next()->content)), key_a);
}

TEST(ItemSource, HandsOutAnItemBeforeTheNextIsThere) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ItemSource source(Descriptor{ends[0]}, "standard input");
  Descriptor writing(ends[1]);
  ASSERT_EQ(write_fully(writing.get(), as_bytes(key_a + "\n")), 0);
  EXPECT_EQ(to_hex(std::get<ObjectHash>(source.next()->content)), key_a);
  const Object object = object_of(ObjectType::graph, "x");
  ASSERT_EQ(write_fully(writing.get(), object.bytes()), 0);
  EXPECT_EQ(std::get<Object>(source.next()->content).hash(), object.hash());
  writing.close();
  EXPECT_EQ(source.next(), std::nullopt);
}

TEST(ItemSource, NumbersItemsFromTheSecondOn) {
  ItemSource source(pipe_with(key_a + "\n" + key_b + "\n"), "graph.phg");
  EXPECT_EQ(source.next()->where, "graph.phg");
  EXPECT_EQ(source.next()->where, "graph.phg, item 2");
}

Caught caught_reading(std::string_view text) {
  return caught_from([&] { items_of(text); });
}

TEST(ItemSource, CallsEmptyInputMissing) {
  for (const char* text : {"", "\n\r\n"}) {
    const auto caught = caught_reading(text);
    EXPECT_EQ(caught.code, 66);
    EXPECT_EQ(caught.line, "standard input: is empty; pipe in what phasic-build or phasic-trace wrote");
  }
}

TEST(ItemSource, SaysWhatItSawInsteadOfAnItem) {
  const auto caught = caught_reading("mean\t1.300798319675968 and so on\n");
  EXPECT_EQ(caught.code, 65);
  EXPECT_EQ(caught.line,
            "standard input: neither a key nor an object: it starts with 'mean\\t1.300798319675968 a'…; "
            "pipe in what phasic-build or phasic-trace wrote");
  EXPECT_EQ(caught_reading(std::string_view("\0\x01", 2)).line,
            "standard input: neither a key nor an object: it starts with '\\x00\\x01'; "
            "pipe in what phasic-build or phasic-trace wrote");
}

TEST(ItemSource, SaysWhereAKeyLineIsTooShortOrInCapitals) {
  EXPECT_EQ(caught_reading(key_a + "\n7d8de784\n").line,
            "standard input, item 2: '7d8de784' has 8 digits, a key has 64; "
            "pipe in what phasic-build or phasic-trace wrote");
  EXPECT_EQ(caught_reading("7D8DE7840A6AB4AB87CB93E0CEB7D35BB5F7D1BBF8AB9C2A1B6B0E6F0A5D4C3B\n").line,
            "standard input: '7D8DE784…' is a key in capitals; "
            "pipe in what phasic-build or phasic-trace wrote");
}

TEST(ItemSource, GivesUpOnALineThatCannotBecomeAKeyWithoutWaitingForItsEnd) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ItemSource source(Descriptor{ends[0]}, "standard input");
  const Descriptor writing(ends[1]);
  ASSERT_EQ(write_fully(writing.get(), as_bytes(std::string(70, 'a'))), 0);
  EXPECT_EQ(caught_from([&] { source.next(); }).code, 65);
}

TEST(ItemSource, SaysThatAnObjectIsCutOff) {
  const std::string whole = text_of(object_of(ObjectType::graph, std::string(1000, 'x')));
  for (const std::size_t length : {std::size_t{1}, std::size_t{63}, std::size_t{64}, whole.size() - 1}) {
    const auto caught = caught_reading(key_a + "\n" + whole.substr(0, length));
    EXPECT_EQ(caught.code, 65) << length;
    EXPECT_TRUE(caught.line.starts_with("standard input, item 2: ")) << caught.line;
    EXPECT_EQ(caught.line.find('\n'), std::string::npos);
  }
}

TEST(ItemSource, NoticesAFlippedByteInAnObject) {
  std::string bytes = text_of(object_of(ObjectType::graph, std::string(1000, 'x')));
  bytes[200] = static_cast<char>(bytes[200] ^ 1);
  EXPECT_EQ(caught_reading(bytes).code, 65);
}

TEST(ItemSource, SaysThatADirectoryIsOne) {
  const ScratchDirectory scratch;
  ItemSource source(Descriptor(::open(scratch.path().c_str(), O_RDONLY)), "models");
  const auto caught = caught_from([&] { source.next(); });
  EXPECT_EQ(caught.code, 66);
  EXPECT_EQ(caught.line, "models: is a directory; give a file or a key");
}

}  // namespace
}  // namespace phasic
