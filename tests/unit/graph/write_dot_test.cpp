#include "graph/write_dot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/chains.hpp"

namespace phasic {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string dot_of(const Graph& graph, const DotOptions& options = {}) {
  std::string text;
  write_dot(graph, options, [&](std::string_view piece) { text += piece; });
  return text;
}

test::ChainBuilder small() {
  test::ChainBuilder chain({"a", "say \"b\\\""});
  chain.edge(1, {2, 3}).state({1, 0}).edge(0, {0, 0, 1}).edge(2, {0, 1}).state({2, 0}).state({0, 0});
  return chain;
}

TEST(WriteDot, LabelsStatesAndRates) {
  const std::string dot = dot_of(small().start(1).graph());
  EXPECT_THAT(dot, HasSubstr("v1 [label=\"(1, 0)\""));
  EXPECT_THAT(dot, HasSubstr("v1 -> v2 [label=\" 3 a + 2 \"]"));
  EXPECT_THAT(dot, HasSubstr("start -> v2;"));
  EXPECT_THAT(dot, HasSubstr("v3 [label=\"(0, 0)\", tooltip=\"vertex 3\", peripheries=2"));
}

TEST(WriteDot, EscapesWhatNamesMayHave) {
  EXPECT_THAT(dot_of(small().start(1).graph()), HasSubstr(R"(v2 -> v1 [label=" say \"b\\\" "])"));
}

TEST(WriteDot, SaysHowProbableEachStartIs) {
  const std::string dot = dot_of(small().start(0, 0.25).start(1, 0.5).graph());
  EXPECT_THAT(dot, HasSubstr("start -> v1 [label=\"0.25\"]"));
}

TEST(WriteDot, FramesComponentsInReadingOrder) {
  const std::string dot = dot_of(small().start(1).graph(), {{}, {{1, 2}}});
  EXPECT_THAT(dot, HasSubstr("subgraph cluster_0"));
  EXPECT_THAT(dot, HasSubstr(" v2; v1; }"));  // the chain starts in v2
}

TEST(WriteDot, ShowsNumbersAtATheta) {
  const Graph graph = small().start(1).graph();
  std::vector<double> rates;
  for (ClassId c = 0; c < graph.class_count(); ++c) {
    rates.push_back(graph.coefficients(c)[0] + 2 * graph.coefficients(c)[1] + 0.5 * graph.coefficients(c)[2]);
  }
  const std::string dot = dot_of(graph, {rates, {}});
  EXPECT_THAT(dot, HasSubstr("v1 -> v2 [label=\" 8 \"]"));
  EXPECT_THAT(dot, HasSubstr("v2 -> v1 [label=\" 0.5 \"]"));
}

TEST(WriteDot, DrawsInDiscreteTimeWhatStays) {
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  chain.edge(1, {0, 1}).state().edge(2, {0.1}).edge(0, {0.9}).state().state();
  const std::string dot = dot_of(chain.start(0).graph());
  EXPECT_THAT(dot, HasSubstr("v1 -> v1 [label=\" 1 - p \"]"));
  EXPECT_THAT(dot, Not(HasSubstr("v2 -> v2")));
}

}  // namespace
}  // namespace phasic
