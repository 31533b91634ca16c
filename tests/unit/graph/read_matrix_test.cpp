#include "graph/read_matrix.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/chains.hpp"

namespace phasic {
namespace {

using ::testing::HasSubstr;

std::string array(std::size_t rows, std::size_t columns, const std::string& values) {
  return "%%MatrixMarket matrix array real general\n" + std::to_string(rows) + " " + std::to_string(columns) +
         "\n" + values + "\n";
}

Graph graph_of(const std::string& text, TimeKind time = TimeKind::continuous,
               const std::string& initial = "") {
  std::optional<MatrixText> start;
  if (!initial.empty()) start = {initial, "a.mtx"};
  return make_imported_graph(read_matrix({text, "s.mtx"}, start, time), "s.mtx");
}

std::string complaint_of(const std::string& text, TimeKind time = TimeKind::continuous,
                         const std::string& initial = "") {
  try {
    graph_of(text, time, initial);
  } catch (const Error& error) {
    return error.what();
  }
  return "taken";
}

class Chain : public test::ChainBuilder {
 public:
  explicit Chain(TimeKind time = TimeKind::continuous) : ChainBuilder({}, time) {
    parts().order = GraphParts::Order::as_given;
  }
};

// Columns of the arrays: (-3, 1), (2, -1.5): row 1 exits at 1, row 2 at 0.5.
TEST(ReadMatrix, TakesWhatARowLacksAsItsExit) {
  Chain chain;
  chain.edge(1, {2}).edge(2, {1}).state({}).edge(0, {1}).edge(2, {0.5}).state({}).state({}).start(0);
  EXPECT_EQ(graph_of(array(2, 2, "-3 1 2 -1.5")).hash(), chain.graph().hash());
}

TEST(ReadMatrix, TakesARowOfZerosAsAbsorbing) {
  Chain chain;
  chain.edge(2, {2}).edge(1, {1}).state({}).state({}).state({}).start(0);
  EXPECT_EQ(graph_of(array(3, 3, "-3 0 0 1 0 0 2 0 0")).hash(), chain.graph().hash());
}

TEST(ReadMatrix, TakesProbabilitiesInDiscreteTime) {
  Chain chain(TimeKind::discrete);
  chain.edge(1, {0.25}).edge(2, {0.25}).state({}).edge(2, {1}).state({}).state({}).start(0);
  EXPECT_EQ(graph_of(array(2, 2, "0.5 0 0.25 0"), TimeKind::discrete).hash(), chain.graph().hash());
  // The whole matrix, absorbing state and all.
  EXPECT_EQ(graph_of(array(3, 3, "0.5 0 0  0.25 0 0  0.25 1 1"), TimeKind::discrete).hash(),
            chain.graph().hash());
}

TEST(ReadMatrix, StartsInRowOneUnlessTold) {
  Chain chain;
  chain.edge(2, {1}).state({}).edge(2, {1}).state({}).state({}).start(0, 0.25).start(1, 0.5);
  EXPECT_EQ(graph_of(array(2, 2, "-1 0 0 -1"), TimeKind::continuous, array(2, 1, "0.25 0.5")).hash(),
            chain.graph().hash());
  EXPECT_EQ(graph_of(array(2, 2, "-1 0 0 -1"), TimeKind::continuous, array(1, 2, "0.25 0.5")).hash(),
            chain.graph().hash());
  EXPECT_EQ(graph_of(array(2, 2, "-1 0 0 -1"), TimeKind::continuous,
                     "%%MatrixMarket matrix coordinate real general\n2 1 2\n2 1 0.5\n1 1 0.25\n")
                .hash(),
            chain.graph().hash());
}

// 0.1 + 0.2 is not 0.3 in doubles: the row's exact sum is 2.8e-17 off, which is no exit.
TEST(ReadMatrix, TakesRoundingForNoExit) {
  const Graph below = graph_of(array(3, 3, "-0.3 0 0 0.1 0 0 0.2 0 0"));
  EXPECT_EQ(below.vertex_count(), 4U);
  const Graph above = graph_of(array(3, 3, "-0.30000000000000004 0 0 0.1 0 0 0.2 0 0"));
  EXPECT_EQ(above.vertex_count(), 4U);
  const Graph tenths =
      graph_of(array(4, 4, "0.1 0 0 0  0.7 1 0 0  0.1 0 1 0  0.1 0 0 1"), TimeKind::discrete);
  EXPECT_EQ(tenths.vertex_count(), 5U);
}

TEST(ReadMatrix, SumsARowExactly) {
  // Left to right, the 1 would be lost on 1e16, and the exit be 8.
  const Graph graph = graph_of(array(3, 3, "0 0 10000000000000000  0 0 1  0 0 -10000000000000008"),
                               TimeKind::continuous, array(1, 3, "0 0 1"));
  ASSERT_EQ(graph.vertex_count(), 5U);
  EXPECT_EQ(graph.coefficients(graph.classes()[3])[0], 7);
}

TEST(ReadMatrix, SaysWhichRowIsNoGenerators) {
  EXPECT_THAT(complaint_of(array(2, 2, "-1 1 1 -0.5")),
              HasSubstr("s.mtx: row 2: it adds up to 0.5, more than 0: this is no generator"));
  EXPECT_THAT(complaint_of(array(2, 2, "-1 -1 1 -2")),
              HasSubstr("s.mtx: row 2: the entry of column 1, -1, is negative"));
  EXPECT_THAT(complaint_of(array(2, 2, "1 1 1 -2")),
              HasSubstr("s.mtx: row 1: the diagonal entry 1 is positive"));
  EXPECT_THAT(complaint_of(array(2, 2, "0 1 1 -2")), HasSubstr("s.mtx: row 1: it adds up to 1, more than 0"));
  EXPECT_THAT(complaint_of(array(2, 2, "0.5 0.5 0.6 0.5"), TimeKind::discrete),
              HasSubstr("s.mtx: row 1: it adds up to 1.1, more than 1"));
  EXPECT_THAT(complaint_of(array(2, 2, "-0.5 0 0 0.5"), TimeKind::discrete),
              HasSubstr("s.mtx: row 1: the diagonal entry -0.5 is negative"));
  EXPECT_THAT(complaint_of(array(2, 1, "-1 1")),
              HasSubstr("s.mtx: the matrix has 2 rows and 1 columns; it must be square"));
  EXPECT_THAT(
      complaint_of("%%MatrixMarket matrix coordinate real general\n4000000000 4000000000 1\n1 1 -1\n"),
      HasSubstr("s.mtx: 4000000000 rows are more than a file of"));
  EXPECT_THAT(complaint_of(array(0, 0, "")), HasSubstr("s.mtx: the matrix has no rows"));
  EXPECT_THAT(complaint_of(array(2, 2, "-1 1 1 -1")),
              HasSubstr("s.mtx: row 1: absorption cannot be reached from here"));
  const std::string fine = array(1, 1, "-1");
  EXPECT_THAT(complaint_of(fine, TimeKind::continuous, array(2, 1, "1 0")),
              HasSubstr("a.mtx: it has 2 rows and 1 columns; give one probability for each of the 1 rows"));
  EXPECT_THAT(complaint_of(fine, TimeKind::continuous, array(1, 1, "1.5")),
              HasSubstr("a.mtx:3: 1.5 is no probability"));
  EXPECT_THAT(complaint_of(array(2, 2, "-1 0 0 -1"), TimeKind::continuous, array(1, 2, "0.5 0.75")),
              HasSubstr("a.mtx: the start probabilities add up to 1.25"));
}

}  // namespace
}  // namespace phasic
