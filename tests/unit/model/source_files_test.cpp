#include "model/source_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/model/directory.hpp"
#include "unit/model/models.hpp"

namespace phasic::test {
namespace {

TEST(SourceFiles, APathStartsAtTheIncludingFilesDirectory) {
  const Directory directory;
  directory.write("lib/a.lua", "a");
  directory.write("b.lua", "b");
  SourceFiles files(directory.path("m.lua"), "m");
  EXPECT_EQ(files.find_or_read(0, "lib/a.lua"), 1U);
  EXPECT_EQ(files.find_or_read(1, "../b.lua"), 2U);
  EXPECT_EQ(files[2].text, "b");
  EXPECT_EQ(files[2].name, "b.lua");
  EXPECT_EQ(files.text_of({1, 7}), directory.path("lib/a.lua") + ":7");
  EXPECT_EQ(files.text_of({0, 0}), directory.path("m.lua"));
}

TEST(SourceFiles, AFileIsReadOnceUnderWhateverName) {
  const Directory directory;
  directory.write("lib/a.lua", "a");
  std::filesystem::create_symlink("lib", directory.path("link"));
  SourceFiles files(directory.path("m.lua"), "m");
  const std::size_t number = files.find_or_read(0, "lib/a.lua");
  directory.write("lib/a.lua", "changed");
  EXPECT_EQ(files.find_or_read(0, "lib/a.lua"), number);
  EXPECT_EQ(files.find_or_read(0, "./lib/../lib/a.lua"), number);
  EXPECT_EQ(files.find_or_read(0, "link/a.lua"), number);
  EXPECT_EQ(files[number].text, "a");
}

TEST(SourceFiles, OnlyRelativePathsOfRegularFilesAreTaken) {
  const Directory directory;
  directory.write("lib/a.lua", "a");
  SourceFiles files(directory.path("m.lua"), "m");
  EXPECT_THROW(files.find_or_read(0, directory.path("lib/a.lua")), InputError);
  EXPECT_THROW(files.find_or_read(0, ""), InputError);
  EXPECT_THROW(files.find_or_read(0, "lib"), InputError);
  EXPECT_THROW(files.find_or_read(0, "c.lua"), MissingError);
}

}  // namespace
}  // namespace phasic::test
