#include "replay/cuts.hpp"

#include <gtest/gtest.h>

#include "support/chains.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

/// 0 leads at rate a to 1 and at rate b to 2; 1 and 2 swap at rate c, and 2 is absorbed at rate d.
Trace trap() {
  test::ChainBuilder chain({"a", "b", "c", "d"});
  chain.edge(1, {0, 1}).edge(2, {0, 0, 1}).edge(3, {1}).state();
  chain.edge(2, {0, 0, 0, 1}).state();
  chain.edge(1, {0, 0, 0, 1}).edge(3, {0, 0, 0, 0, 1}).state();
  return record(chain.state().start(0).graph());
}

std::vector<bool> weights_without(const Trace& trace, std::vector<std::size_t> zero_terms) {
  std::vector<bool> result;
  for (ClassId c = 0; c < trace.class_count(); ++c) {
    bool positive = false;
    for (std::size_t t = 0; t < trace.term_count(); ++t) {
      positive =
          positive || (trace.coefficients(c)[t] != 0 && std::ranges::find(zero_terms, t) == zero_terms.end());
    }
    result.push_back(positive);
  }
  return result;
}

TEST(Cuts, FindNothingWhereEveryStateCanBeAbsorbed) {
  const Cuts cuts = find_cuts(trap(), weights_without(trap(), {}), {});
  EXPECT_FALSE(cuts.infinite);
  EXPECT_EQ(std::ranges::count(cuts.positions, true), 0);
}

TEST(Cuts, CallAReachedClosedClassInfinite) {
  EXPECT_TRUE(find_cuts(trap(), weights_without(trap(), {4}), {}).infinite);
}

TEST(Cuts, ForgiveAClosedClassThatNothingReaches) {
  const Cuts cuts = find_cuts(trap(), weights_without(trap(), {1, 2, 4}), {});
  EXPECT_FALSE(cuts.infinite);
  EXPECT_EQ(std::ranges::count(cuts.positions, true), 2);
}

TEST(Cuts, ForgiveAClosedClassWithoutReward) {
  const Trace trace = trap();
  std::vector<bool> has_reward;
  for (const auto vertex : trace.vertices()) has_reward.push_back(vertex == 1);
  const Cuts cuts = find_cuts(trace, weights_without(trace, {4}), has_reward);
  EXPECT_FALSE(cuts.infinite);
  EXPECT_EQ(std::ranges::count(cuts.positions, true), 2);
}

}  // namespace
}  // namespace phasic
