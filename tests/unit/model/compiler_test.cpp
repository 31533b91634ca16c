#include "model/compiler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "base/error.hpp"
#include "unit/model/directory.hpp"

namespace phasic {
namespace {

using test::Directory;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// A variable of the environment for the time being.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    ::setenv(name, value.c_str(), 1);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() {
    if (before_)
      ::setenv(name_, before_->c_str(), 1);
    else
      ::unsetenv(name_);
  }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

void write_program(const Directory& directory, const std::string& name, const std::string& script) {
  directory.write(name, "#!/bin/sh\n" + script + "\n");
  std::filesystem::permissions(directory.path(name), std::filesystem::perms::owner_all);
}

/// A directory for temporary files and one with a model; `compiler` is a script.
struct Site {
  explicit Site(const std::string& script) : temporary("TMPDIR", scratch.path("tmp")) {
    scratch.write("tmp/.keep", "");
    write_program(scratch, "compiler", script);
    scratch.write("model.cpp", "int answer() { return 42; }\n");
  }
  [[nodiscard]] Compiler compiler() const {
    return {{scratch.path("compiler")}, scratch.path("compiler"), 0, ""};
  }
  [[nodiscard]] Compiled compile(double seconds = 0) const {
    const CppSources sources = read_cpp_sources(scratch.path("model.cpp"));
    const Compiler chosen = compiler();
    return phasic::compile({sources, chosen, {}, Preset::fast, headers, seconds});
  }
  [[nodiscard]] std::string complaint(double seconds = 0) const {
    try {
      (void)compile(seconds);
    } catch (const Error& error) {
      std::string text = std::to_string(static_cast<int>(error.code())) + " " + error.what();
      for (const std::string& detail : error.complaint().details) text += "|" + detail;
      return text;
    }
    return "none";
  }
  [[nodiscard]] std::vector<std::string> left_behind() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(scratch.path("tmp"))) {
      if (entry.path().filename() != ".keep") names.push_back(entry.path().filename());
    }
    return names;
  }

  Directory scratch;
  Variable temporary;
  std::vector<EmbeddedHeader> headers{{"phasic/model.h", "#define ANSWER 42\n"}};
};

// A script's arguments end in: -o OUTPUT SOURCE.
const std::string to_output = R"(for last; do before=$output; output=$source; source=$last; done; )";

TEST(CompilerChoice, IsWhatCxxSaysWithItsOptionsApart) {
  const Directory directory;
  write_program(directory, "wrapper", "");
  write_program(directory, "mine", "");
  const Variable path("PATH", directory.path(""));
  const Variable cxx("CXX", " wrapper  mine -DSMALL -I include ");
  const CompilerChoice choice = choose_compiler();
  ASSERT_TRUE(choice.found);
  EXPECT_THAT(choice.found->command, ElementsAre(directory.path("") + "/wrapper", "mine"));
  EXPECT_EQ(choice.found->path, directory.path("") + "/mine");
  EXPECT_EQ(choice.found->size, 11U);
  EXPECT_THAT(choice.options, ElementsAre("-DSMALL", "-I", "include"));
}

TEST(CompilerChoice, KeepsTheOptionsWhereThereIsNoCompiler) {
  const Variable cxx("CXX", "/nowhere/g++ -DSMALL");
  const CompilerChoice choice = choose_compiler();
  EXPECT_FALSE(choice.found);
  EXPECT_EQ(choice.sought, "/nowhere/g++ (CXX)");
  EXPECT_THAT(choice.options, ElementsAre("-DSMALL"));
}

TEST(CompilerChoice, IsTheFirstOfTheUsualNames) {
  const Directory directory;
  const Variable path("PATH", directory.path(""));
  const Variable cxx("CXX", "  ");
  EXPECT_FALSE(choose_compiler().found);
  write_program(directory, "clang++", "");
  EXPECT_EQ(choose_compiler().found->path, directory.path("") + "/clang++");
  write_program(directory, "g++", "");
  EXPECT_EQ(choose_compiler().found->path, directory.path("") + "/g++");
  write_program(directory, "c++", "");
  EXPECT_EQ(choose_compiler().found->path, directory.path("") + "/c++");
}

TEST(Compiler, IsNamedShortlyByItsVersion) {
  const Compiler compiler{{}, "/usr/bin/g++", 0, ""};
  EXPECT_EQ(short_name(compiler, "g++ (Debian 12.2.0-14+deb12u1) 12.2.0"), "g++ 12.2.0");
  EXPECT_EQ(short_name(compiler, "Debian clang version 14.0.6"), "g++ 14.0.6");
  EXPECT_EQ(short_name(compiler, ""), "g++");
}

TEST(Preset, StandsForOptionsThatKeepTheDigits) {
  EXPECT_EQ(parse_preset("balanced"), Preset::balanced);
  EXPECT_FALSE(parse_preset("Max"));
  for (const Preset preset : {Preset::fast, Preset::balanced, Preset::max}) {
    EXPECT_EQ(parse_preset(name_of(preset)), preset);
    EXPECT_THAT(options_of(preset), ::testing::IsSupersetOf({"-std=c++20", "-ffp-contract=off", "-fPIC"}));
  }
  EXPECT_THAT(options_of(Preset::fast), ::testing::Contains("-O1"));
  EXPECT_THAT(options_of(Preset::balanced), ::testing::Contains("-O2"));
  EXPECT_THAT(options_of(Preset::max), ::testing::IsSupersetOf({"-O3", "-march=native"}));
  EXPECT_TRUE(is_for_this_processor(Preset::max, {}));
  EXPECT_FALSE(is_for_this_processor(Preset::balanced, {}));
  EXPECT_TRUE(is_for_this_processor(Preset::fast, std::vector<std::string>{"-mavx2"}));
}

