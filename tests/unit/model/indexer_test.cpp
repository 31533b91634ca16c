#include "model/indexer.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace phasic {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

StateIndexer two_groups() {
  return {{{"lineage", {{"loc1", 0, 2}, {"loc2", -1, 0}}}, {"island", {{"size", 5, 7}}}}, {"epoch", "flag"}};
}

template <class Make>
std::string complaint(const Make& make) {
  try {
    make();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no complaint";
}

TEST(StateIndexer, TheFirstPropertyIsFastest) {
  const StateIndexer indexer({{"", {{"a", 0, 2}, {"b", 0, 1}}}}, {});
  const PropertyGroup& group = indexer.groups()[0];
  std::size_t expected = 0;
  for (std::int64_t b = 0; b <= 1; ++b) {
    for (std::int64_t a = 0; a <= 2; ++a) {
      EXPECT_EQ(indexer.index_of(group, std::vector{a, b}), expected);
      EXPECT_THAT(indexer.values_at(group, expected), ElementsAre(a, b));
      ++expected;
    }
  }
  EXPECT_EQ(indexer.size(), 6U);
}

TEST(StateIndexer, GroupsLieEndToEndAndSlotsFollow) {
  const StateIndexer indexer = two_groups();
  EXPECT_EQ(indexer.size(), 6U + 3U + 2U);
  EXPECT_EQ(indexer.index_of(indexer.groups()[0], std::vector<std::int64_t>{0, -1}), 0U);
  EXPECT_EQ(indexer.index_of(indexer.groups()[1], std::vector<std::int64_t>{5}), 6U);
  EXPECT_EQ(indexer.find_slot("epoch"), 9U);
  EXPECT_EQ(indexer.find_slot("flag"), 10U);
  EXPECT_EQ(indexer.find_slot("lineage"), std::nullopt);
  EXPECT_EQ(indexer.group_of(5)->name, "lineage");
  EXPECT_EQ(indexer.group_of(6)->name, "island");
  EXPECT_EQ(indexer.group_of(9), nullptr);
}

TEST(StateIndexer, FindsAllIndicesWithSomeOfTheProperties) {
  const StateIndexer indexer = two_groups();
  const PropertyGroup& lineage = indexer.groups()[0];
  EXPECT_THAT(indexer.matching(lineage, {2, std::nullopt}), ElementsAre(2, 5));
  EXPECT_THAT(indexer.matching(lineage, {std::nullopt, 0}), ElementsAre(3, 4, 5));
  EXPECT_THAT(indexer.matching(lineage, {1, -1}), ElementsAre(1));
  EXPECT_THAT(indexer.matching(lineage, {std::nullopt, std::nullopt}), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(indexer.matching(indexer.groups()[1], {6}), ElementsAre(7));
}

TEST(StateIndexer, OutOfRangeNamesThePropertyAndItsRange) {
  const StateIndexer indexer = two_groups();
  const PropertyGroup& lineage = indexer.groups()[0];
  EXPECT_EQ(complaint([&] {
              static_cast<void>(indexer.index_of(lineage, std::vector<std::int64_t>{3, 0}));
            }),
            "loc1 = 3 is out of range; loc1 runs from 0 to 2");
  EXPECT_EQ(complaint([&] {
              static_cast<void>(indexer.matching(lineage, {std::nullopt, 1}));
            }),
            "loc2 = 1 is out of range; loc2 runs from -1 to 0");
}

TEST(StateIndexer, RefusesWhatCannotBeIndexed) {
  EXPECT_THAT(complaint([] { StateIndexer({}, {}); }), HasSubstr("is empty"));
  EXPECT_THAT(complaint([] { StateIndexer({{"g", {}}}, {}); }), HasSubstr("group 'g' has no property"));
  EXPECT_THAT(complaint([] { StateIndexer({{"", {{"a", 2, 1}}}}, {}); }), HasSubstr("runs from 2 to 1"));
  EXPECT_THAT(complaint([] {
                StateIndexer({{"", {{"a", 0, 1}, {"a", 0, 1}}}}, {});
              }),
              HasSubstr("named twice"));
  EXPECT_THAT(complaint([] {
                StateIndexer({{"g", {{"a", 0, 1}}}, {"g", {{"b", 0, 1}}}}, {});
              }),
              HasSubstr("'g' is named twice"));
  EXPECT_THAT(complaint([] {
                StateIndexer({{"g", {{"a", 0, 1}}}}, {"g"});
              }),
              HasSubstr("'g' is named twice"));
}

TEST(StateIndexer, RefusesSizesThatWouldOverflow) {
  constexpr std::int64_t least = INT32_MIN;
  constexpr std::int64_t most = INT32_MAX;
  EXPECT_THAT(complaint([] {
                StateIndexer({{"", {{"a", least, most}}}}, {});
              }),
              HasSubstr("at most 16777216"));
  EXPECT_EQ(complaint([] {
              StateIndexer({{"", {{"a", 0, 16777216}}}}, {});
            }),
            "property 'a' runs from 0 to 16777216; an indexer has at most 16777216 entries");
  EXPECT_EQ(complaint([] { StateIndexer({{"", {{"a", 1, 16777216}}}}, {}); }), "no complaint");
  EXPECT_THAT(complaint([] {
                StateIndexer({{"g", {{"a", 1, 16777216}}}}, {"slot"});
              }),
              HasSubstr("the indexer is too large"));
  std::vector<Property> many;
  for (int i = 0; i < 40; ++i) many.push_back({std::string(1, static_cast<char>('A' + i)), 0, 65535});
  EXPECT_THAT(complaint([&] { StateIndexer({{"", many}}, {}); }), HasSubstr("too large"));
}

std::vector<std::string> texts_of(const std::vector<StateProperty>& properties) {
  std::vector<std::string> texts;
  for (const StateProperty& property : properties) {
    std::string text = property.name + ":";
    for (const auto& [index, value] : property.entries) text += fmt::format(" {}={}", index, value);
    texts.push_back(text);
  }
  return texts;
}

TEST(StateIndexer, TellsAGraphWhatItsStatesCount) {
  EXPECT_THAT(texts_of(properties_of(two_groups())),
              ElementsAre("loc1: 0=0 1=1 2=2 3=0 4=1 5=2", "loc2: 0=-1 1=-1 2=-1 3=0 4=0 5=0",
                          "size: 6=5 7=6 8=7", "epoch: 9=1", "flag: 10=1"));
}

TEST(StateIndexer, GivesGroupsThatShareAPropertyOneOfThatName) {
  const StateIndexer islands({{"left", {{"size", 1, 2}, {"age", 0, 1}}}, {"right", {{"size", 1, 3}}}},
                             {"age"});
  EXPECT_THAT(texts_of(properties_of(islands)),
              ElementsAre("size: 0=1 1=2 2=1 3=2 4=1 5=2 6=3", "age: 0=0 1=0 2=1 3=1 7=1"));
}

TEST(StateIndexer, ValuesOfPropertiesHave32Bits) {
  const std::int64_t most = INT32_MAX;
  EXPECT_EQ(StateIndexer({{"", {{"a", most - 1, most}}}}, {}).size(), 2U);
  EXPECT_THAT(complaint([&] {
                StateIndexer({{"", {{"a", most, most + 1}}}}, {});
              }),
              HasSubstr("values of properties are integers of 32 bits"));
  EXPECT_THAT(complaint([&] { StateIndexer({{"", {{"a", -most - 2, 0}}}}, {}); }), HasSubstr("32 bits"));
  EXPECT_THAT(complaint([&] {
                StateIndexer({{"", {{"a", INT64_MIN, INT64_MAX}}}}, {});
              }),
              HasSubstr("32 bits"));
}

}  // namespace
}  // namespace phasic
