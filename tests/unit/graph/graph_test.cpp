#include "graph/graph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "base/error.hpp"
#include "support/chains.hpp"

namespace phasic {
namespace {

using test::ChainBuilder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Graph, PutsTheStartFirstThenTransientThenAbsorbingStatesInLexicographicOrder) {
  ChainBuilder chain({"rate"});
  chain.state({9, -1});  // absorbing, found first
  chain.edge(0, {0, 1}).edge(2, {0, 2}).state({3, 0});
  chain.edge(0, {0, 1}).state({-3, 5});
  chain.state({-9, 0});  // absorbing and unreached
  const Graph graph = chain.start(1).graph();
  EXPECT_EQ(graph.vertex_count(), 5U);
  EXPECT_EQ(graph.transient_count(), 2U);
  EXPECT_EQ(graph.absorbing_count(), 2U);
  EXPECT_EQ(graph.state_text(0), "(0, 0)");
  EXPECT_EQ(graph.state_text(1), "(-3, 5)");
  EXPECT_EQ(graph.state_text(2), "(3, 0)");
  EXPECT_EQ(graph.state_text(3), "(-9, 0)");
  EXPECT_EQ(graph.state_text(4), "(9, -1)");
  EXPECT_THAT(graph.row_offsets(), ElementsAre(0, 1, 2, 4, 4, 4));
  EXPECT_THAT(graph.targets(), ElementsAre(2, 4, 1, 4));
}

TEST(Graph, HasTheSameBytesInWhateverOrderItWasFound) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    GraphParts parts = test::random_parts(seed, {.states = 12});
    parts.rewards.push_back({"r", std::vector<double>(parts.state_count)});
    for (std::size_t i = 0; i < parts.state_count; ++i)
      parts.rewards[0].values[i] = 0.5 * static_cast<double>(i);
    const ObjectHash expected = make_graph(parts).hash();
    EXPECT_EQ(make_graph(test::permuted(parts, seed + 1000)).hash(), expected);
  }
}

TEST(Graph, SumsRepeatedTargetsInAnOrderOfItsOwn) {
  const std::vector<double> addends{1e16, 1.0, -1e16, 0.3, 7e-3};
  std::set<ObjectHash> hashes;
  std::vector<std::size_t> order{0, 1, 2, 3, 4};
  do {
    ChainBuilder chain({"rate"});
    for (const std::size_t i : order) chain.edge(1, {0, addends[i]});
    hashes.insert(chain.state().state().start(0).graph().hash());
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(hashes.size(), 1U);
}

TEST(Graph, DropsEdgesThatCancelAndCallsStatesWithoutEdgesAbsorbing) {
  ChainBuilder chain({"rate"});
  chain.edge(1, {0, 1}).state().edge(0, {0, 2}).edge(0, {0, -2}).state();
  const Graph graph = chain.start(0).graph();
  EXPECT_EQ(graph.transient_count(), 1U);
  EXPECT_EQ(graph.absorbing_count(), 1U);
}

TEST(Graph, RefusesSelfLoopsInContinuousTimeAndDropsThemInDiscrete) {
  ChainBuilder continuous({"p"});
  continuous.edge(0, {0.5}).edge(1, {0.5}).state().state().start(0);
  EXPECT_THROW(static_cast<void>(continuous.graph()), InputError);
  ChainBuilder discrete({"p"}, TimeKind::discrete);
  discrete.edge(0, {0.5}).edge(1, {0.5}).state().state().start(0);
  EXPECT_EQ(discrete.graph().edge_count(), 2U);
}

TEST(Graph, SaysWhichStateHasACoefficientThatIsNoNumber) {
  ChainBuilder chain({"rate"});
  chain.edge(1, {0, std::numeric_limits<double>::quiet_NaN()}).state({4, 2}).state({0, 0}).start(0);
  try {
    static_cast<void>(chain.graph());
    FAIL() << "a NaN was taken";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("state (4, 2)"));
  }
}

TEST(Graph, ChecksStartProbabilitiesAndRewards) {
  const auto chain = [] {
    ChainBuilder builder({});
    builder.edge(1, {1}).state().state();
    return builder;
  };
  EXPECT_THROW(static_cast<void>(chain().start(0, 0.7).start(1, 0.7).graph()), InputError);
  EXPECT_THROW(static_cast<void>(chain().start(0, -0.1).graph()), InputError);
  EXPECT_THROW(static_cast<void>(chain().start(0).reward("r", {-1, 0}).graph()), InputError);
  EXPECT_THROW(static_cast<void>(chain().start(0).reward("r", {INFINITY, 0}).graph()), InputError);
  const Graph graph = chain().start(0).reward("r", {2, 5}).graph();
  EXPECT_THAT(*graph.reward("r"), ElementsAre(0, 2, 0));
  EXPECT_EQ(graph.reward("s"), std::nullopt);
}

