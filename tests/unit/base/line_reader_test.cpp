#include "base/line_reader.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "base/error.hpp"

namespace phasic {
namespace {

std::vector<std::string> lines_of(const std::string& content) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "phasic_line_reader_test";
  std::ofstream(path, std::ios::binary) << content;
  LineReader reader(path);
  std::vector<std::string> lines;
  while (const auto line = reader.next()) lines.emplace_back(*line);
  EXPECT_EQ(reader.line_number(), lines.size());
  std::filesystem::remove(path);
  return lines;
}

using Lines = std::vector<std::string>;

TEST(LineReader, TakesEitherLineEndAndAMissingLastOne) {
  EXPECT_EQ(lines_of("a\nb\r\n\nc"), (Lines{"a", "b", "", "c"}));
  EXPECT_EQ(lines_of("a\n"), (Lines{"a"}));
  EXPECT_EQ(lines_of(""), Lines{});
}

TEST(LineReader, DropsAByteOrderMarkBeforeTheFirstLineOnly) {
  EXPECT_EQ(lines_of("\xEF\xBB\xBF"
                     "a\n\xEF\xBB\xBF"
                     "b"),
            (Lines{"a",
                   "\xEF\xBB\xBF"
                   "b"}));
}

TEST(LineReader, JoinsLinesThatSpanItsBuffer) {
  const std::string longer(200'000, 'x');
  EXPECT_EQ(lines_of(longer + "\n" + longer), (Lines{longer, longer}));
}

TEST(LineReader, RefusesAFileThatIsNotThere) {
  EXPECT_THROW(LineReader("/nonexistent/file"), MissingError);
}

}  // namespace
}  // namespace phasic
