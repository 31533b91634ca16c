#include "replay/cuts.hpp"

#include <gtest/gtest.h>

#include <algorithm>

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

/// By vertex: 1, 2, 3 are the states 0, 1, 2.
std::vector<bool> by_vertex(const Trace& trace, const std::vector<bool>& by_position) {
  std::vector<bool> result(by_position.size());
  for (std::size_t i = 0; i < by_position.size(); ++i) result[trace.vertices()[i] - 1] = by_position[i];
  return result;
}

using Flags = std::vector<bool>;

TEST(Cuts, FindNothingWhereEveryStateCanBeAbsorbed) {
  const Cuts cuts = find_cuts(trap(), weights_without(trap(), {}));
  EXPECT_EQ(cuts.closed, Flags(3, false));
  EXPECT_EQ(cuts.reached, Flags(3, true));
}

TEST(Cuts, FindAClosedClassThatIsReached) {
  const Trace trace = trap();
  const Cuts cuts = find_cuts(trace, weights_without(trace, {4}));
  EXPECT_EQ(by_vertex(trace, cuts.closed), (Flags{false, true, true}));
  EXPECT_EQ(cuts.reached, Flags(3, true));
}

TEST(Cuts, TellAClosedClassThatNothingReaches) {
  const Trace trace = trap();
  const Cuts cuts = find_cuts(trace, weights_without(trace, {1, 2, 4}));
  EXPECT_EQ(by_vertex(trace, cuts.closed), (Flags{false, true, true}));
  EXPECT_EQ(by_vertex(trace, cuts.reached), (Flags{true, false, false}));
}

TEST(Cuts, FollowWhatLeadsSomewhere) {
  const Trace trace = trap();
  const auto from = [&](std::vector<std::size_t> zero_terms) {
    Flags goals(3);
    for (std::size_t i = 0; i < 3; ++i) goals[i] = trace.vertices()[i] == 2;
    return by_vertex(trace, leads_to(trace, weights_without(trace, std::move(zero_terms)), goals));
  };
  EXPECT_EQ(from({}), (Flags{true, true, true}));
  EXPECT_EQ(from({3}), (Flags{true, true, false}));
  EXPECT_EQ(from({1, 3}), (Flags{false, true, false}));
}

}  // namespace
}  // namespace phasic
