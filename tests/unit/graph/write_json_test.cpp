#include "graph/write_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/chains.hpp"

namespace phasic {
namespace {

using nlohmann::json;

json json_of(const Graph& graph) {
  std::string text;
  write_json(graph, [&](std::string_view piece) { text += piece; });
  return json::parse(text);
}

/// State 0 -> 1 at 2 a, 1 -> 0 at 0.5, 0 -> 2 at b + 0.25, 1 -> 2 at twice.
Graph small() {
  test::ChainBuilder chain({"a", "b"});
  chain.parts().terms.derived.push_back({"twice",
                                         {{Operation::parameter, {1, 0, 0, 0}, 0},
                                          {Operation::constant, {}, 2},
                                          {Operation::multiply, {0, 1, 0, 0}, 0}}});
  chain.parts().coefficients = CoefficientTable(4);
  chain.edge(1, {0, 2})
      .edge(2, {0.25, 0, 1})
      .state({1, -1})
      .edge(0, {0.5})
      .edge(2, {0, 0, 0, 1})
      .state({2, 0});
  chain.state({3, 0}).start(0, 0.75).start(1, 0.125).reward("r \"ä\"", {0.1, 1e300, 0});
  return chain.property("p", {{0, 1}, {1, -2}}).graph();
}

TEST(WriteJson, HasTheLayoutOfThePythonLibrary) {
  const json graph = json_of(small());
  EXPECT_EQ(graph["states"], json::parse("[[0,0],[1,-1],[2,0],[3,0]]"));
  EXPECT_EQ(graph["vertex_indices"], json::parse("[0,1,2,3]"));
  EXPECT_EQ(graph["edges"], json::array());
  EXPECT_EQ(graph["constant_edges"], json::parse("[[1,3,0.25],[2,1,0.5]]"));
  EXPECT_EQ(graph["start_edges"], json::parse("[[1,0.75],[2,0.125]]"));
  EXPECT_EQ(graph["param_edges"], json::parse("[[1,2,2,0,0],[1,3,0,1,0],[2,3,0,0,1]]"));
  EXPECT_EQ(graph["start_param_edges"], json::array());
  EXPECT_EQ(graph["param_length"], 3);
  EXPECT_EQ(graph["state_length"], 2);
  EXPECT_EQ(graph["n_vertices"], 4);
  EXPECT_EQ(graph["weight_mode"], "linear");
  EXPECT_EQ(graph["is_discrete"], false);
}

TEST(WriteJson, HoldsNamesFormulasRewardsAndProperties) {
  const json graph = json_of(small());
  EXPECT_EQ(graph["parameters"], json::parse(R"(["a","b"])"));
  EXPECT_EQ(graph["derived"],
            json::parse(R"([{"name":"twice","formula":[["parameter",1],["constant",2],["multiply",0,1]]}])"));
  EXPECT_EQ(graph["rewards"], json::parse(R"([{"name":"r \"ä\"","values":[0,0.1,1e300,0]}])"));
  EXPECT_EQ(graph["properties"], json::parse(R"([{"name":"p","entries":[[0,1],[1,-2]]}])"));
}

TEST(WriteJson, CallsEdgesEdgesWhereNothingDependsOnTheta) {
  test::ChainBuilder chain({}, TimeKind::discrete);
  chain.edge(1, {0.1}).state().state().start(0);
  const json graph = json_of(chain.graph());
  EXPECT_EQ(graph["edges"], json::parse("[[1,2,0.1]]"));
  EXPECT_EQ(graph["constant_edges"], json::array());
  EXPECT_EQ(graph["param_edges"], json::array());
  EXPECT_EQ(graph["is_discrete"], true);
}

TEST(WriteJson, WritesAGraphWithoutStates) {
  test::ChainBuilder chain({});
  chain.parts().order = GraphParts::Order::as_given;
  chain.edge(1, {1}).state({}).state({}).start(0);
  EXPECT_EQ(json_of(chain.graph())["states"], json::parse("[[],[],[]]"));
}

}  // namespace
}  // namespace phasic
