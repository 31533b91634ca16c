#include "cli/theta.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "cli/theta_grid.hpp"
#include "support/scratch_directory.hpp"

namespace phasic {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Terms two{{"a", "b"}, {}};

std::vector<ThetaRow> rows_of(const std::string& content) {
  const testing_support::ScratchDirectory scratch;
  ThetaFile file(two, scratch.write("theta", content).string());
  std::vector<ThetaRow> rows;
  while (auto row = file.next()) rows.push_back(std::move(*row));
  return rows;
}

TEST(Theta, IsReadByPlaceAndByName) {
  EXPECT_THAT(parse_theta(two, "2,5").theta, ElementsAre(2, 5));
  EXPECT_THAT(parse_theta(two, " 2 , 5e-3 ").theta, ElementsAre(2, 0.005));
  EXPECT_THAT(parse_theta(two, "b=5,a=2").theta, ElementsAre(2, 5));
  EXPECT_TRUE(parse_theta(Terms{}, "").theta.empty());
}

TEST(Theta, RefusesWhatIsNoNumberAsAWrongCommandLineAndTheRestAsWrongForTheModel) {
  for (const char* text : {"2,x", "2,", "2,inf", "2,1e999", "0x10,1", "a=1,2"}) {
    EXPECT_THROW(parse_theta(two, text), UsageError) << text;
  }
  for (const char* text : {"", "2", "2,3,4", "a=1", "a=1,a=2", "a=1,c=2"}) {
    EXPECT_THROW(parse_theta(two, text), InputError) << text;
  }
}

TEST(ThetaFile, SeparatesFieldsByTabsCommasOrBlanks) {
  const auto rows = rows_of("1\t2\n3,4\n5  6\n\n  \n7, 8");
  ASSERT_EQ(rows.size(), 4U);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_THAT(rows[i].theta,
                ElementsAre(2.0 * static_cast<double>(i) + 1, 2.0 * static_cast<double>(i) + 2));
    EXPECT_EQ(rows[i].error, "");
  }
}

TEST(ThetaFile, TakesAHeaderInAnyOrder) {
  const auto rows = rows_of("b,a\n5,2\n");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_THAT(rows[0].theta, ElementsAre(2, 5));
}

TEST(ThetaFile, MarksBadRowsAndGoesOn) {
  const auto rows = rows_of("1,2\n1\n1,x\n1,2,3\n3,4\n");
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_THAT(rows[1].error, HasSubstr("has 1 value; this model has 2 parameters: a, b"));
  EXPECT_THAT(rows[1].where, HasSubstr(":2"));
  EXPECT_EQ(rows[2].error, "'x' is no number that doubles hold");
  EXPECT_TRUE(std::isnan(rows[2].theta[1]));
  EXPECT_THAT(rows[3].error, HasSubstr("has 3 values"));
  EXPECT_EQ(rows[4].error, "");
}

TEST(ThetaFile, TakesASecondHeaderForABadRow) {
  const auto rows = rows_of("a,b\nb,a\n1,2\n");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].error, "'b' is no number that doubles hold");
  EXPECT_THAT(rows[1].theta, ElementsAre(1, 2));
}

TEST(ThetaFile, RefusesWrongHeadersAndEmptyFiles) {
  EXPECT_THROW(rows_of("a,c\n1,2\n"), InputError);
  EXPECT_THROW(rows_of("a,a\n1,2\n"), InputError);
  EXPECT_THROW(rows_of("a\n1\n"), InputError);
  EXPECT_THROW(rows_of(""), MissingError);
  EXPECT_THROW(rows_of("\n\n"), MissingError);
  EXPECT_THROW(rows_of("a,b\n"), MissingError);
}

std::vector<std::vector<double>> points(const std::vector<std::string>& axes, const char* rest = "") {
  ThetaGrid grid(two, axes, rest);
  std::vector<std::vector<double>> result;
  while (auto row = grid.next()) result.push_back(std::move(row->theta));
  EXPECT_EQ(result.size(), grid.total());
  return result;
}

TEST(ThetaGrid, VariesTheLastAxisFastest) {
  EXPECT_THAT(points({"b=1:2:2", "a=5:7:3"}),
              ElementsAre(ElementsAre(5, 1), ElementsAre(6, 1), ElementsAre(7, 1), ElementsAre(5, 2),
                          ElementsAre(6, 2), ElementsAre(7, 2)));
}

TEST(ThetaGrid, ReachesBothEndsExactly) {
  const auto linear = points({"a=0.1:0.7:4", "b=3"});
  EXPECT_EQ(linear.front()[0], 0.1);
  EXPECT_EQ(linear.back()[0], 0.7);
  const auto logarithmic = points({"a=0.001:10:5:log"}, "b=3");
  EXPECT_EQ(logarithmic.back()[0], 10);
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_NEAR(logarithmic[i][0], std::pow(10, static_cast<double>(i) - 3), 1e-14 * logarithmic[i][0]);
  EXPECT_THAT(points({"a=4:9:1", "b=3"}), ElementsAre(ElementsAre(4, 3)));
}

TEST(ThetaGrid, RefusesWhatIsNoGrid) {
  for (const char* axis : {"a", "a=", "a=1:2", "a=1:2:0", "a=1:2:x", "a=1:2:3:lin", "a=0:2:3:log",
                           "a=-1:2:3:log", "a=1:2:3:log:4", "a=1:inf:3", "a=1:2:1000000000000"}) {
    EXPECT_THROW(points({axis, "b=1"}), UsageError) << axis;
  }
  EXPECT_THROW(points({"a=1", "a=2"}), InputError);
  EXPECT_THROW(points({"a=1", "c=2"}), InputError);
  EXPECT_THROW(points({"a=1"}), InputError);
  EXPECT_THROW(points({"a=1"}, "a=2,b=1"), InputError);
  EXPECT_THROW(points({"a=1"}, "5"), UsageError);
}

}  // namespace
}  // namespace phasic
