#include "model/cpp_sources.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "unit/model/directory.hpp"

namespace phasic {
namespace {

using test::Directory;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> names(const CppSources& sources) {
  std::vector<std::string> found;
  for (const RequestPart& part : parts_of(sources)) found.push_back(part.name);
  return found;
}

std::string complaint(const std::string& path) {
  try {
    read_cpp_sources(path);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

TEST(CppSources, AreTheModelAndAllThatItIncludesWithQuotes) {
  const Directory directory;
  directory.write("model.cpp", "#include \"sub/a.hpp\"\n#include <phasic/model.hpp>\n");
  directory.write("sub/a.hpp", "#include \"b.hpp\"\n#include \"../c.hpp\"\n");
  directory.write("sub/b.hpp", "int b;");
  directory.write("c.hpp", "int c;");
  const CppSources sources = read_cpp_sources(directory.path("model.cpp"));
  EXPECT_THAT(names(sources), ElementsAre("code", "include sub/a.hpp", "include sub/b.hpp", "include c.hpp"));
  EXPECT_THAT(sources.absent, IsEmpty());
}

TEST(CppSources, EndWhereFilesIncludeEachOther) {
  const Directory directory;
  directory.write("d/model.cpp", "#include \"a.hpp\"\n#include \"../d/a.hpp\"\n");
  directory.write("d/a.hpp", "#pragma once\n#include \"../d/b.hpp\"\n");
  directory.write("d/b.hpp", "#include \"../d/a.hpp\"\n#include \"model.cpp\"\n");
  EXPECT_THAT(names(read_cpp_sources(directory.path("d/model.cpp"))),
              ElementsAre("code", "include a.hpp", "include ../d/b.hpp"));
}

TEST(CppSources, AreKnownByWhatTheySayNotByWhereTheyLie) {
  const Directory directory;
  for (const std::string place : {"one/model.cpp", "two/other.cc"}) {
    directory.write(
        place, place[0] == 'o' ? "#include \"a.hpp\"\nint x;" : "#include \"a.hpp\" // the same\nint x;");
  }
  directory.write("one/a.hpp", "int a = 1;");
  directory.write("two/a.hpp", "int a  =  1;");
  const auto one = parts_of(read_cpp_sources(directory.path("one/model.cpp")));
  EXPECT_EQ(one, parts_of(read_cpp_sources(directory.path("two/other.cc"))));
  directory.write("two/a.hpp", "int a = 2;");
  EXPECT_NE(one, parts_of(read_cpp_sources(directory.path("two/other.cc"))));
}

TEST(CppSources, AreKnownByNameTooWhereTheySeeIt) {
  const Directory directory;
  for (const char* name : {"one.cpp", "two.cpp"}) directory.write(name, "auto where = __FILE__;");
  EXPECT_NE(parts_of(read_cpp_sources(directory.path("one.cpp"))),
            parts_of(read_cpp_sources(directory.path("two.cpp"))));
}

TEST(CppSources, CountBlanksInAllFilesWhereAMacroOfOneMakesText) {
  const Directory directory;
  directory.write("text.hpp", "#define TEXT(x) #x\n");
  directory.write("model.cpp", "#include \"text.hpp\"\nauto a = TEXT(a+b);");
  const auto before = parts_of(read_cpp_sources(directory.path("model.cpp")));
  directory.write("model.cpp", "#include \"text.hpp\"\nauto a = TEXT(a + b);");
  EXPECT_NE(before, parts_of(read_cpp_sources(directory.path("model.cpp"))));
}

TEST(CppSources, NameWhatIsNotBesideThem) {
  const Directory directory;
  directory.write("model.cpp", "\n#include \"gone.hpp\"\n");
  const CppSources sources = read_cpp_sources(directory.path("model.cpp"));
  EXPECT_THAT(sources.absent, ElementsAre(directory.path("model.cpp") + ":2: \"gone.hpp\""));
  EXPECT_THAT(first_changed_file(sources), IsEmpty());
  directory.write("gone.hpp", "int a;");
  EXPECT_EQ(first_changed_file(sources), directory.path("gone.hpp"));
}

TEST(CppSources, NoticeWhenAFileChangesUnderTheCompiler) {
  const Directory directory;
  directory.write("model.cpp", "#include \"a.hpp\"\n");
  directory.write("a.hpp", "int a = 1;");
  const CppSources sources = read_cpp_sources(directory.path("model.cpp"));
  EXPECT_THAT(first_changed_file(sources), IsEmpty());
  directory.write("a.hpp", "int a = 12;");
  EXPECT_EQ(first_changed_file(sources), directory.path("a.hpp"));
}

TEST(CppSources, ComplainWithFileAndLine) {
  const Directory directory;
  directory.write("model.cpp", "#include \"a.hpp\"\n");
  directory.write("a.hpp", "\nauto day = __TIME__;");
  EXPECT_THAT(complaint(directory.path("model.cpp")), HasSubstr("a.hpp:2: __TIME__"));
  EXPECT_THAT(complaint(directory.path("gone.cpp")), HasSubstr("cannot open"));
  std::filesystem::create_directory(directory.path("directory.cpp"));
  EXPECT_THAT(complaint(directory.path("directory.cpp")), HasSubstr("is no regular file"));
}

TEST(CppSources, DoNotFollowFilesWithoutEnd) {
  const Directory directory;
  std::string all;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = fmt::format("f{}", i);
    directory.write(name, "");
    all += fmt::format("#include \"{}\"\n", name);
  }
  directory.write("model.cpp", all);
  EXPECT_THROW(read_cpp_sources(directory.path("model.cpp")), LimitError);
}

}  // namespace
}  // namespace phasic
