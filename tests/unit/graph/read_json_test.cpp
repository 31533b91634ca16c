#include "graph/read_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/error.hpp"
#include "support/chains.hpp"

namespace phasic {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Graph graph_of(std::string_view text) {
  return make_imported_graph(read_json(text, "graph.json"), "graph.json");
}

std::string complaint_of(std::string_view text) {
  try {
    graph_of(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "taken";
}

// A serialized graph, member by member, so that a test can change one.
class Serialized {
 public:
  Serialized& set(const std::string& member, const std::string& json) {
    members_[member] = json;
    return *this;
  }
  Serialized& drop(const std::string& member) {
    members_.erase(member);
    return *this;
  }
  [[nodiscard]] std::string text() const {
    std::string text = "{";
    for (const auto& [member, json] : members_)
      text += (text == "{" ? "\"" : ", \"") + member + "\": " + json;
    return text + "}";
  }

 private:
  std::map<std::string, std::string> members_;
};

// Kingman's coalescent of three lineages, as the library writes it: the start first, then 3, 2 and 1.
Serialized coalescent() {
  Serialized graph;
  graph.set("states", "[[0], [3], [2], [1]]").set("vertex_indices", "[0, 1, 2, 3]").set("edges", "[]");
  graph.set("constant_edges", "[]")
      .set("start_edges", "[[1, 1.0]]")
      .set("param_edges", "[[1, 2, 3.0], [2, 3, 1.0]]");
  graph.set("start_param_edges", "[]")
      .set("param_length", "1")
      .set("state_length", "1")
      .set("n_vertices", "4");
  graph.set("weight_mode", "\"linear\"")
      .set("dyn_ordering", "false")
      .set("is_discrete", "false")
      .set("was_dph", "false");
  return graph;
}

Graph coalescent_by_hand() {
  test::ChainBuilder chain({"theta0"});
  chain.edge(1, {0, 3}).state({3}).edge(2, {0, 1}).state({2}).state({1}).start(0);
  return chain.graph();
}

TEST(ReadJson, MakesTheGraphThatTheLibrarySerialized) {
  EXPECT_EQ(graph_of(coalescent().text()).hash(), coalescent_by_hand().hash());
}

TEST(ReadJson, TakesAnOlderFileWithoutTheOptionalMembers) {
  EXPECT_EQ(graph_of(coalescent()
                         .drop("vertex_indices")
                         .drop("constant_edges")
                         .drop("weight_mode")
                         .drop("is_discrete")
                         .drop("was_dph")
                         .drop("start_param_edges")
                         .text())
                .hash(),
            coalescent_by_hand().hash());
}

TEST(ReadJson, FindsTheStartByItsIndex) {
  auto graph = coalescent();
  graph.set("states", "[[3], [2], [0], [1]]").set("vertex_indices", "[1, 2, 0, 3]");
  graph.set("start_edges", "[[0, 1]]").set("param_edges", "[[0, 1, 3], [1, 3, 1]]");
  EXPECT_EQ(graph_of(graph.text()).hash(), coalescent_by_hand().hash());
}

TEST(ReadJson, KeepsVerticesWithEqualStatesApart) {
  auto graph = coalescent();
  graph.set("states", "[[0], [0], [0], [0]]");
  const Graph read = graph_of(graph.text());
  EXPECT_EQ(read.structure_hash(),
            graph_of(coalescent().set("states", "[[0], [2], [3], [4]]").text()).structure_hash());
  EXPECT_EQ(read.vertex_count(), 4U);
  EXPECT_EQ(read.state_entry(1, 0), read.state_entry(2, 0));
}

TEST(ReadJson, AddsConstantEdgesToThoseWithParameters) {
  const Graph graph = graph_of(coalescent().set("constant_edges", "[[1, 3, 0.5], [2, 3, 0.25]]").text());
  EXPECT_EQ(graph.edge_count(), 4U);
  // Vertices: 2, 3, then 1.
  EXPECT_THAT(graph.coefficients(graph.classes()[1]), ElementsAre(0.25, 1));
  EXPECT_THAT(graph.coefficients(graph.classes()[3]), ElementsAre(0.5, 0));
}

TEST(ReadJson, TakesGraphsOfConstants) {
  auto graph = coalescent();
  graph.set("edges", "[[1, 2, 3], [2, 3, 1]]").set("param_edges", "[]");
  EXPECT_EQ(graph_of(graph.text()).terms().parameters.size(), 0U);
}

// The library: the product over all k of coefficient k times theta k.
TEST(ReadJson, MultipliesInModeLog) {
  auto graph = coalescent();
  graph.set("weight_mode", "\"log\"")
      .set("param_length", "2")
      .set("param_edges", "[[1, 2, 3, 0.5], [2, 3, 1, 4, 99]]");
  const Graph read = graph_of(graph.text());
  EXPECT_THAT(read.terms().parameters, ElementsAre("theta0", "theta1"));
  ASSERT_EQ(read.terms().derived.size(), 1U);
  EXPECT_EQ(read.terms().derived[0].formula.back().operation, Operation::multiply);
  EXPECT_THAT(read.coefficients(read.classes()[1]), ElementsAre(0, 0, 0, 4));
  EXPECT_THAT(read.coefficients(read.classes()[2]), ElementsAre(0, 0, 0, 1.5));
}

TEST(ReadJson, KnowsDiscreteTime) {
  auto graph = coalescent();
  graph.set("is_discrete", "true").set("param_edges", "[[1, 2, 0.5], [1, 1, 0.5], [2, 3, 1]]");
  const Graph read = graph_of(graph.text());
  EXPECT_EQ(read.time(), TimeKind::discrete);
  EXPECT_EQ(read.edge_count(), 3U);
}

TEST(ReadJson, TakesWhatWeAdd) {
  auto graph = coalescent();
  graph.set("param_length", "2")
      .set("param_edges", "[[1, 2, 3, 0], [2, 3, 0, 1]]")
      .set("parameters", "[\"rate\"]");
  graph.set("derived",
            R"([{"name": "twice", "formula": [["parameter", 0], ["constant", 2.5], ["multiply", 0, 1]]}])");
  graph.set("rewards", R"([{"name": "length", "values": [0, 3, 2, 0]}])");
  graph.set("properties", R"([{"name": "lineages", "entries": [[0, 1]]}])");
  const Graph read = graph_of(graph.text());
  EXPECT_THAT(read.terms().parameters, ElementsAre("rate"));
  ASSERT_EQ(read.terms().derived.size(), 1U);
  EXPECT_EQ(read.terms().derived[0].name, "twice");
  EXPECT_EQ(read.terms().derived[0].formula[1].value, 2.5);
  EXPECT_THAT(*read.reward("length"), ElementsAre(0, 2, 3, 0));
  ASSERT_EQ(read.properties().size(), 1U);
  EXPECT_EQ(read.properties()[0].name, "lineages");
}

TEST(ReadJson, SaysWhereAndWhatIsWrong) {
  const auto with = [](const std::string& member, const std::string& json) {
    return complaint_of(coalescent().set(member, json).text());
  };
  EXPECT_THAT(complaint_of(""), HasSubstr("graph.json: is empty"));
  EXPECT_THAT(complaint_of("{\n\"states\": [[1],]}"), HasSubstr("graph.json:2: this is no JSON, near '"));
  EXPECT_THAT(complaint_of("{\"states\": [[NaN]]}"), HasSubstr("graph.json:1: this is no JSON"));
  EXPECT_THAT(complaint_of("{\"n_vertices\": 1e400}"), HasSubstr("graph.json:1: this is no JSON"));
  EXPECT_THAT(complaint_of("[1]"), HasSubstr("graph.json: the JSON text is no object"));
  EXPECT_THAT(complaint_of("7"), HasSubstr("graph.json: the JSON text is no object"));
  EXPECT_THAT(complaint_of("{}"), HasSubstr("graph.json: n_vertices: the member is missing"));
  EXPECT_THAT(complaint_of(coalescent().drop("start_edges").text()),
              HasSubstr("graph.json: start_edges: the member is missing"));
  EXPECT_THAT(complaint_of("{\"states\": [], \"states\": []}"),
              HasSubstr("graph.json: states: the member is given twice"));
  EXPECT_THAT(with("states", "[1, 2]"), HasSubstr("graph.json: states: it has another form"));
  EXPECT_THAT(with("states", "{\"a\": 1}"), HasSubstr("graph.json: states: it has another form"));
  EXPECT_THAT(with("states", "[[[1]]]"), HasSubstr("graph.json: states: it has another form"));
  EXPECT_THAT(with("states", "null"), HasSubstr("graph.json: states: it has another form"));
  EXPECT_THAT(with("is_discrete", "1"), HasSubstr("graph.json: is_discrete: it has another form"));
  EXPECT_THAT(with("n_vertices", "4000000000"),
              HasSubstr("graph.json: states: there are 4 where n_vertices says 4000000000"));
  EXPECT_THAT(with("n_vertices", "-1"), HasSubstr("graph.json: n_vertices: -1 is no number of such things"));
  EXPECT_THAT(with("state_length", "2"),
              HasSubstr("graph.json: states[0]: it has 1 entries where state_length says 2"));
  EXPECT_THAT(with("param_length", "1e9"),
              HasSubstr("graph.json: param_length: 1000000000 is no number of such things"));
  EXPECT_THAT(with("states", "[[0], [0.5], [2], [1]]"),
              HasSubstr("graph.json: states[1]: 0.5 is no integer of 32 bits"));
  EXPECT_THAT(with("states", "[[0], [1e10], [2], [1]]"),
              HasSubstr("graph.json: states[1]: 10000000000 is no integer of 32 bits"));
  EXPECT_THAT(with("vertex_indices", "[0, 1]"),
              HasSubstr("graph.json: vertex_indices: there are 2 for 4 vertices"));
  EXPECT_THAT(with("vertex_indices", "[0, 0, 1, 2]"),
              HasSubstr("graph.json: vertex_indices: two vertices have the index 0"));
  EXPECT_THAT(with("param_edges", "[[1, 4, 1]]"),
              HasSubstr("graph.json: param_edges[0]: there is no vertex 4; vertices are 0 to 3"));
  EXPECT_THAT(with("param_edges", "[[-1, 2, 1]]"),
              HasSubstr("graph.json: param_edges[0]: there is no vertex -1"));
  EXPECT_THAT(with("param_edges", "[[1.5, 2, 1]]"),
              HasSubstr("graph.json: param_edges[0]: there is no vertex 1.5"));
  EXPECT_THAT(with("param_edges", "[[1, 2, 1], [1, 0, 1]]"),
              HasSubstr("graph.json: param_edges[1]: it is about the start"));
  EXPECT_THAT(with("param_edges", "[[1, 2]]"), HasSubstr("graph.json: param_edges[0]: it has 2 numbers"));
  EXPECT_THAT(with("param_edges", "[[1, 1, 2]]"),
              HasSubstr("graph.json: param_edges[0]: the edge leads from a vertex to itself"));
  EXPECT_THAT(with("edges", "[[1, 2]]"), HasSubstr("graph.json: edges[0]: it has 2 numbers"));
  EXPECT_THAT(with("edges", "[[1, 2, -3]]"), HasSubstr("graph.json: edges[0]: the rate -3 is negative"));
  EXPECT_THAT(with("start_edges", "[]"), HasSubstr("graph.json: start_edges: the chain starts nowhere"));
  EXPECT_THAT(with("start_edges", "[[1, 2]]"), HasSubstr("graph.json: start_edges[0]: 2 is no probability"));
  EXPECT_THAT(with("start_edges", "[[1, 0.75], [2, 0.5]]"),
              HasSubstr("graph.json: the start probabilities add up to more than 1"));
  EXPECT_THAT(with("start_param_edges", "[[1, 1]]"),
              HasSubstr("graph.json: start_param_edges: start probabilities depend on theta"));
  EXPECT_THAT(with("weight_mode", "\"formula\""),
              HasSubstr("graph.json: weight_mode: 'formula' is not read"));
  EXPECT_THAT(with("was_dph", "true"), HasSubstr("graph.json: was_dph: the library rescales"));
  EXPECT_THAT(
      complaint_of(coalescent().set("weight_mode", "\"log\"").set("param_edges", "[[1, 2, 0]]").text()),
      HasSubstr("graph.json: param_edges[0]: the product of its coefficients is not positive"));
  EXPECT_THAT(with("parameters", "[\"a\", \"b\"]"),
              HasSubstr("graph.json: parameters: there are 2 names for 1 parameters"));
  EXPECT_THAT(with("derived", R"([{"name": "d", "formula": [["parameter"]]}])"),
              HasSubstr("graph.json: derived[0]: 'parameter' has 0 numbers behind it where it takes 1"));
  EXPECT_THAT(with("derived", R"([{"name": "d", "formula": [["sine", 0]]}])"),
              HasSubstr("graph.json: derived[0]: there is no operation 'sine'"));
  EXPECT_THAT(with("derived", R"([{"name": "d", "formula": [[0]]}])"),
              HasSubstr("graph.json: derived[0]: a step has no operation"));
  EXPECT_THAT(with("derived", R"([{"name": "d", "formula": [["add", 0, 5]]}])"),
              HasSubstr("a step uses one that is not before it"));
  EXPECT_THAT(with("rewards", R"([{"name": "r", "values": [1]}])"),
              HasSubstr("graph.json: rewards: r: there is not one value for each vertex"));
  EXPECT_THAT(with("rewards", R"([{"name": "r", "values": [0, -1, 0, 0]}])"),
              HasSubstr("graph.json: rewards: r: the reward -1 is negative"));
  EXPECT_THAT(with("rewards", R"([{"values": [0, 0, 0, 0]}])"),
              HasSubstr("graph.json: the name '' of a reward is empty"));
  EXPECT_THAT(with("rewards", R"([{"name": "a\u0000b", "values": [0, 0, 0, 0]}])"),
              HasSubstr("graph.json: the name 'a"));
  EXPECT_THAT(
      with("rewards", R"([{"name": "r", "values": [0, 0, 0, 0]}, {"name": "r", "values": [0, 0, 0, 0]}])"),
      HasSubstr("graph.json: two rewards are named 'r'"));
  EXPECT_THAT(with("properties", R"([{"name": "p", "entries": [[0]]}])"),
              HasSubstr("graph.json: properties: p: an entry is no pair of integers"));
  EXPECT_THAT(with("param_edges", "[[1, 2, 3], [2, 1, 1]]"),
              HasSubstr("graph.json: vertex 1: absorption cannot be reached from here"));
}

TEST(ReadJson, IsNotImpressedByDepth) {
  EXPECT_THAT(complaint_of(std::string(1'000'000, '[')), HasSubstr("graph.json: the JSON text is no object"));
  EXPECT_THAT(complaint_of("{\"x\": " + std::string(1'000'000, '[')), HasSubstr("this is no JSON"));
  EXPECT_EQ(complaint_of(coalescent().set("other", std::string(1000, '[') + std::string(1000, ']')).text()),
            "taken");
}

}  // namespace
}  // namespace phasic
