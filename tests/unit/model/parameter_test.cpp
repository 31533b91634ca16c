#include "model/parameter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/core.h>

#include "base/error.hpp"

namespace phasic {
namespace {

using ::testing::HasSubstr;

std::string complaint(const std::string& text, const ParameterValue& pattern) {
  try {
    read_value({"n", text}, pattern);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no complaint";
}

TEST(Assignment, IsSplitAtTheFirstEqualsSign) {
  const Assignment assignment = parse_assignment("name=a=b");
  EXPECT_EQ(assignment.name, "name");
  EXPECT_EQ(assignment.text, "a=b");
  EXPECT_EQ(parse_assignment("name=").text, "");
  EXPECT_THROW(parse_assignment("name"), UsageError);
  EXPECT_THROW(parse_assignment("=5"), UsageError);
}

TEST(ParameterValue, IsReadAsTheTypeOfTheDefault) {
  EXPECT_EQ(read_value({"n", "8"}, std::int64_t{6}), ParameterValue(std::int64_t{8}));
  EXPECT_EQ(read_value({"n", "010"}, std::int64_t{6}), ParameterValue(std::int64_t{10}));
  EXPECT_EQ(read_value({"n", "-3"}, std::int64_t{6}), ParameterValue(std::int64_t{-3}));
  EXPECT_EQ(read_value({"x", "2"}, 0.5), ParameterValue(2.0));
  EXPECT_EQ(read_value({"x", "1e-3"}, 0.5), ParameterValue(0.001));
  EXPECT_EQ(read_value({"b", "false"}, true), ParameterValue(false));
  EXPECT_EQ(read_value({"s", ""}, std::string("a")), ParameterValue(std::string()));
}

TEST(ParameterValue, OfAnotherTypeIsRefused) {
  EXPECT_THAT(complaint("6.5", std::int64_t{6}),
              HasSubstr("-p n=6.5: n is declared as an integer; give an integer"));
  for (const char* text : {"", "six", "6 ", "0x6"}) {
    EXPECT_THAT(complaint(text, std::int64_t{6}), HasSubstr("declared as an integer")) << text;
  }
  for (const char* text : {"", "nan", "inf", "1,5"}) {
    EXPECT_THAT(complaint(text, 0.5), HasSubstr("declared as a number")) << text;
  }
  for (const char* text : {"", "1", "yes", "True"}) {
    EXPECT_THAT(complaint(text, true), HasSubstr("declared as a boolean; give -p n=true or -p n=false"))
        << text;
  }
}

TEST(ParameterValue, OutOfRangeSaysWhatTheRangeIs) {
  for (const char* text : {"99999999999999999999", "+9223372036854775808", "-9223372036854775809"}) {
    EXPECT_THAT(complaint(text, std::int64_t{6}),
                HasSubstr(fmt::format("-p n={}: the number is out of range; integers run from "
                                      "-9223372036854775808 to 9223372036854775807",
                                      text)));
  }
  for (const char* text : {"1e400", "1e-400", "-1e400"}) {
    EXPECT_THAT(complaint(text, 0.5),
                HasSubstr("the number is out of range; numbers other than 0 are between"));
  }
}

TEST(ParameterValue, ShowsItsType) {
  EXPECT_EQ(value_text(std::int64_t{6}), "6");
  EXPECT_EQ(value_text(6.0), "6.0");
  EXPECT_EQ(value_text(1e300), "1e+300");
  EXPECT_EQ(value_text(true), "true");
  EXPECT_EQ(value_text(std::string("a \"b\"\n\\")), R"("a \"b\"\x0a\\")");
}

TEST(Assignments, TheLastOfANameWins) {
  const std::vector<Assignment> given{{"n", "1"}, {"m", "2"}, {"n", "3"}};
  ASSERT_NE(find_assignment(given, "n"), nullptr);
  EXPECT_EQ(find_assignment(given, "n")->text, "3");
  EXPECT_EQ(find_assignment(given, "k"), nullptr);
}

TEST(Assignments, ToANameThatIsNotDeclaredListWhatIs) {
  const std::vector<Parameter> declared{{"size", std::int64_t{6}, "sample size"}, {"flag", true, ""}};
  const std::vector<Assignment> good{{"size", "8"}};
  const std::vector<Assignment> wrong{{"sise", "8"}};
  EXPECT_NO_THROW(require_declared(good, declared, "m.lua"));
  try {
    require_declared(wrong, declared, "m.lua");
    FAIL() << "not refused";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("-p sise=8: m.lua declares no parameter 'sise'; did you mean size?"));
    EXPECT_THAT(error.complaint().details,
                ::testing::ElementsAre("size = 6 (integer): sample size", "flag = true (boolean)"));
  }
  EXPECT_THROW(require_declared(good, {}, "m.lua"), InputError);
}

}  // namespace
}  // namespace phasic
