#include <gtest/gtest.h>

#include "cli/items.hpp"
#include "unit/cli/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;

struct GraphItems : ::testing::Test {
  ScratchDirectory scratch;
  Log log{"phasic-test", LogLevel::off};
  Store store = store_in(scratch.path() / "cache", log);
  Store off = store_in(scratch.path() / "none", log, CacheMode::off);
  Object graph = object_of(ObjectType::graph, "g");
  Object other_graph = object_of(ObjectType::graph, "h");
  Object trace = object_of(ObjectType::trace, "t");

  Caught caught_asking_for(const Item& item, Store& where) {
    return caught_from([&] { (void)require_graph_object(item, where); });
  }
};

TEST_F(GraphItems, AKeyStandsForTheGraphInTheStore) {
  ASSERT_EQ(store.publish(Layer::graphs, graph), Stored::yes);
  EXPECT_EQ(require_graph_object({graph.hash(), "argument"}, store).hash(), graph.hash());
}

TEST_F(GraphItems, AnObjectStandsForItself) {
  EXPECT_EQ(require_graph_object({graph, "standard input"}, off).hash(), graph.hash());
}

TEST_F(GraphItems, AKeyThatVanishedSaysHowToGetItBack) {
  const auto caught = caught_asking_for({graph.hash(), "argument"}, store);
  EXPECT_EQ(caught.code, 66);
  EXPECT_EQ(caught.line, "key " + abbreviated(graph.hash()) +
                             ": no longer in the cache (pruned?); build it again with: phasic-build ...");
}

TEST_F(GraphItems, AKeyOfWhatOnlyAnotherVersionReadsSaysWhatToDo) {
  std::string text = text_of(graph);
  text[8] = 2;
  const DigestBytes digest = sha256(as_bytes(text).first(text.size() - digest_size));
  text.replace(text.size() - digest_size, digest_size, as_text(digest));
  const ObjectHash newer{digest};
  const auto shard = scratch.path() / "cache" / "graphs" / to_hex(newer).substr(0, 2);
  std::filesystem::create_directories(shard);
  std::ofstream(shard / (to_hex(newer) + ".phg")) << text;
  const auto caught = caught_asking_for({newer, "argument"}, store);
  EXPECT_EQ(caught.code, 65);
  EXPECT_EQ(caught.line,
            "key " + abbreviated(newer) +
                ": is of a format that this version of phasic does not read; use the version that "
                "wrote it, or build the graph again with this one");
}

TEST_F(GraphItems, AKeyIsNothingWhereTheCacheIsOff) {
  const auto caught = caught_asking_for({graph.hash(), "argument"}, off);
  EXPECT_EQ(caught.code, 66);
  EXPECT_NE(caught.line.find("the cache is off"), std::string::npos);
}

TEST_F(GraphItems, ATracesKeyNamesItsGraphs) {
  ASSERT_EQ(store.publish(Layer::traces, trace), Stored::yes);
  Record record;
  record.parts = {{"structure", "s"}};
  record.request = request_key("trace", record.parts);
  record.layer = Layer::traces;
  record.object = trace.hash();
  record.length = trace.bytes().size();
  record.provenance = {{"tool", "phasic-test"}, {"graph", to_hex(graph.hash())}};
  ASSERT_EQ(store.file(record), Stored::yes);
  const auto caught = caught_asking_for({trace.hash(), "argument"}, store);
  EXPECT_EQ(caught.code, 65);
  EXPECT_EQ(caught.line, "key " + abbreviated(trace.hash()) + ": is a trace; give its graph's key " +
                             to_hex(graph.hash()));
}

TEST_F(GraphItems, ATraceWithoutARecordIsStillCalledATrace) {
  ASSERT_EQ(store.publish(Layer::traces, trace), Stored::yes);
  EXPECT_EQ(caught_asking_for({trace.hash(), "argument"}, store).line,
            "key " + abbreviated(trace.hash()) + ": is a trace; give its graph's key");
}

TEST_F(GraphItems, ACompiledModelIsNoGraph) {
  const auto caught = caught_asking_for({object_of(ObjectType::compiled, "c"), "model.phc"}, store);
  EXPECT_EQ(caught.code, 65);
  EXPECT_EQ(caught.line, "model.phc: is a compiled model; give a graph");
}

TEST_F(GraphItems, ATraceThatNobodyTookIsPassedOver) {
  const StandardInput input(
      pipe_with(text_of(graph) + text_of(trace) + text_of(trace) + text_of(other_graph)));
  ItemReader reader({}, store);
  EXPECT_EQ(next_graph(reader, store)->object.hash(), graph.hash());
  EXPECT_EQ(next_graph(reader, store)->object.hash(), other_graph.hash());
  EXPECT_FALSE(next_graph(reader, store).has_value());
}

TEST_F(GraphItems, ATraceIsTakenAfterItsGraph) {
  ASSERT_EQ(store.publish(Layer::graphs, graph), Stored::yes);
  const StandardInput input(pipe_with(to_hex(graph.hash()) + "\n" + text_of(trace) + text_of(other_graph)));
  ItemReader reader({}, store);
  const auto first = next_graph(reader, store);
  EXPECT_EQ(first->stored, Stored::yes);
  EXPECT_EQ(take_trace(reader)->hash(), trace.hash());
  EXPECT_FALSE(take_trace(reader).has_value());
  const auto second = next_graph(reader, store);
  EXPECT_EQ(second->object.hash(), other_graph.hash());
  EXPECT_EQ(second->stored, Stored::no);
  EXPECT_EQ(second->where, "standard input, item 3");
  EXPECT_FALSE(take_trace(reader).has_value());
}

TEST_F(GraphItems, ATraceThatDoesNotComeIsNotWaitedFor) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const StandardInput input(Descriptor{ends[0]});
  const Descriptor writing(ends[1]);
  ASSERT_EQ(write_fully(writing.get(), as_bytes(text_of(graph))), 0);
  ItemReader reader({}, store);
  EXPECT_TRUE(next_graph(reader, store).has_value());
  EXPECT_FALSE(take_trace(reader).has_value());
  ASSERT_EQ(write_fully(writing.get(), as_bytes(text_of(trace))), 0);
  EXPECT_EQ(take_trace(reader)->hash(), trace.hash());
}

TEST_F(GraphItems, ATraceThatNobodyTookIsNoOtherGraph) {
  const StandardInput input(pipe_with(text_of(graph) + text_of(trace)));
  ItemReader reader({}, store);
  EXPECT_TRUE(next_graph(reader, store).has_value());
  EXPECT_FALSE(another_graph_follows(reader));
}

TEST_F(GraphItems, AnotherGraphIsSeenBehindATraceAndNotTaken) {
  const StandardInput input(pipe_with(text_of(graph) + text_of(trace) + text_of(other_graph)));
  ItemReader reader({}, store);
  EXPECT_TRUE(next_graph(reader, store).has_value());
  EXPECT_TRUE(another_graph_follows(reader));
  EXPECT_EQ(next_graph(reader, store)->object.hash(), other_graph.hash());
}

TEST_F(GraphItems, ATraceWithoutAGraphBeforeItIsRefused) {
  const StandardInput input(pipe_with(text_of(trace)));
  ItemReader reader({}, store);
  const auto caught = caught_from([&] { (void)next_graph(reader, store); });
  EXPECT_EQ(caught.code, 65);
  EXPECT_EQ(caught.line, "standard input: is a trace; give its graph's key");
}

}  // namespace
}  // namespace phasic
