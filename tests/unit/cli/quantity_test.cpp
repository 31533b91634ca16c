#include "cli/quantity.hpp"

#include <gtest/gtest.h>

namespace phasic {
namespace {

TEST(ParseSize, TakesPowersOf1024) {
  EXPECT_EQ(parse_size("0"), 0U);
  EXPECT_EQ(parse_size("1"), 1U);
  EXPECT_EQ(parse_size("2K"), 2048U);
  EXPECT_EQ(parse_size("2KB"), 2048U);
  EXPECT_EQ(parse_size("2KiB"), 2048U);
  EXPECT_EQ(parse_size("100MB"), 104'857'600U);
  EXPECT_EQ(parse_size("5GiB"), 5'368'709'120U);
  EXPECT_EQ(parse_size("1.5G"), 1'610'612'736U);
  EXPECT_EQ(parse_size("2TiB"), 2'199'023'255'552U);
  EXPECT_EQ(parse_size("0.0001K"), 1U);
}

TEST(ParseSize, RefusesEverythingElse) {
  for (const char* text :
       {"", "G", "1X", "1 GB", "-1", "+1", "1e3", "nan", "inf", "1.2.3", "1gb", "99999999TiB"}) {
    EXPECT_FALSE(parse_size(text)) << text;
  }
}

TEST(ParseSpan, TakesDaysUnlessAUnitSaysOtherwise) {
  constexpr std::int64_t second = 1'000'000'000;
  EXPECT_EQ(parse_span("30"), 30 * 86'400 * second);
  EXPECT_EQ(parse_span("1.5"), 129'600 * second);
  EXPECT_EQ(parse_span("2d"), 172'800 * second);
  EXPECT_EQ(parse_span("12h"), 43'200 * second);
  EXPECT_EQ(parse_span("4w"), 2'419'200 * second);
  EXPECT_EQ(parse_span("90m"), 5'400 * second);
  EXPECT_EQ(parse_span("10s"), 10 * second);
  EXPECT_EQ(parse_span("0"), 0);
}

TEST(ParseSpan, RefusesEverythingElse) {
  for (const char* text : {"", "h", "soon", "-1", "1y", "1 h", "1e9", "999999999999"}) {
    EXPECT_FALSE(parse_span(text)) << text;
  }
}

TEST(Texts, AreAsTheManualShowsThem) {
  EXPECT_EQ(megabytes_text(36'175'872), "34.5 MB");
  EXPECT_EQ(megabytes_text(0), "0.0 MB");
  EXPECT_EQ(count_text(1, "entry", "entries"), "1 entry");
  EXPECT_EQ(count_text(0, "entry", "entries"), "0 entries");
  // 2026-11-24T11:15:03Z, by date(1).
  EXPECT_EQ(time_text(1'795'518'903'000'000'000), "2026-11-24T11:15:03Z");
  EXPECT_EQ(time_text(0), "1970-01-01T00:00:00Z");
}

}  // namespace
}  // namespace phasic
