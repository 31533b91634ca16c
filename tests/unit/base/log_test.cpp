#include "base/log.hpp"

#include <gtest/gtest.h>

#include <array>

namespace phasic {
namespace {

/// What a log of `level` writes when it is told something at each level.
std::string written_at(LogLevel level) {
  std::FILE* sink = std::tmpfile();
  const Log log("phasic-test", level, sink);
  log.error("e");
  log.warning("w");
  log.info("i");
  log.debug("d");
  std::rewind(sink);
  std::array<char, 1000> text{};
  const std::size_t size = std::fread(text.data(), 1, text.size(), sink);
  std::fclose(sink);
  return {text.data(), size};
}

TEST(Log, WritesALineAMessageUpToItsLevel) {
  EXPECT_EQ(written_at(LogLevel::off), "");
  EXPECT_EQ(written_at(LogLevel::error), "[ERROR] phasic-test: e\n");
  EXPECT_EQ(written_at(LogLevel::warning), "[ERROR] phasic-test: e\n[WARNING] phasic-test: w\n");
  EXPECT_EQ(
      written_at(LogLevel::debug),
      "[ERROR] phasic-test: e\n[WARNING] phasic-test: w\n[INFO] phasic-test: i\n[DEBUG] phasic-test: d\n");
}

TEST(Log, ReadsTheNamesOfItsLevelsAndNoOthers) {
  EXPECT_EQ(parse_log_level("off"), LogLevel::off);
  EXPECT_EQ(parse_log_level("error"), LogLevel::error);
  EXPECT_EQ(parse_log_level("warning"), LogLevel::warning);
  EXPECT_EQ(parse_log_level("info"), LogLevel::info);
  EXPECT_EQ(parse_log_level("debug"), LogLevel::debug);
  for (const char* text : {"", "INFO", "warn", "infox", " info"})
    EXPECT_EQ(parse_log_level(text), std::nullopt) << text;
}

}  // namespace
}  // namespace phasic
