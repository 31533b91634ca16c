#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/model/models.hpp"

namespace phasic::test {
namespace {

using ::testing::HasSubstr;

const std::string one = "local ix = indexer { property('a', 0, 2), property('b', 1, 2) } ";
const std::string several =
    "local ix = indexer { group('x', property('a', 0, 2)), group('y', property('b', 1, 2)), slots { 'epoch', "
    "'flag' } } ";

std::string value_with(const std::string& top, const std::string& expression) {
  return value_of("(function() " + top + "return " + expression + " end)()");
}

TEST(LuaIndexer, CountsFromOneWithTheFirstPropertyFastest) {
  EXPECT_EQ(value_with(one, "ix { a = 0, b = 1 }"), "1");
  EXPECT_EQ(value_with(one, "ix { a = 1, b = 1 }"), "2");
  EXPECT_EQ(value_with(one, "ix { a = 0, b = 2 }"), "4");
  EXPECT_EQ(value_with(one, "ix { b = 2, a = 2 }"), "6");
  EXPECT_EQ(value_with(one, "#ix"), "6");
}

TEST(LuaIndexer, GivesThePropertiesOfAnIndexBack) {
  EXPECT_EQ(
      value_with(one,
                 "(function() for i = 1, #ix do if ix(ix:props(i)) ~= i then return i end end return 'all' "
                 "end)()"),
      "all");
  EXPECT_EQ(value_with(one, "ix:props(4).a .. ix:props(4).b"), "02");
}

TEST(LuaIndexer, LaysGroupsEndToEndAndSlotsBehindThem) {
  EXPECT_EQ(
      value_with(several, "ix.x { a = 2 } .. ix.y { b = 1 } .. ix.y { b = 2 } .. ix.epoch .. ix.flag .. #ix"),
      "345677");
  EXPECT_EQ(value_with(several, "#ix.x .. #ix.y"), "32");
  EXPECT_EQ(value_with(several, "select(2, ix:props(4)) .. select(2, ix:props(7)) .. ix:props(4).b"),
            "yflag1");
}

TEST(LuaIndexer, ListsAllIndicesWithAProperty) {
  EXPECT_EQ(value_with(one, "table.concat(ix:all { b = 2 }, ' ')"), "4 5 6");
  EXPECT_EQ(value_with(one, "table.concat(ix:all { a = 1 }, ' ')"), "2 5");
  EXPECT_EQ(value_with(one, "table.concat(ix:all {}, ' ')"), "1 2 3 4 5 6");
  EXPECT_EQ(value_with(several, "table.concat(ix.y:all { b = 2 }, ' ')"), "5");
}

TEST(LuaIndexer, IndexesTheStatesOfTheModel) {
  EXPECT_EQ(complaint_in_state("error('=' .. #state .. state[ix { a = 1, b = 1 }], 0)", one),
            "65 m.lua:2: in state (2, 0, 0, 0, 0, 0): =60");
}

TEST(LuaIndexer, SaysWhatIsOutOfRange) {
  const auto wrong = [](const std::string& top, const std::string& expression) {
    return complaint(top + "local x = " + expression);
  };
  EXPECT_EQ(wrong(one, "ix { a = 3, b = 1 }"), "65 m.lua:1: a = 3 is out of range; a runs from 0 to 2");
  EXPECT_EQ(wrong(one, "ix { a = 0, b = 0 }"), "65 m.lua:1: b = 0 is out of range; b runs from 1 to 2");
  EXPECT_EQ(wrong(one, "ix:all { b = 7 }"), "65 m.lua:1: b = 7 is out of range; b runs from 1 to 2");
  EXPECT_THAT(wrong(one, "ix { a = 1, b = '1' }"),
              HasSubstr("property 'b' is the string \"1\"; it is an integer"));
  EXPECT_THAT(wrong(one, "ix { a = 1 }"), HasSubstr("property 'b' is missing"));
  EXPECT_THAT(wrong(one, "ix { a = 1, c = 1 }"),
              HasSubstr("there is no property 'c'; the properties are a, b"));
  EXPECT_THAT(wrong(one, "ix { a = 1.5, b = 1 }"), HasSubstr("property 'a' is 1.5; it is an integer"));
  EXPECT_THAT(wrong(one, "ix(1, 2)"), HasSubstr("an indexer takes properties by name, not 1"));
  EXPECT_THAT(wrong(one, "ix:props(0)"), HasSubstr("index 0 is out of range; indices run from 1 to 6"));
  EXPECT_THAT(wrong(one, "ix:props(7)"), HasSubstr("index 7 is out of range"));
  EXPECT_THAT(wrong(one, "ix.epoch"), HasSubstr("the indexer has no group, slot or method 'epoch';"));
  EXPECT_THAT(wrong(several, "ix { a = 1 }"), HasSubstr("this indexer has several groups; write indexer.x"));
}

TEST(LuaIndexer, IsDeclaredWholeAndOnce) {
  EXPECT_THAT(complaint(one + one), HasSubstr("a model has one indexer"));
  EXPECT_THAT(complaint(one + "ix.a = 1"), HasSubstr("an indexer cannot be changed"));
  EXPECT_THAT(complaint("indexer {}"), HasSubstr("the indexer is empty"));
  EXPECT_THAT(complaint("indexer { 5 }"), HasSubstr("part 1 of the indexer is 5"));
  EXPECT_THAT(complaint("indexer { slots { 'a' }, property('b', 0, 1) }"),
              HasSubstr("part 2 of the indexer is out of place"));
  EXPECT_THAT(complaint("indexer { property('a', 0, 1), group('g', property('b', 0, 1)) }"),
              HasSubstr("mixes groups and properties"));
  EXPECT_THAT(complaint("indexer { group('all', property('b', 0, 1)) }"), HasSubstr("cannot be named 'all'"));
  EXPECT_THAT(complaint("indexer { property('a', 0) }"),
              HasSubstr("the maximum of property 'a' is nil; it is an integer"));
  EXPECT_THAT(complaint("indexer { property('a', 2, 1) }"), HasSubstr("property 'a' runs from 2 to 1"));
  EXPECT_THAT(complaint("indexer { group('g', 5) }"), HasSubstr("group 'g' has 5 among its properties"));
  EXPECT_THAT(complaint("indexer(5)"), HasSubstr("table expected"));
}

}  // namespace
}  // namespace phasic::test