TEST(Compile, MakesALibraryThatCanBeMadeAgainByteForByte) {
  const CompilerChoice choice = choose_compiler();
  if (!choice.found) GTEST_SKIP() << "no compiler";
  const Directory directory;
  const std::string model =
      "#include <phasic/model.h>\n#include \"part.hpp\"\n"
      "extern \"C\" __attribute__((visibility(\"default\"))) const char* place() { return __FILE__; }\n"
      "extern \"C\" __attribute__((visibility(\"default\"))) int answer() { return part() + ANSWER; }\n";
  const std::vector<EmbeddedHeader> headers{{"phasic/model.h", "#define ANSWER 42\n"}};
  std::vector<Buffer> libraries;
  for (const char* name : {"one/model.cpp", "two/longer_name.cc"}) {
    directory.write(name, model);
    directory.write(std::filesystem::path(name).parent_path() / "part.hpp",
                    "inline int part() { return 1; }\n");
    const CppSources sources = read_cpp_sources(directory.path(name));
    libraries.push_back(
        compile({sources, *choice.found, choice.options, Preset::balanced, headers, 0}).library);
  }
  EXPECT_TRUE(as_text(libraries[0])
                  .starts_with("\x7f"
                               "ELF"));
  EXPECT_THAT(std::string(as_text(libraries[0])), HasSubstr("answer"));
  EXPECT_TRUE(std::ranges::equal(libraries[0], libraries[1]));
  EXPECT_THAT(version_text(*choice.found), Not(IsEmpty()));
}

TEST(Compile, ShowsTheCompilersMessageWithTheUsersPathAndLine) {
  const CompilerChoice choice = choose_compiler();
  if (!choice.found) GTEST_SKIP() << "no compiler";
  Site site("");
  site.scratch.write("model.cpp", "int a;\nint b = nonsense;\n");
  const CppSources sources = read_cpp_sources(site.scratch.path("model.cpp"));
  try {
    (void)compile({sources, *choice.found, {}, Preset::fast, site.headers, 0});
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.complaint().what, HasSubstr("does not compile with"));
    EXPECT_THAT(error.complaint().details.at(0), HasSubstr(site.scratch.path("model.cpp") + ":2:9"));
    EXPECT_THAT(error.complaint().details.at(0), HasSubstr("nonsense"));
  }
  EXPECT_THAT(site.left_behind(), IsEmpty());
}

TEST(Compile, HandsOverHeadersAndADirectoryForTemporaryFiles) {
  Site site(to_output +
            "for i; do case $i in */phasic-*) [ -d $i ] && headers=$i;; esac; done; "
            "[ $TMPDIR = $headers ] && ls -ld $headers | grep -q '^drwx------' || exit 9; "
            "cat $headers/phasic/model.h >$output; echo a warning");
  const Compiled compiled = site.compile();
  EXPECT_EQ(as_text(compiled.library), "#define ANSWER 42\n");
  EXPECT_EQ(compiled.messages, "a warning\n");
  EXPECT_THAT(site.left_behind(), IsEmpty());
}

TEST(Compile, CutsALongMessage) {
  const Site site("yes 'too many errors' | head -n 100000; exit 1");
  const std::string text = site.complaint();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 101);
  EXPECT_TRUE(text.ends_with("too many errors\n... and more\n"));
}

TEST(Compile, SaysWhatWentWrong) {
  EXPECT_THAT(Site("exit 0").complaint(), HasSubstr("66 "));
  EXPECT_THAT(Site("exit 0").complaint(), HasSubstr("compiled nothing; set CXX to a C++ compiler"));
  EXPECT_THAT(Site("kill -11 $$").complaint(), HasSubstr("was killed by signal 11"));
  EXPECT_THAT(Site("sleep 1000").complaint(0.05), HasSubstr("69 "));
  EXPECT_THAT(Site("sleep 1000").complaint(0.05), HasSubstr("compiling took more than 0.05 s"));
  const Site site("exit 0");
  site.scratch.write("compiler", "no program");
  EXPECT_THAT(site.complaint(), HasSubstr("cannot be started"));
  EXPECT_THAT(site.left_behind(), IsEmpty());
}

TEST(Compile, KeepsNothingOfAFileThatChangedMeanwhile) {
  const Site site(to_output + "echo 'int b;' >>$source; echo library >$output");
  EXPECT_THAT(site.complaint(), HasSubstr("model.cpp: changed while it was compiled; run the command again"));
}

TEST(Compile, LeavesNothingBehindWhenASignalComes) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const Site site("touch $TMPDIR/half; kill -" + std::to_string(signal) + " $PPID; sleep 1000");
    const pid_t child = ::fork();
    if (child == 0) {
      std::signal(signal, SIG_DFL);
      (void)site.complaint();
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), signal);
    EXPECT_THAT(site.left_behind(), IsEmpty());
  }
}

}  // namespace
}  // namespace phasic
