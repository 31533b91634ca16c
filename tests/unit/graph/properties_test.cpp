#include "graph/properties.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace phasic {
namespace {

using ::testing::HasSubstr;

std::string complaint(const std::vector<StateProperty>& properties, std::size_t state_length) {
  try {
    check(properties, state_length);
  } catch (const InputError& error) {
    return error.what();
  }
  return "nothing";
}

TEST(Properties, AreNamedEntriesInOrder) {
  EXPECT_EQ(complaint({}, 0), "nothing");
  EXPECT_EQ(complaint({{"size", {{0, 1}, {1, 2}, {4, -3}}}, {"epoch", {{5, 1}}}}, 6), "nothing");
}

TEST(Properties, HaveNamesOfTheirOwn) {
  EXPECT_EQ(complaint({{"", {{0, 1}}}}, 1), "a property has an empty name");
  EXPECT_EQ(complaint({{"a", {{0, 1}}}, {"a", {{1, 1}}}}, 2), "two properties are named 'a'");
  EXPECT_EQ(complaint({{"a\tb", {{0, 1}}}}, 1), "a property's name has a control character");
}

TEST(Properties, PointIntoTheState) {
  EXPECT_EQ(complaint({{"a", {}}}, 1), "property 'a' has no entries");
  EXPECT_THAT(complaint({{"a", {{1, 1}}}}, 1), HasSubstr("'a' has an index out of order or range"));
  EXPECT_THAT(complaint({{"a", {{9, 1}, {0, 1}}}}, 2), HasSubstr("out of order or range"));
  EXPECT_THAT(complaint({{"a", {{0, 1}, {0, 2}}}}, 2), HasSubstr("out of order or range"));
}

}  // namespace
}  // namespace phasic
