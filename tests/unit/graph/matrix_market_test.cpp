#include "graph/matrix_market.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace phasic {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string banner(const std::string& kind) {
  return "%%MatrixMarket matrix " + kind + "\n";
}

std::vector<std::vector<double>> dense(std::string_view text) {
  const MarketMatrix matrix = read_matrix_market(text, "m.mtx");
  std::vector<std::vector<double>> result(matrix.rows, std::vector<double>(matrix.columns, 0.0));
  for (const auto& entry : matrix.entries) result[entry.row][entry.column] = entry.value;
  return result;
}

std::string complaint_of(std::string_view text) {
  try {
    dense(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "taken";
}

TEST(MatrixMarket, ReadsCoordinates) {
  EXPECT_THAT(
      dense(banner("coordinate real general") + "% made by hand\n\n2 3 3\n2 1 -1.5e0\n 1 3 2 \n1\t1\t7"),
      ElementsAre(ElementsAre(7, 0, 2), ElementsAre(-1.5, 0, 0)));
  EXPECT_THAT(dense(banner("coordinate integer general") + "1 1 1\r\n1 1 4\r\n"),
              ElementsAre(ElementsAre(4)));
  EXPECT_THAT(dense(banner("coordinate pattern general") + "2 2 1\n1 2\n"),
              ElementsAre(ElementsAre(0, 1), ElementsAre(0, 0)));
}

TEST(MatrixMarket, ReadsArraysColumnByColumn) {
  EXPECT_THAT(dense(banner("array real general") + "2 3\n1\n2\n3\n4\n5\n6\n"),
              ElementsAre(ElementsAre(1, 3, 5), ElementsAre(2, 4, 6)));
  EXPECT_THAT(dense(banner("array real general") + "2 2\n1 2\n3 4\n"),
              ElementsAre(ElementsAre(1, 3), ElementsAre(2, 4)));
}

TEST(MatrixMarket, WritesSymmetricMatricesOut) {
  EXPECT_THAT(dense(banner("coordinate real symmetric") + "2 2 2\n1 1 5\n2 1 3\n"),
              ElementsAre(ElementsAre(5, 3), ElementsAre(3, 0)));
  EXPECT_THAT(dense(banner("array real symmetric") + "3 3\n1\n2\n3\n4\n5\n6\n"),
              ElementsAre(ElementsAre(1, 2, 3), ElementsAre(2, 4, 5), ElementsAre(3, 5, 6)));
}

TEST(MatrixMarket, TakesAnyCaseInItsBanner) {
  EXPECT_THAT(dense("%%matrixmarket MATRIX Coordinate Real General\n1 1 1\n1 1 2\n"),
              ElementsAre(ElementsAre(2)));
}

TEST(MatrixMarket, AllocatesNothingForWhatIsClaimed) {
  const MarketMatrix vector =
      read_matrix_market(banner("coordinate real general") + "4000000000 1 1\n7 1 1\n", "m.mtx");
  EXPECT_EQ(vector.rows, 4'000'000'000U);
  EXPECT_EQ(vector.entries.size(), 1U);
}

TEST(MatrixMarket, SaysWhereAndWhatIsWrong) {
  const std::string real = banner("coordinate real general");
  EXPECT_THAT(complaint_of(""), HasSubstr("m.mtx: is empty"));
  EXPECT_THAT(complaint_of("1 1 1\n"), HasSubstr("m.mtx:1: this is no Matrix Market file"));
  EXPECT_THAT(complaint_of("%%MatrixMarket\n"), HasSubstr("m.mtx:1: this is no Matrix Market file"));
  EXPECT_THAT(complaint_of("%%MatrixMarket vector coordinate real general\n"),
              HasSubstr("m.mtx:1: 'vector coordinate' is not read"));
  EXPECT_THAT(complaint_of(banner("coordinate complex general")),
              HasSubstr("m.mtx:1: entries of the kind 'complex' are not read"));
  EXPECT_THAT(complaint_of(banner("array pattern general")),
              HasSubstr("m.mtx:1: entries of the kind 'pattern' are not read"));
  EXPECT_THAT(complaint_of(banner("coordinate real skew-symmetric")),
              HasSubstr("m.mtx:1: the symmetry 'skew-symmetric' is not read"));
  EXPECT_THAT(complaint_of(real), HasSubstr("m.mtx:1: there is no line of sizes"));
  EXPECT_THAT(complaint_of(real + "2 2\n"), HasSubstr("m.mtx:2: 2 numbers where the sizes must be"));
  EXPECT_THAT(complaint_of(real + "2 -2 1\n"), HasSubstr("m.mtx:2: '-2' is no size"));
  EXPECT_THAT(complaint_of(real + "2 2 99999999999999999999\n"),
              HasSubstr("m.mtx:2: '99999999999999999999' is no size"));
  EXPECT_THAT(complaint_of(banner("coordinate real symmetric") + "2 3 0\n"),
              HasSubstr("m.mtx:2: a symmetric matrix is not square"));
  EXPECT_THAT(complaint_of(real + "2 2 2\n1 1 1\n"),
              HasSubstr("m.mtx:3: the file ends after 1 of 2 entries"));
  EXPECT_THAT(complaint_of(real + "2 2 1\n1 1 1\n2 2 1\n"),
              HasSubstr("m.mtx:4: there are more entries than the 1 that are claimed"));
  EXPECT_THAT(complaint_of(real + "2 2 1\n1 1\n"), HasSubstr("m.mtx:3: 2 numbers where an entry must be"));
  EXPECT_THAT(complaint_of(real + "2 2 1\n0 1 1\n"),
              HasSubstr("m.mtx:3: there is no row 0; rows are 1 to 2"));
  EXPECT_THAT(complaint_of(real + "2 2 1\n1 3 1\n"),
              HasSubstr("m.mtx:3: there is no column 3; columns are 1 to 2"));
  EXPECT_THAT(complaint_of(real + "2 2 1\n1 1 nan\n"), HasSubstr("m.mtx:3: 'nan' is no finite number"));
  EXPECT_THAT(complaint_of(real + "2 2 1\n1 1 1e400\n"), HasSubstr("m.mtx:3: '1e400' is no finite number"));
  EXPECT_THAT(complaint_of(real + "2 2 2\n2 1 1\n2 1 1\n"),
              HasSubstr("m.mtx:4: the entry of row 2 and column 1 is in line 3 already"));
  EXPECT_THAT(complaint_of(banner("coordinate real symmetric") + "2 2 2\n2 1 1\n1 2 1\n"),
              HasSubstr("is in line 3 already"));
  EXPECT_THAT(complaint_of(banner("array real general") + "2 2\n1\n2\n3\n"),
              HasSubstr("m.mtx:5: the file ends before row 2 of column 2"));
  EXPECT_THAT(complaint_of(banner("array real general") + "1 1\n1\n2\n"),
              HasSubstr("m.mtx:4: there are more entries than 1 x 1"));
}

}  // namespace
}  // namespace phasic