TEST(Graph, HashesItsStructureWithoutStatesNamesRewardsAndProperties) {
  ChainBuilder one({"rate"});
  one.edge(1, {0, 1}).state({1}).state({2}).start(0);
  ChainBuilder other({"pace"});
  other.edge(1, {0, 1}).state({10, 3}).state({20, 3}).start(0).reward("r", {1, 0}).property("p", {{1, 1}});
  ChainBuilder faster({"rate"});
  faster.edge(1, {0, 2}).state({1}).state({2}).start(0);
  EXPECT_EQ(one.graph().structure_hash(), other.graph().structure_hash());
  EXPECT_NE(one.graph().hash(), other.graph().hash());
  EXPECT_NE(one.graph().structure_hash(), faster.graph().structure_hash());
}

TEST(Graph, KeepsEqualStatesApartWhereTheyAreGiven) {
  ChainBuilder chain({"rate"});
  chain.edge(1, {0, 1}).state({1}).edge(2, {0, 1}).state({1}).state({0}).start(0);
  EXPECT_THROW(static_cast<void>(chain.graph()), InputError);
  chain.parts().order = GraphParts::Order::as_given;
  EXPECT_EQ(chain.graph().transient_count(), 2U);
}

TEST(Graph, FindsAStateThatCannotBeAbsorbed) {
  EXPECT_EQ(find_trapped_vertex(test::erlang(5)), std::nullopt);
  ChainBuilder chain({"rate"});
  chain.edge(1, {0, 1}).edge(3, {0, 1}).state().edge(2, {0, 1}).state().edge(1, {0, 1}).state().state();
  EXPECT_EQ(find_trapped_vertex(chain.start(0).graph()), 2U);
}

TEST(Graph, StoresStatesInTheNarrowestTypeThatHoldsThem) {
  for (const std::int32_t entry : {127, -128, 128, 32767, -32769, 2147483647}) {
    ChainBuilder chain({});
    chain.edge(1, {1}).state({entry}).state({0}).start(0);
    EXPECT_EQ(chain.graph().state_entry(1, 0), entry);
  }
}

/// Rebuilds an object with one section's 32-bit numbers changed, checksum and all.
Object with_changed(const Graph& graph, const std::string& section, std::size_t index, std::uint32_t value) {
  ObjectBuilder builder(ObjectType::graph, graph.object().type_version());
  for (const Section& each : graph.object().sections()) {
    switch (each.element_type) {
      case ElementType::u32: {
        const auto numbers = graph.object().section<std::uint32_t>(each.name);
        std::vector<std::uint32_t> copy(numbers.begin(), numbers.end());
        if (each.name == section) copy.at(index) = value;
        builder.add(each.name, copy);
        break;
      }
      case ElementType::f64:
        builder.add(each.name, graph.object().section<double>(each.name));
        break;
      case ElementType::i8:
        builder.add(each.name, graph.object().section<std::int8_t>(each.name));
        break;
      case ElementType::i32:
        builder.add(each.name, graph.object().section<std::int32_t>(each.name));
        break;
      default:
        builder.add(each.name, graph.object().section<std::uint8_t>(each.name));
    }
  }
  return std::move(builder).seal();
}

TEST(Graph, CarriesTheLayoutOfItsStates) {
  ChainBuilder chain({});
  chain.edge(1, {1}).state({4, 2, 1}).state({0, 0, 0}).start(0);
  EXPECT_TRUE(chain.graph().properties().empty());
  chain.property("size", {{0, -1}, {1, 7}}).property("epoch", {{2, 1}});
  EXPECT_EQ(chain.graph().properties(), chain.parts().properties);
}

TEST(Graph, RefusesALayoutOfOtherStates) {
  ChainBuilder chain({});
  chain.edge(1, {1}).state({4, 2}).state({0, 0}).start(0).property("size", {{2, 1}});
  EXPECT_THROW(static_cast<void>(chain.graph()), InputError);
}

TEST(Graph, RejectsEveryIndexThatPointsAstray) {
  GraphParts parts = test::random_parts(7, {.states = 6});
  parts.properties = {{"a", {{0, 2}}}, {"b", {{0, 1}}}};
  const Graph graph = make_graph(parts);
  EXPECT_NO_THROW(Graph::decode(with_changed(graph, "", 0, 0)));
  for (const char* section : {"kind", "rows", "targets", "classes", "property_rows", "property_index"}) {
    const std::size_t count = graph.object().find(section)->count;
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_THROW(Graph::decode(with_changed(graph, section, i, 0xFFFFFFF0U)), FormatError) << section << i;
    }
  }
}

}  // namespace
}  // namespace phasic
