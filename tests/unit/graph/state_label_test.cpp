#include "graph/state_label.hpp"

#include <gtest/gtest.h>

#include "support/chains.hpp"

namespace phasic {
namespace {

/// A chain of one transient state, vertex 1.
test::ChainBuilder one_state(const std::vector<std::int32_t>& entries) {
  test::ChainBuilder chain({});
  chain.parts().order = GraphParts::Order::as_given;
  chain.edge(1, {1}).state(entries).state(std::vector<std::int32_t>(entries.size(), -9)).start(0);
  return chain;
}

std::string label_of(const Graph& graph) {
  return StateLabels(graph)[1];
}
std::string key_of(const Graph& graph) {
  return StateLabels(graph).key();
}

TEST(StateLabels, ShowShortStatesWhole) {
  EXPECT_EQ(label_of(one_state({7}).graph()), "7");
  EXPECT_EQ(label_of(one_state({2, 0, 1}).graph()), "(2, 0, 1)");
  EXPECT_EQ(label_of(one_state({}).graph()), "1");
}

TEST(StateLabels, ShowOfLongStatesWhatTheyHave) {
  EXPECT_EQ(label_of(one_state({0, 0, 3, 0, 0, 0, 0, -1}).graph()), "[3]=3  [8]=-1");
  EXPECT_EQ(label_of(one_state({0, 0, 0, 0, 0, 0, 0, 0}).graph()), "0");
  auto chain = one_state({2, 0, 0, 1, 4, 5, 1});
  chain.property("a", {{0, 0}, {1, 1}, {2, 0}, {3, 1}}).property("b", {{0, 0}, {1, 0}, {2, 1}, {3, 1}});
  chain.property("c", {{4, 8}, {5, 9}}).property("epoch", {{6, 1}});
  EXPECT_EQ(label_of(chain.graph()), "2×(0,0)  1×(1,1)  4×8\n5×9  epoch=1");
  EXPECT_EQ(key_of(chain.graph()), "count×(a,b,c)");
}

TEST(StateLabels, SayHowShortOnesAreRead) {
  EXPECT_EQ(key_of(one_state({2, 0}).graph()), "");
  EXPECT_EQ(key_of(one_state({2, 0}).property("left", {{0, 1}}).property("right", {{1, 1}}).graph()),
            "(left, right)");
  EXPECT_EQ(key_of(one_state({2, 0, 0}).property("size", {{0, 1}, {1, 2}, {2, 3}}).graph()),
            "size = 1, 2, 3");
  EXPECT_EQ(key_of(one_state({2, 0, 0})
                       .property("a", {{0, 0}, {1, 1}})
                       .property("b", {{0, 5}, {1, 5}})
                       .property("epoch", {{2, 1}})
                       .graph()),
            "(a,b) = (0,5), (1,5), epoch");
}

}  // namespace
}  // namespace phasic
