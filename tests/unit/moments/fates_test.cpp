#include "moments/fates.hpp"

#include <gtest/gtest.h>

#include "support/chains.hpp"
#include "support/theta_chain.hpp"

namespace phasic {
namespace {

// At theta = 0 state 1 is left no more: where it earns, R never ends; where it does not, R is what it is.
TEST(Fates, TellWhatAZeroRateDoes) {
  test::ChainBuilder builder({"a"});
  builder.edge(1, {1}).edge(2, {1}).state().edge(2, {0, 1}).state().state().start(0);
  const Graph graph = builder.graph();
  EXPECT_TRUE(test::ThetaChain(graph, {1}).fates.empty());
  const test::ThetaChain time(graph, {0});
  const test::ThetaChain reward(graph, {0}, {0, 1, 0, 0});
  for (std::uint32_t i = 0; i < 2; ++i) {
    const bool is_second = time.trace.vertices()[i] == 2;
    EXPECT_EQ(time.fates[i], is_second ? Fate::endless : Fate::goes_on);
    EXPECT_EQ(reward.fates[i], is_second ? Fate::settled : Fate::goes_on);
  }
  EXPECT_NEAR(time.walk().at(50).survival, 0.5, 1e-14);
  EXPECT_LT(reward.walk().at(50).survival, 1e-40);
}

}  // namespace
}  // namespace phasic
