#include "moments/precision.hpp"

#include <gtest/gtest.h>

#include "moments/statistic.hpp"

namespace phasic {
namespace {

TEST(Precision, ReadsWhatItNames) {
  for (const char* text : {"double", "mpfr:53", "mpfr:128", "mpfr:1000000"}) {
    const auto precision = parse_precision(text);
    ASSERT_TRUE(precision) << text;
    EXPECT_EQ(name_of(*precision), text);
  }
  EXPECT_EQ(name_of(*parse_precision("mpfr")), "mpfr:128");
}

TEST(Precision, RefusesEverythingElse) {
  for (const char* text :
       {"", "Double", "mpfr:", "mpfr:52", "mpfr:1000001", "mpfr:-1", "mpfr:128 ", "auto"}) {
    EXPECT_FALSE(parse_precision(text)) << text;
  }
}

TEST(Statistic, HasAStableNameAndKnowsWhichMomentsItNeeds) {
  EXPECT_EQ(name_of({StatisticKind::mean, 1}), "mean");
  EXPECT_EQ(name_of({StatisticKind::variance, 2}), "variance");
  EXPECT_EQ(name_of({StatisticKind::moment, 12}), "moment12");
  EXPECT_EQ(name_of({StatisticKind::central, 7}), "central7");
  EXPECT_EQ(name_of({StatisticKind::standard_deviation, 1}), "sd");
  EXPECT_EQ(order_needed({StatisticKind::kurtosis, 1}), 4U);
  EXPECT_EQ(order_needed({StatisticKind::variance, 1}), 2U);
  EXPECT_EQ(order_needed({StatisticKind::moment, 12}), 12U);
}

}  // namespace
}  // namespace phasic
