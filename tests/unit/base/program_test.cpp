#include "base/program.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>

#include "unit/base/scratch.hpp"

namespace phasic {
namespace {

using testing_support::file_text;
using testing_support::ScratchDirectory;
using testing_support::write_text;
using End = ProgramOutcome::End;

Program shell(const std::string& script) {
  Program program;
  program.arguments = {"/bin/sh", "-c", script};
  return program;
}

ProgramOutcome run(const Program& program) {
  const HeldSignals held;
  return run_program(program, held);
}

TEST(Program, CatchesBothOutputsAndTheExitCode) {
  const ProgramOutcome outcome = run(shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(outcome.end, End::exited);
  EXPECT_EQ(outcome.status, 3);
  EXPECT_EQ(outcome.output, "out\nerr\n");
  EXPECT_FALSE(outcome.succeeded());
  EXPECT_TRUE(run(shell("true")).succeeded());
}

TEST(Program, TakesArgumentsAsTheyAreAndReadsNothing) {
  Program program = shell(R"(printf '<%s>' "$@"; cat)");
  program.arguments.insert(program.arguments.end(), {"name", "a b", "$HOME", "*"});
  EXPECT_EQ(run(program).output, "<a b><$HOME><*>");
}

TEST(Program, SetsVariablesOnTopOfOurs) {
  ::setenv("PHASIC_TEST_A", "before", 1);
  ::setenv("PHASIC_TEST_AB", "kept", 1);
  Program program = shell("echo $PHASIC_TEST_A $PHASIC_TEST_AB $PHASIC_TEST_C");
  program.environment = {{"PHASIC_TEST_A", "after"}, {"PHASIC_TEST_C", "new"}};
  EXPECT_EQ(run(program).output, "after kept new\n");
  ::unsetenv("PHASIC_TEST_A");
  ::unsetenv("PHASIC_TEST_AB");
}

TEST(Program, KeepsTheBeginningOfALongOutputAndWaitsForTheEnd) {
  Program program = shell("yes | head -c 1000000; exit 5");
  program.output_limit = 10;
  const ProgramOutcome outcome = run(program);
  EXPECT_EQ(outcome.output, "y\ny\ny\ny\ny\n");
  EXPECT_TRUE(outcome.output_is_cut);
  EXPECT_EQ(outcome.status, 5);
}

TEST(Program, SaysWhatKilledIt) {
  const ProgramOutcome outcome = run(shell("kill -9 $$"));
  EXPECT_EQ(outcome.end, End::killed);
  EXPECT_EQ(outcome.status, SIGKILL);
}

TEST(Program, SaysWhyItWasNotStarted) {
  Program program;
  program.arguments = {"/nowhere/at/all"};
  const ProgramOutcome outcome = run(program);
  EXPECT_EQ(outcome.end, End::not_started);
  EXPECT_EQ(outcome.status, ENOENT);
}

TEST(Program, IsKilledWithItsChildrenWhenItsTimeIsUp) {
  Program program = shell("sleep 1000 & sleep 1000; echo never");
  program.seconds = 0.05;
  const ProgramOutcome outcome = run(program);
  EXPECT_EQ(outcome.end, End::timed_out);
  EXPECT_EQ(outcome.output, "");
}

TEST(Program, HasItsEndNoticedWhereChildrenAreIgnored) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGCHLD, SIG_IGN);
    ::_exit(run(shell("exit 7")).status);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

TEST(Program, DiesBeforeUsOfASignalThatEndsUs) {
  const ScratchDirectory scratch;
  const std::string pid_file = scratch / "pid";
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGTERM, SIG_DFL);
    const HeldSignals held;
    // Once it runs it ends its parent; it goes on for ever unless it is killed.
    const ProgramOutcome outcome =
        run_program(shell("echo $$ >" + pid_file + "; kill -TERM $PPID; exec sleep 1000"), held);
    write_text(scratch / "outcome", outcome.end == End::interrupted ? "interrupted" : "other");
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(file_text(scratch / "outcome"), "interrupted");
  const pid_t program = std::stoi(file_text(pid_file));
  EXPECT_EQ(::kill(program, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST(FindProgram, TakesTheFirstOnPathThatMayBeExecuted) {
  const ScratchDirectory scratch;
  for (const char* name : {"empty", "plain", "good", "later"}) {
    std::filesystem::create_directory(scratch / name);
  }
  for (const char* name : {"plain", "good", "later"}) {
    write_text(scratch / name / "tool", "#!/bin/sh\n");
    if (std::string_view(name) != "plain") {
      std::filesystem::permissions(scratch / name / "tool", std::filesystem::perms::owner_all);
    }
  }
  std::filesystem::create_directory(scratch / "empty" / "tool");
  const std::string before = std::getenv("PATH");
  const std::string root = scratch.path().string();
  ::setenv("PATH", (root + "/empty:" + root + "/plain:" + root + "/good:" + root + "/later").c_str(), 1);
  EXPECT_EQ(find_program("tool"), root + "/good/tool");
  EXPECT_EQ(find_program("other"), "");
  EXPECT_EQ(find_program(""), "");
  EXPECT_EQ(find_program(root + "/later/tool"), root + "/later/tool");
  EXPECT_EQ(find_program(root + "/plain/tool"), "");
  ::setenv("PATH", before.c_str(), 1);
}

}  // namespace
}  // namespace phasic
