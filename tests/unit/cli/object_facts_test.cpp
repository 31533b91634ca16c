#include "cli/object_facts.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "graph/graph.hpp"
#include "model/compiled_code.hpp"
#include "trace/record.hpp"
#include "unit/cli/fixtures.hpp"

namespace phasic {
namespace {

// A line of two states and the absorbing one: start, 2 transient, 1 absorbing; three edges; one parameter.
Graph two_stages() {
  GraphParts parts;
  parts.terms.parameters = {"rate"};
  parts.state_length = 1;
  parts.state_count = 3;
  parts.states = {0, 1, 2};
  parts.coefficients = CoefficientTable(2);
  const std::vector<double> rate{0, 1};
  const auto row = parts.coefficients.intern(rate);
  parts.row_offsets = {0, 1, 2, 2};
  parts.transitions = {{1, row}, {2, row}};
  parts.start = {{0, 1.0}};
  return make_graph(std::move(parts));
}

std::string fact(const std::vector<Fact>& facts, std::string_view name) {
  const auto found = std::ranges::find(facts, name, &Fact::name);
  return found == facts.end() ? "missing" : found->value.json;
}

TEST(ObjectFacts, TellWhatAGraphHolds) {
  const Graph graph = two_stages();
  const ObjectSummary summary = summary_of(graph.object());
  EXPECT_EQ(summary.vertices, 4U);
  EXPECT_EQ(summary.edges, 3U);
  EXPECT_EQ(summary.parameters, 1U);
  EXPECT_EQ(summary.multiply_adds, std::nullopt);
  const auto facts = facts_of(graph.object());
  EXPECT_EQ(fact(facts, "transient"), "2");
  EXPECT_EQ(fact(facts, "absorbing"), "1");
  EXPECT_EQ(fact(facts, "time"), "\"continuous\"");
  EXPECT_EQ(fact(facts, "parameters"), "[\"rate\"]");
  EXPECT_EQ(fact(facts, "derived"), "[]");
}

TEST(ObjectFacts, TellWhatATraceHolds) {
  const Trace trace = record(two_stages());
  const ObjectSummary summary = summary_of(trace.object());
  EXPECT_EQ(summary.vertices, 4U);
  EXPECT_EQ(summary.edges, 3U);
  EXPECT_EQ(summary.parameters, 1U);
  EXPECT_GT(summary.multiply_adds.value_or(0), 0U);
  const auto facts = facts_of(trace.object());
  EXPECT_EQ(fact(facts, "components"), "2");
  EXPECT_EQ(fact(facts, "largest_component"), "1");
  EXPECT_EQ(fact(facts, "structure"), json_text(to_hex(two_stages().structure_hash())));
}

TEST(ObjectFacts, TellHowCodeWasCompiled) {
  const Object code = seal_code(as_bytes("a library"), code_kind(Preset::fast, {}));
  EXPECT_EQ(summary_of(code).vertices, std::nullopt);
  const auto facts = facts_of(code);
  EXPECT_EQ(fact(facts, "preset"), "\"fast\"");
  EXPECT_EQ(fact(facts, "abi"), "1");
  EXPECT_EQ(fact(facts, "library_bytes"), "9");
}

TEST(ObjectFacts, RefuseWhatIsNoGraphInside) {
  EXPECT_THROW(summary_of(testing_support::object_of(ObjectType::graph, "nothing")), FormatError);
  EXPECT_THROW(facts_of(testing_support::object_of(ObjectType::trace, "nothing")), FormatError);
  EXPECT_THROW(summary_of(testing_support::object_of(ObjectType::compiled, "nothing")), FormatError);
}

}  // namespace
}  // namespace phasic
