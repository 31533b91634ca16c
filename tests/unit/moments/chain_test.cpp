#include "moments/chain.hpp"

#include <gtest/gtest.h>

#include "support/chains.hpp"
#include "support/theta_chain.hpp"

namespace phasic {
namespace {

// 0 -> 1 -> 2 -> absorbed, with ways back and out of each.
Graph three_states() {
  test::ChainBuilder chain({});
  chain.edge(1, {2}).edge(3, {1}).state();
  chain.edge(0, {1}).edge(2, {3}).state();
  chain.edge(1, {4}).edge(3, {4}).state();
  return chain.state().start(0, 0.25).start(1, 0.5).graph();
}

TEST(Chain, DividesRatesByRewards) {
  const test::ThetaChain of(three_states(), {}, {0, 2, 4, 8, 0});
  const Chain chain = of.chain();
  ASSERT_EQ(chain.size(), 3U);
  EXPECT_EQ(chain.atom, 0.25);
  for (std::size_t i = 0; i < 3; ++i) {
    const VertexId vertex = of.trace.vertices()[chain.positions[i]];
    EXPECT_EQ(chain.exits[i], vertex == 1 ? 0.5 : vertex == 2 ? 0 : 0.5);
    EXPECT_EQ(chain.start[i], vertex == 1 ? 0.25 : vertex == 2 ? 0.5 : 0);
  }
  EXPECT_EQ(chain.largest_rate(), 1.5);
}

// Without the middle state: from 0 on to 2 with 3/4 of rate 2 (back to itself with the rest), from 2 to 0
// with 1/4 of rate 4; who starts in the middle goes to 0 with probability 1/4, to 2 with 3/4.
TEST(Chain, PassesThroughStatesThatEarnNothing) {
  const test::ThetaChain of(three_states(), {}, {0, 1, 0, 1, 0});
  const Chain chain = of.chain();
  ASSERT_EQ(chain.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const bool is_first = of.trace.vertices()[chain.positions[i]] == 1;
    ASSERT_EQ(chain.rows[i].size(), 1U);
    EXPECT_EQ(chain.rates[chain.rows.offsets[i]], is_first ? 1.5 : 1);
    EXPECT_EQ(chain.exits[i], is_first ? 1 : 4);
    EXPECT_EQ(chain.start[i], is_first ? 0.375 : 0.375);
  }
  EXPECT_EQ(chain.atom, 0.25);
}

TEST(Chain, AbsorbsAtOnceWhatEarnsNothingAnyMore) {
  const test::ThetaChain of(three_states(), {}, {0, 0, 0, 0, 0});
  const Chain chain = of.chain();
  EXPECT_EQ(chain.size(), 0U);
  EXPECT_EQ(chain.atom, 1);
}

TEST(Chain, RepeatsAStateOfSeveralStepsAndComesBackToItsFirst) {
  test::ChainBuilder builder({}, TimeKind::discrete);
  builder.edge(1, {0.25}).state().state().start(0);
  const test::ThetaChain of(builder.graph(), {}, {0, 3, 0});
  const Chain chain = of.chain();
  ASSERT_EQ(chain.size(), 3U);
  EXPECT_EQ(chain.start, (std::vector<double>{1, 0, 0}));
  EXPECT_EQ(chain.rows.targets, (std::vector<std::uint32_t>{1, 2, 0}));
  EXPECT_EQ(chain.rates, (std::vector<double>{1, 1, 0.75}));
  EXPECT_EQ(chain.exits, (std::vector<double>{0, 0, 0.25}));
}

TEST(Chain, KeepsAbsorbingVerticesApartWhereAsked) {
  test::ChainBuilder builder({});
  builder.edge(1, {1}).edge(2, {3}).state().state().state().start(0);
  const test::ThetaChain of(builder.graph(), {});
  const Walk walk(make_chain_with_absorbing_states(of.trace, of.weights));
  const auto states = walk.occupation(100).probability;
  ASSERT_EQ(states.size(), 3U);
  EXPECT_NEAR(states[1], 0.25, 1e-15);
  EXPECT_NEAR(states[2], 0.75, 1e-15);
}

// 0 goes at rate a to 1, which earns nothing and passes on to 2 at rate b or back to 0 at rate 1.
TEST(ChainGradient, PassesThroughAStateThatEarnsNothing) {
  test::ChainBuilder chain({"a", "b"});
  chain.edge(1, {0, 1}).state().edge(0, {1}).edge(2, {0, 0, 1}).state().edge(3, {0, 0, 2}).state().state();
  const test::ThetaChain of(chain.start(0).graph(), {3, 4}, {0, 1, 0, 2, 0});
  const ChainGradient found = of.chain_gradient();
  const std::size_t first = found.chain.start[0] == 1 ? 0 : 1;
  ASSERT_EQ(found.chain.size(), 2U);
  ASSERT_EQ(found.chain.rates.size(), 1U);
  EXPECT_NEAR(found.chain.rates[0], 3 * 0.8, 1e-15);        // a b / (b + 1)
  EXPECT_NEAR(found.slopes[0].rates[0], 0.8, 1e-15);        // b / (b + 1)
  EXPECT_NEAR(found.slopes[1].rates[0], 3.0 / 25, 1e-15);   // a / (b + 1)^2
  EXPECT_NEAR(found.slopes[1].exits[1 - first], 1, 1e-15);  // 2 b / 2
  EXPECT_EQ(found.slopes[0].exits[1 - first], 0);
}

TEST(ChainGradient, KeepsEdgesThatAreZeroOnlyAtThisTheta) {
  test::ChainBuilder chain({"a"});
  const Graph graph =
      chain.edge(1, {0, 1}).edge(2, {1}).state().edge(2, {1}).state().state().start(0).graph();
  const test::ThetaChain of(graph, {0});
  EXPECT_EQ(of.chain().size(), 1U);
  EXPECT_EQ(of.chain_gradient().chain.size(), 2U);
}

}  // namespace
}  // namespace phasic
