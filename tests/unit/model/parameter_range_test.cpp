#include "model/parameter_range.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/number_text.hpp"

namespace phasic {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> values(const std::string& text, const ParameterValue& pattern) {
  std::vector<std::string> result;
  const Assignment assignment{"n", text};
  for (std::size_t i = 0; i < count_values(assignment, pattern); ++i) {
    result.push_back(value_text(read_value({"n", text, i}, pattern)));
  }
  return result;
}

const ParameterValue integer = std::int64_t{6};
const ParameterValue a_number = 0.5;

TEST(ParameterRange, OfIntegersIncludesItsLastValueWhereAStepMeetsIt) {
  EXPECT_THAT(values("4:10:2", integer), ElementsAre("4", "6", "8", "10"));
  EXPECT_THAT(values("4:9:2", integer), ElementsAre("4", "6", "8"));
  EXPECT_THAT(values("-1:1", integer), ElementsAre("-1", "0", "1"));
  EXPECT_THAT(values("3:1:-1", integer), ElementsAre("3", "2", "1"));
  EXPECT_THAT(values("5:5", integer), ElementsAre("5"));
  EXPECT_THAT(values("7", integer), ElementsAre("7"));
  EXPECT_THAT(values("9223372036854775800:9223372036854775807:7", integer),
              ElementsAre("9223372036854775800", "9223372036854775807"));
}

// A sum of ten tenths is not 1; each value is what the command line would say alone.
TEST(ParameterRange, OfDecimalsHasTheValuesThatOneWouldWrite) {
  const auto tenths = values("0.1:1:0.1", a_number);
  ASSERT_EQ(tenths.size(), 10U);
  EXPECT_EQ(tenths[2], "0.3");
  EXPECT_EQ(tenths[9], "1.0");
  for (const std::string& text : tenths) {
    EXPECT_EQ(read_value({"n", text}, a_number), ParameterValue(parse_double(text).value()));
  }
  EXPECT_THAT(values("1:3", a_number), ElementsAre("1.0", "2.0", "3.0"));
  EXPECT_THAT(values("1e-3:2e-3:5e-4", a_number), ElementsAre("0.001", "0.0015", "0.002"));
  EXPECT_THAT(values("1:0:-0.5", a_number), ElementsAre("1.0", "0.5", "0.0"));
}

TEST(ParameterRange, AStringMayContainColons) {
  EXPECT_EQ(read_value({"s", "4:10:2"}, std::string("a")), ParameterValue(std::string("4:10:2")));
  EXPECT_EQ(count_values({"s", "4:10:2"}, std::string("a")), 1U);
}

TEST(ParameterRange, ThatGoesNowhereIsRefused) {
  const auto complaint = [](const std::string& text, const ParameterValue& pattern) -> std::string {
    try {
      values(text, pattern);
    } catch (const InputError& error) {
      return error.what();
    }
    return "no complaint";
  };
  EXPECT_EQ(complaint("4:10:0", integer),
            "-p n=4:10:0: a range with a step of 0; write first:last:step, such as 4:10:2");
  EXPECT_THAT(complaint("10:4", integer), HasSubstr("-p n=10:4: the step leads away from the last value"));
  EXPECT_THAT(complaint("4:10:-2", integer), HasSubstr("the step leads away"));
  EXPECT_THAT(complaint("0:1000000", integer), HasSubstr("more than 1000000 values"));
  EXPECT_THAT(complaint("-9223372036854775808:9223372036854775807", integer),
              HasSubstr("more than 1000000 values"));
  EXPECT_THAT(complaint("0.1:0.2:1e-20", a_number), HasSubstr("too many digits"));
  EXPECT_THAT(complaint("0:1e300", a_number), HasSubstr("too many digits"));
  for (const char* text : {"4:", ":4", "4:5:6:7", "4:x", "4:10:2.5"}) {
    EXPECT_THAT(complaint(text, integer), HasSubstr("n is declared as an integer")) << text;
  }
}

}  // namespace
}  // namespace phasic
