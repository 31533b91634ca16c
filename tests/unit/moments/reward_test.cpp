#include "moments/reward.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/chains.hpp"

namespace phasic {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Graph two_states() {
  test::ChainBuilder chain({"rate"});
  chain.edge(1, {0, 1}).state({2, 0}).edge(2, {0, 1}).state({1, 1}).state({0, 2}).start(0).reward("left",
                                                                                                  {2, 1, 0});
  return chain.graph();
}

std::string complaint(const char* text) {
  try {
    static_cast<void>(parse_reward(two_states(), text, "r.tsv"));
  } catch (const InputError& error) {
    return error.what();
  }
  return "nothing";
}

TEST(Reward, IsFoundByName) {
  EXPECT_THAT(named_reward(two_states(), "left"), ElementsAre(0, 1, 2, 0));
  try {
    static_cast<void>(named_reward(two_states(), "right"));
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("it has left"));
  }
}

TEST(Reward, IsReadByVertexAndByState) {
  // Vertex 1 is state (1, 1), vertex 2 is (2, 0).
  EXPECT_THAT(parse_reward(two_states(), "1\t0.5\n2,0\t3\n", "r.tsv"), ElementsAre(0, 0.5, 3, 0));
  EXPECT_THAT(parse_reward(two_states(), "\xEF\xBB\xBF# comment\r\n\r\n1, 1\t7\r\n0,2\t9", "r.tsv"),
              ElementsAre(0, 7, 0, 0));
  EXPECT_THAT(parse_reward(two_states(), "", "r.tsv"), ElementsAre(0, 0, 0, 0));
}

TEST(Reward, SaysWhichLineIsWrongAndWhy) {
  EXPECT_THAT(complaint("1\t1\n9\t1\n"),
              HasSubstr("r.tsv:2: there is no vertex 9; vertices are 0 (the start) to 3"));
  EXPECT_THAT(complaint("5,5\t1"), HasSubstr("r.tsv:1: there is no state (5,5)"));
  EXPECT_THAT(complaint("1\t-1"), HasSubstr("is negative"));
  EXPECT_THAT(complaint("1\tinf"), HasSubstr("'inf' is no finite number"));
  EXPECT_THAT(complaint("1\t1e400"), HasSubstr("'1e400' is no finite number"));
  EXPECT_THAT(complaint("1 1"), HasSubstr("no TAB"));
  EXPECT_THAT(complaint("one\t1"), HasSubstr("'one' is neither a vertex nor a state"));
  EXPECT_THAT(complaint("1\t1\n1,1\t2"), HasSubstr("r.tsv:2: '1,1' has a reward already"));
}

/// Things of size 1 at entry 0, of size 3 at entry 1, and a sign that may be negative.
Graph sizes() {
  test::ChainBuilder chain({"rate"});
  chain.edge(1, {0, 1}).state({2, 0, 1}).edge(2, {0, 1}).state({1, 1, -1}).state({0, 2, 0}).start(0);
  chain.property("size", {{0, 1}, {1, 3}}).property("sign", {{2, 1}});
  return chain.graph();
}

std::string count_complaint(const Graph& graph, std::string_view property) {
  try {
    static_cast<void>(counted_reward(graph, property));
  } catch (const InputError& error) {
    return error.what();
  }
  return "nothing";
}

TEST(CountedReward, SumsAPropertyOverWhatAStateCounts) {
  // Vertex 1 is state (1, 1, -1), vertex 2 is (2, 0, 1); vertex 3 is absorbing.
  EXPECT_THAT(counted_reward(sizes(), "size"), ElementsAre(0, 4, 2, 0));
}

TEST(CountedReward, CountsWhatHasOneValue) {
  EXPECT_THAT(counted_reward(sizes(), "size=1"), ElementsAre(0, 1, 2, 0));
  EXPECT_THAT(counted_reward(sizes(), "size=3"), ElementsAre(0, 1, 0, 0));
}

TEST(CountedReward, SaysWhatThereIs) {
  EXPECT_EQ(count_complaint(sizes(), "weight"),
            "--reward: the model has no property 'weight'; it has size, sign");
  EXPECT_EQ(
      count_complaint(two_states(), "size"),
      "--reward: the model has no property 'size'; it has none; an indexer in the model file names what "
      "a state counts");
  EXPECT_EQ(count_complaint(sizes(), "size=2"),
            "--reward: property 'size' is nowhere '2'; its values are from 1 to 3");
  EXPECT_THAT(count_complaint(sizes(), "size=x"), HasSubstr("is nowhere 'x'"));
  EXPECT_THAT(count_complaint(sizes(), "size="), HasSubstr("is nowhere ''"));
}

TEST(CountedReward, IsNotNegative) {
  EXPECT_EQ(count_complaint(sizes(), "sign"),
            "--reward: count:sign is -1 in vertex 1, state (1, 1, -1); rewards are at least 0");
}

}  // namespace
}  // namespace phasic
