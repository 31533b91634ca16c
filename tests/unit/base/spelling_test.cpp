#include "base/spelling.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace phasic {
namespace {

const std::vector<std::string> options{"--theta", "--theta-file", "--tsv", "--json", "-q"};

TEST(NearestSpelling, FindsInsertionsDeletionsReplacementsAndSwaps) {
  for (const char* text : {"--thetaa", "--thea", "--thets", "--thtea", "--theta"}) {
    EXPECT_EQ(nearest_spelling(text, options), "--theta") << text;
  }
}

TEST(NearestSpelling, CountsASwapOfNeighboursAsOneEdit) {
  // Two replacements would make "ab" as near to "xy" as to "ba".
  EXPECT_EQ(nearest_spelling("ab", std::vector<std::string>{"xy", "ba"}), "ba");
}

TEST(NearestSpelling, TakesTheFirstOfSeveral) {
  EXPECT_EQ(nearest_spelling("mode", std::vector<std::string>{"node", "code"}), "node");
}

TEST(NearestSpelling, DoesNotGuess) {
  EXPECT_EQ(nearest_spelling("--frobnicate", options), std::nullopt);
  EXPECT_EQ(nearest_spelling("x", std::vector<std::string>{"y", "z"}), std::nullopt);
  EXPECT_EQ(nearest_spelling("", options), std::nullopt);
  EXPECT_EQ(nearest_spelling("--theta", {}), std::nullopt);
}

TEST(NearestSpelling, ComparesNoEndlessTexts) {
  const std::vector<std::string> candidates{std::string(201, 'a'), std::string(200, 'a')};
  EXPECT_EQ(nearest_spelling(std::string(199, 'a'), candidates), candidates[1]);
  EXPECT_EQ(nearest_spelling(std::string(50'000'000, 'a'), candidates), std::nullopt);
}

}  // namespace
}  // namespace phasic
