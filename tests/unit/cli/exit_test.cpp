#include "cli/exit.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "unit/cli/fixtures.hpp"

namespace phasic {
namespace {

using ::testing::ExitedWithCode;
using ::testing::KilledBySignal;

struct Outcome {
  int code;
  std::string errors;
};

Outcome outcome_of(const std::function<ExitCode()>& body) {
  testing::internal::CaptureStderr();
  const int code = run_tool("phasic-test", body);
  return {code, testing::internal::GetCapturedStderr()};
}

TEST(RunTool, HandsOnTheBodysExitCodeWithoutAWord) {
  const auto [code, errors] = outcome_of([] { return ExitCode::no; });
  EXPECT_EQ(code, 1);
  EXPECT_EQ(errors, "");
}

TEST(RunTool, PrintsWhereWhatAndRemedyOnOneLine) {
  const auto [code, errors] = outcome_of([]() -> ExitCode {
    throw InputError({"model.lua:3", "unknown name 'x'", "declare it", {}});
  });
  EXPECT_EQ(code, 65);
  EXPECT_EQ(errors, "phasic-test: model.lua:3: unknown name 'x'; declare it\n");
}

TEST(RunTool, IndentsEveryLineOfTheDetails) {
  const auto [code, errors] = outcome_of([]() -> ExitCode {
    throw MissingError({"", "no such key", "", {"one\ntwo\n", "three"}});
  });
  EXPECT_EQ(code, 66);
  EXPECT_EQ(errors, "phasic-test: no such key\n  one\n  two\n  three\n");
}

TEST(RunTool, KeepsAnErrorOnOneLineWhateverBytesAreInIt) {
  const auto [code, errors] = outcome_of([]() -> ExitCode {
    throw InputError({"a\nb\x1b[31m", "\xff", "", {}});
  });
  EXPECT_EQ(code, 65);
  EXPECT_EQ(errors, "phasic-test: a\\nb\\x1b[31m: \\xff\n");
}

TEST(RunTool, PointsToHelpWhereAUsageErrorHasNoRemedy) {
  const auto [code, errors] = outcome_of([]() -> ExitCode { throw UsageError({"", "no model", "", {}}); });
  EXPECT_EQ(code, 2);
  EXPECT_EQ(errors, "phasic-test: no model; try 'phasic-test --help'\n");
}

TEST(RunTool, CallsExhaustedMemoryALimit) {
  const auto [code, errors] = outcome_of([]() -> ExitCode { throw std::bad_alloc(); });
  EXPECT_EQ(code, 69);
  EXPECT_EQ(errors, "phasic-test: out of memory\n");
}

TEST(RunTool, CallsAnythingUnexpectedAnInternalError) {
  const auto [code, errors] = outcome_of([]() -> ExitCode { throw std::out_of_range("index 7"); });
  EXPECT_EQ(code, 70);
  EXPECT_EQ(errors, "phasic-test: internal error; please report it\n  index 7\n");
}

TEST(RunToolDeathTest, ReportsAFullDiskBehindStandardOutput) {
  const auto write_to_full_disk = [] {
    if (std::freopen("/dev/full", "w", stdout) == nullptr) std::abort();
    std::_Exit(run_tool("phasic-test", [] {
      print("a result");
      return ExitCode::done;
    }));
  };
  EXPECT_EXIT(write_to_full_disk(), ExitedWithCode(74),
              "^phasic-test: standard output: cannot write: No space left on device\n$");
}

TEST(RunToolDeathTest, DoesNotTakeTheNextFileOpenedForAClosedStandardOutput) {
  const testing_support::ScratchDirectory scratch;
  const auto file = scratch.write("precious", "");
  const auto print_without_output = [&] {
    ::close(STDOUT_FILENO);
    std::_Exit(run_tool("phasic-test", [&] {
      const Descriptor opened(::open(file.c_str(), O_WRONLY));
      print("a result");
      flush_output();
      return ExitCode::done;
    }));
  };
  EXPECT_EXIT(print_without_output(), ExitedWithCode(74),
              "standard output: cannot write: Bad file descriptor");
  EXPECT_EQ(read_text_file(file, 100), "");
}

struct SaysThatItWasDestroyed {
  ~SaysThatItWasDestroyed() { std::fputs("unwound", stderr); }
};

TEST(RunToolDeathTest, DiesOfABrokenPipeQuietlyButOnlyAfterUnwinding) {
  const auto write_to_nobody = [] {
    int ends[2];
    if (::pipe(ends) != 0) std::abort();
    ::close(ends[0]);
    ::dup2(ends[1], STDOUT_FILENO);
    std::_Exit(run_tool("phasic-test", [] {
      const SaysThatItWasDestroyed guard;
      print("a result");
      flush_output();
      return ExitCode::done;
    }));
  };
  EXPECT_EXIT(write_to_nobody(), KilledBySignal(SIGPIPE), "^unwound$");
}

TEST(Printable, KeepsValidUtf8AndEscapesTheRest) {
  EXPECT_EQ(printable("7d8de784… ä"), "7d8de784… ä");
  EXPECT_EQ(printable("tab\tcr\rbell\a"), "tab\\tcr\\rbell\\x07");
  EXPECT_EQ(printable("cut \xe2\x80"), "cut \\xe2\\x80");
  EXPECT_EQ(printable("overlong \xc0\xaf"), "overlong \\xc0\\xaf");
}

}  // namespace
}  // namespace phasic
