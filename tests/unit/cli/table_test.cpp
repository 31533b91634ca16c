#include "cli/table.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/number_text.hpp"

namespace phasic {
namespace {

TEST(NumberCell, ReadsBackToTheSameDouble) {
  for (const double number : {1.300798319675968, 0.1, 5e-324, 1.7976931348623157e308, -0.0, 1e22, 1.0 / 3}) {
    const Cell cell = number_cell(number);
    EXPECT_EQ(parse_double(cell.text), number) << cell.text;
    EXPECT_EQ(nlohmann::json::parse(cell.json).get<double>(), number) << cell.json;
  }
}

TEST(NumberCell, IsNullInJsonWhereThereIsNoNumber) {
  EXPECT_EQ(number_cell(HUGE_VAL).text, "inf");
  EXPECT_EQ(number_cell(-HUGE_VAL).text, "-inf");
  EXPECT_EQ(number_cell(std::numeric_limits<double>::quiet_NaN()).text, "nan");
  EXPECT_EQ(number_cell(HUGE_VAL).json, "null");
  EXPECT_EQ(number_cell(std::numeric_limits<double>::quiet_NaN()).json, "null");
}

TEST(JsonText, EscapesWhatJsonWantsEscaped) {
  EXPECT_EQ(json_text("a\"b\\c\n\x01"), R"("a\"b\\c\n\u0001")");
  EXPECT_EQ(json_text("ä…"), "\"ä…\"");
}

TEST(JsonText, ReplacesInvalidUtf8) {
  EXPECT_EQ(json_text("a\xff"), "\"a\xEF\xBF\xBD\"");
}

TEST(JsonNumbers, AreAListInTheShortestText) {
  EXPECT_EQ(json_numbers(std::vector<double>{2, 0.5}), "[2,0.5]");
  EXPECT_EQ(json_numbers({}), "[]");
}

TEST(Aligned, SetsNumbersToTheRightAndTextToTheLeft) {
  EXPECT_EQ(aligned({{"name", "value", "note"}, {"mean", "1.25", "ok"}, {"variance", "110", ""}}),
            "name      value  note\n"
            "mean       1.25  ok\n"
            "variance    110\n");
}

TEST(Aligned, CountsLettersNotBytes) {
  EXPECT_EQ(aligned({{"k", "n"}, {"7d8d…", "1"}, {"7d8de", "2"}}),
            "k      n\n"
            "7d8d…  1\n"
            "7d8de  2\n");
}

TEST(Aligned, OfNoRowsIsEmpty) {
  EXPECT_EQ(aligned({}), "");
}

TEST(TsvLine, KeepsColumnsColumns) {
  const std::vector<std::string> fields{"a\tb", "", "c\nd"};
  EXPECT_EQ(tsv_line(fields), "a b\t\tc d\n");
}

TEST(JsonLine, IsOneObjectInTheOrderGiven) {
  const std::vector<std::string> names{"b", "a", "c", "d"};
  const std::vector<Cell> cells{number_cell(1.5), text_cell("x\"y"), number_cell(HUGE_VAL), empty_cell()};
  const std::string line = json_line(names, cells);
  EXPECT_EQ(line, R"({"b":1.5,"a":"x\"y","c":null,"d":null})"
                  "\n");
  EXPECT_TRUE(nlohmann::json::accept(line));
}

}  // namespace
}  // namespace phasic
