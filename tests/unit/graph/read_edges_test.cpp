#include "graph/read_edges.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/chains.hpp"

namespace phasic {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Graph graph_of(std::string_view text, TimeKind time = TimeKind::continuous) {
  return make_imported_graph(read_edges(text, "edges.tsv", time), "edges.tsv");
}

std::string complaint_of(std::string_view text, TimeKind time = TimeKind::continuous) {
  try {
    graph_of(text, time);
  } catch (const Error& error) {
    return error.what();
  }
  return "taken";
}

// a -> b at 2x, b -> a at 3, b -> c at y: the same chain, stated by hand.
Graph three_vertices() {
  test::ChainBuilder chain({"x", "y"});
  chain.edge(1, {0, 2, 0}).state({});
  chain.edge(0, {3, 0, 0}).edge(2, {0, 0, 1}).state({});
  chain.state({}).start(0);
  chain.parts().order = GraphParts::Order::as_given;
  return chain.graph();
}
constexpr const char* three_edges = "from\tto\tx\tconstant\ty\na\tb\t2\t0\t0\nb\ta\t0\t3\t0\nb\tc\t0\t0\t1\n";

TEST(ReadEdges, MakesTheGraphThatTheEdgesSay) {
  EXPECT_EQ(graph_of(three_edges).hash(), three_vertices().hash());
}

TEST(ReadEdges, TakesEveryHabitOfWritingATable) {
  const ObjectHash hash = three_vertices().hash();
  EXPECT_EQ(graph_of("\xEF\xBB\xBF"
                     "from\tto\tx\tconstant\ty\r\na\tb\t2\t0\t0\r\nb\ta\t0\t3\t0\r\nb\tc\t0\t0\t1")
                .hash(),
            hash);
  EXPECT_EQ(graph_of("from,to,x,constant,y\na,b,2,0,0\nb,a,0,3,0\nb,c,0,0,1\n\n\n").hash(), hash);
  EXPECT_EQ(graph_of("\"from\"\t\"to\"\t\"x\"\t\"constant\"\t\"y\"\n\"a\"\t\"b\"\t2\t0\t0\n\"b\"\t\"a\"\t0\t3"
                     "\t0\n\"b\"\t\"c\"\t0\t0\t1\n")
                .hash(),
            hash);
  EXPECT_EQ(graph_of("# by hand\nfrom\tto\tx\tconstant\ty\n# the way "
                     "there\na\tb\t+2.0\t-0\t0\nb\ta\t0\t3e0\t0\nb\tc\t0\t0\t1\n")
                .hash(),
            hash);
}

TEST(ReadEdges, AddsUpParallelEdges) {
  EXPECT_EQ(graph_of("from\tto\tx\tconstant\ty\na\tb\t1\t0\t0\nb\ta\t0\t3\t0\na\tb\t1\t0\t0\nb\tc\t0\t0\t1\n")
                .hash(),
            three_vertices().hash());
}

TEST(ReadEdges, StartsWhereTheFirstEdgeDoesUnlessTold) {
  const Graph graph = graph_of(std::string(three_edges) + "\nvertex\tstart\nb\t0.25\na\t0.5\n");
  EXPECT_THAT(graph.targets().first(2), ElementsAre(1, 2));
  EXPECT_EQ(graph.coefficients(graph.classes()[0])[0], 0.5);
  EXPECT_EQ(graph.coefficients(graph.classes()[1])[0], 0.25);
}

TEST(ReadEdges, PutsDistinctStatesInCanonicalOrder) {
  const Graph graph = graph_of(
      "from\tto\tx\n4\t3\t6\n3\t2\t3\n2\t1\t1\n\nvertex\tstate\tstart\n1\t1\t0\n2\t2\t0\n3\t3\t0\n4\t4\t1\n");
  ASSERT_EQ(graph.vertex_count(), 5U);
  std::vector<std::int32_t> states;
  for (VertexId v = 1; v < 5; ++v) states.push_back(graph.state_entry(v, 0));
  EXPECT_THAT(states, ElementsAre(2, 3, 4, 1));
}

TEST(ReadEdges, KeepsTheOrderOfEqualStates) {
  const Graph graph =
      graph_of("from\tto\tx\nz\ty\t1\ny\tend\t1\n\nvertex\tstate\nz\t7,-1\ny\t7 -1\nend\t0, 0\n");
  EXPECT_EQ(graph.state_length(), 2U);
  EXPECT_EQ(graph.state_text(1), graph.state_text(2));
  EXPECT_EQ(graph.state_entry(2, 1), -1);
}

TEST(ReadEdges, TakesTheVerticesFirst) {
  const Graph graph =
      graph_of("vertex\treward:cost\tstart\nb\t2.5\t0\na\t0\t1\n\nfrom\tto\tconstant\na\tb\t1\nb\tc\t2\n");
  ASSERT_TRUE(graph.reward("cost"));
  EXPECT_THAT(*graph.reward("cost"), ElementsAre(0, 2.5, 0, 0));
}

TEST(ReadEdges, HasDerivedTerms) {
  const Graph graph = graph_of("from\tto\tx\ty\tproduct=x*y\tconstant\na\tb\t0\t0\t1\t0\nb\tc\t0\t0\t0\t1\n");
  ASSERT_EQ(graph.terms().derived.size(), 1U);
  EXPECT_EQ(graph.terms().derived[0].name, "product");
  EXPECT_EQ(graph.terms().derived[0].formula.size(), 3U);
  EXPECT_THAT(graph.coefficients(graph.classes()[1]), ElementsAre(0, 0, 0, 1));
}

TEST(ReadEdges, DropsSelfLoopsInDiscreteTime) {
  const Graph graph = graph_of("from\tto\tconstant\na\ta\t0.7\na\tb\t0.3\n", TimeKind::discrete);
  EXPECT_EQ(graph.time(), TimeKind::discrete);
  EXPECT_EQ(graph.edge_count(), 2U);
}

TEST(ReadEdges, SaysWhereAndWhatIsWrong) {
  const std::string edges = "from\tto\tconstant\na\tb\t1\n";
  EXPECT_THAT(complaint_of(""), HasSubstr("edges.tsv: is empty"));
  EXPECT_THAT(complaint_of("\n# nothing\n"), HasSubstr("edges.tsv: is empty"));
  EXPECT_THAT(complaint_of("from\tto\tconstant\n"), HasSubstr("edges.tsv: there are no edges"));
  EXPECT_THAT(complaint_of("a\tb\t1\n"), HasSubstr("edges.tsv:1: 'a' is no header of a table"));
  EXPECT_THAT(complaint_of("from\trate\nx\t1\n"), HasSubstr("edges.tsv:1: the header has no column 'to'"));
  EXPECT_THAT(complaint_of("from\tto\na\tb\n"), HasSubstr("edges.tsv:1: there is no column for a rate"));
  EXPECT_THAT(complaint_of("from\tto\tx\tx\na\tb\t1\t1\n"),
              HasSubstr("edges.tsv:1: there are two columns 'x'"));
  EXPECT_THAT(complaint_of("from\tto\tx\t\na\tb\t1\t1\n"), HasSubstr("edges.tsv:1: a column has no name"));
  EXPECT_THAT(complaint_of("from\tto\tx\tx=2\na\tb\t1\t1\n"),
              HasSubstr("edges.tsv:1: two parameters or derived terms are named 'x'"));
  EXPECT_THAT(complaint_of("from\tto\tf=y*2\na\tb\t1\n"),
              HasSubstr("edges.tsv:1: in the formula 'y*2': there is no parameter 'y'"));
  EXPECT_THAT(complaint_of("from\tto\tconstant=2\na\tb\t1\n"),
              HasSubstr("edges.tsv:1: a derived term is named constant"));
  EXPECT_THAT(complaint_of("from\tto\tconstant\na\tb\n"),
              HasSubstr("edges.tsv:2: 2 fields where the header has 3"));
  EXPECT_THAT(complaint_of("from\tto\tconstant\na\t\"b\t1\n"),
              HasSubstr("edges.tsv:2: a double quote does not end"));
  EXPECT_THAT(complaint_of("from\tto\tconstant\na\t\t1\n"),
              HasSubstr("edges.tsv:2: a vertex has an empty label"));
  for (const char* wrong : {"", "NA", "nan", "inf", "1e400", "0x1", "1,5"}) {
    EXPECT_THAT(complaint_of(std::string("from\tto\tconstant\na\tb\t") + wrong + "\n"),
                HasSubstr("edges.tsv:2: '" + std::string(wrong) + "' is no finite number"));
  }
  EXPECT_THAT(complaint_of("from\tto\tconstant\na\tb\t-1\n"),
              HasSubstr("edges.tsv:2: the rate -1 is negative"));
  EXPECT_THAT(complaint_of("from\tto\tconstant\na\tb\t-0.5\n", TimeKind::discrete),
              HasSubstr("edges.tsv:2: the probability -0.5 is negative"));
  EXPECT_THAT(complaint_of(edges + "b\tb\t1\n"), HasSubstr("edges.tsv:3: the edge leads from 'b' to itself"));
  EXPECT_THAT(complaint_of(edges + "\n" + edges),
              HasSubstr("edges.tsv:4: there is a table of edges already"));
  EXPECT_THAT(complaint_of(edges + "\nvertex\nb\n\nvertex\n"),
              HasSubstr("edges.tsv:7: there is a table of vertices already"));
  EXPECT_THAT(complaint_of(edges + "\nvertex\tcolour\n"),
              HasSubstr("edges.tsv:4: a table of vertices has no column 'colour'"));
  EXPECT_THAT(complaint_of(edges + "\nvertex\tstart\na\t1\na\t0\n"),
              HasSubstr("edges.tsv:6: the vertex 'a' is in line 5 already"));
  EXPECT_THAT(complaint_of(edges + "\nvertex\tstart\na\t1\nnowhere\t0\n"),
              HasSubstr("edges.tsv:6: no edge comes from or leads to the vertex 'nowhere'"));
  EXPECT_THAT(complaint_of(edges + "\nvertex\tstart\na\t1.5\n"),
              HasSubstr("edges.tsv:5: '1.5' is no start probability"));
  EXPECT_THAT(complaint_of(edges + "\nvertex\tstart\na\t0.75\nb\t0.5\n"),
              HasSubstr("edges.tsv:6: up to here the start probabilities add up to more than 1"));
  EXPECT_THAT(complaint_of(edges + "\nvertex\treward:r\na\t-1\n"),
              HasSubstr("edges.tsv:5: '-1' is no reward"));
  EXPECT_THAT(complaint_of(edges + "\nvertex\tstate\na\t1.5\n"),
              HasSubstr("edges.tsv:5: '1.5' is no entry of a state"));
  EXPECT_THAT(complaint_of(edges + "\nvertex\tstate\na\t3000000000\n"),
              HasSubstr("edges.tsv:5: '3000000000' is no entry of a state"));
  EXPECT_THAT(complaint_of(edges + "\nvertex\tstate\na\t1\nb\t1,2\n"),
              HasSubstr("edges.tsv:6: a state of 2 entries where others have 1"));
  EXPECT_THAT(complaint_of(edges + "\nvertex\tstate\na\t1\n"),
              HasSubstr("edges.tsv: the vertex 'b' has no state"));
  EXPECT_THAT(complaint_of(edges + "\nvertex\tstate\na\t\n"), HasSubstr("edges.tsv:5: a state of 0 entries"));
  EXPECT_THAT(complaint_of("from\tto\tconstant\na\tb\t1\nb\ta\t1\nb\tc\t0\n"),
              HasSubstr("edges.tsv: vertex 'a': absorption cannot be reached from here"));
}

TEST(ReadEdges, TakesNoNamesThatAreNoText) {
  EXPECT_THAT(complaint_of("from\tto\t\xe4\na\tb\t1\n"),
              HasSubstr("edges.tsv: the name '\xe4' of a parameter is empty"));
  EXPECT_THAT(complaint_of("from\tto\tconstant\na\tb\t1\n\nvertex\treward:\xe4\na\t1\n"),
              HasSubstr("of a reward is empty"));
}

TEST(ReadEdges, GuessesTheVertexThatWasMeant) {
  EXPECT_THAT(complaint_of("from\tto\tconstant\nstage1\tstage2\t1\n\nvertex\tstart\nstage 1\t1\n"),
              HasSubstr("did you mean 'stage1'?"));
}

}  // namespace
}  // namespace phasic
