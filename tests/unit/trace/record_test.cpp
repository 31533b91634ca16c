#include "trace/record.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/chains.hpp"

namespace phasic {
namespace {

using test::ChainBuilder;

TEST(Record, GivesTheSameBytesForTheSameStructure) {
  const GraphParts parts = test::random_parts(3, {.states = 30});
  GraphParts renamed = parts;
  renamed.terms.parameters = {"another_name"};
  for (auto& entry : renamed.states) entry *= 7;  // keeps the order
  EXPECT_NE(make_graph(parts).hash(), make_graph(renamed).hash());
  EXPECT_EQ(record(make_graph(parts)).hash(), record(make_graph(renamed)).hash());
}

TEST(Record, NeedsOneMultiplyAddPerEdgeWhereNothingLeadsBack) {
  const Trace trace = record(test::erlang(100));
  EXPECT_EQ(trace.component_count(), 100U);
  EXPECT_EQ(trace.largest_component(), 1U);
  EXPECT_EQ(trace.pattern_count(), 0U);
  // 99 products with the next state's value, 1 with the start's, 2 terms in each of 2 classes.
  EXPECT_EQ(trace.multiply_add_count(), 99U + 1U + 4U);
  EXPECT_EQ(trace.division_count(), 100U);
}

TEST(Record, RecordsEqualComponentsOnce) {
  // A ladder of two-state components, each leading to the next.
  ChainBuilder chain({"rate"});
  constexpr std::uint32_t rungs = 50;
  for (std::uint32_t i = 0; i < rungs; ++i) {
    chain.edge(2 * i + 1, {0, 1}).state();
    chain.edge(2 * i, {0, 2}).edge(2 * i + 2, {0, 1}).state();
  }
  const Trace trace = record(chain.state().start(0).graph());
  EXPECT_EQ(trace.component_count(), rungs);
  EXPECT_EQ(trace.pattern_count(), 1U);
}

TEST(Record, TreatsAStronglyConnectedGraphAsOneComponent) {
  ChainBuilder chain({"rate"});
  constexpr std::uint32_t n = 10;
  for (std::uint32_t i = 0; i < n; ++i) {
    chain.edge((i + 1) % n, {0, 1});
    if (i == 0) chain.edge(n, {0, 1});
    chain.state();
  }
  const Trace trace = record(chain.state().start(0).graph());
  EXPECT_EQ(trace.component_count(), 1U);
  EXPECT_EQ(trace.largest_component(), n);
}

TEST(Record, TakesGraphsWithoutTransientStates) {
  ChainBuilder chain({});
  const Trace trace = record(chain.state().start(0).graph());
  EXPECT_EQ(trace.transient_count(), 0U);
  EXPECT_EQ(trace.component_count(), 0U);
}

TEST(Record, NamesItsRequestByStructureAndVersions) {
  const auto parts = trace_request(test::erlang(3).structure_hash());
  EXPECT_EQ(request_key("trace", parts),
            request_key("trace", trace_request(test::erlang(3).structure_hash())));
  EXPECT_NE(request_key("trace", parts),
            request_key("trace", trace_request(test::erlang(4).structure_hash())));
}

}  // namespace
}  // namespace phasic
