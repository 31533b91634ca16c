#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "cli/exit.hpp"
#include "cli/items.hpp"
#include "unit/cli/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;
using Form = ItemWriter::Form;

const Object graph = object_of(ObjectType::graph, "g");
const Object trace = object_of(ObjectType::trace, "t");

std::string written(Form form, Stored graph_stored, Stored trace_stored) {
  testing::internal::CaptureStdout();
  ItemWriter writer(form, form == Form::objects ? "-" : "");
  writer.write(graph, graph_stored);
  writer.write(trace, trace_stored);
  writer.finish();
  return testing::internal::GetCapturedStdout();
}

TEST(Writer, SendsTheKeyOfWhatIsStored) {
  EXPECT_EQ(written(Form::keys_or_objects, Stored::yes, Stored::yes), to_hex(graph.hash()) + "\n");
}

TEST(Writer, SendsTheObjectOfWhatIsNot) {
  EXPECT_EQ(written(Form::keys_or_objects, Stored::no, Stored::no), text_of(graph) + text_of(trace));
}

TEST(Writer, SendsAnUnstoredTraceAfterItsGraphsKey) {
  EXPECT_EQ(written(Form::keys_or_objects, Stored::yes, Stored::no),
            to_hex(graph.hash()) + "\n" + text_of(trace));
}

TEST(Writer, SendsObjectsToStandardOutputWhereThatIsTheFile) {
  EXPECT_EQ(written(Form::objects, Stored::yes, Stored::yes), text_of(graph) + text_of(trace));
}

TEST(Writer, RefusesToNameByKeyWhatIsNotStored) {
  ItemWriter writer(Form::keys_only, "");
  const auto caught = caught_from([&] { writer.write(graph, Stored::no); });
  EXPECT_EQ(caught.code, 73);
  EXPECT_EQ(
      caught.line,
      "--key: the graph could not be stored, so its key would name nothing; make the cache writable, or "
      "leave out --key and pipe the data on");
}

TEST(Writer, PublishesAFileOnlyAtTheEnd) {
  const ScratchDirectory scratch;
  const auto file = scratch.write("result.phg", "old");
  ItemWriter writer(Form::objects, file.string());
  EXPECT_TRUE(writer.wants_objects());
  writer.write(graph, Stored::yes);
  writer.write(trace, Stored::no);
  EXPECT_EQ(read_text_file(file, 1U << 20U), "old");
  writer.finish();
  EXPECT_EQ(read_text_file(file, 1U << 20U), text_of(graph) + text_of(trace));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(scratch.path()), {}), 1);
}

TEST(Writer, LeavesAnOldFileAloneWhereItIsNotFinished) {
  const ScratchDirectory scratch;
  const auto file = scratch.write("result.phg", "old");
  { ItemWriter(Form::objects, file.string()).write(graph, Stored::yes); }
  EXPECT_EQ(read_text_file(file, 1U << 20U), "old");
}

TEST(Writer, SaysThatAFileCannotBeWritten) {
  const ScratchDirectory scratch;
  ItemWriter writer(Form::objects, (scratch.write("file", "") / "result.phg").string());
  writer.write(graph, Stored::yes);
  EXPECT_EQ(caught_from([&] { writer.finish(); }).code, 73);
}

TEST(Writer, InsistsThatATraceFollowsAGraph) {
  ItemWriter writer(Form::keys_or_objects, "");
  EXPECT_EQ(caught_from([&] { writer.write(trace, Stored::yes); }).code, 70);
}

TEST(WriterDeathTest, NeverSendsAnObjectToATerminal) {
  Descriptor master(::posix_openpt(O_RDWR | O_NOCTTY));
  if (!master.is_open()) GTEST_SKIP() << "no pseudo-terminal here";
  ASSERT_EQ(::grantpt(master.get()) + ::unlockpt(master.get()), 0);
  const auto write_to_terminal = [&] {
    const Descriptor terminal(::open(::ptsname(master.get()), O_RDWR | O_NOCTTY));
    ::dup2(terminal.get(), STDOUT_FILENO);
    std::_Exit(run_tool("phasic-test", [] {
      ItemWriter(Form::keys_or_objects, "").write(graph, Stored::no);
      return ExitCode::done;
    }));
  };
  EXPECT_EXIT(write_to_terminal(), ::testing::ExitedWithCode(73),
              "^phasic-test: standard output: is a terminal, and the graph would go there as binary data; "
              "give -o FILE, or pipe it on\n$");
}

}  // namespace
}  // namespace phasic
