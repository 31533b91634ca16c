#include "moments/question.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace phasic {
namespace {

using ::testing::ElementsAre;
using enum StatisticKind;

TEST(Statistic, HasAStableNameAndKnowsWhichMomentsItNeeds) {
  EXPECT_EQ(name_of({mean}), "mean");
  EXPECT_EQ(name_of({variance}), "variance");
  EXPECT_EQ(name_of({moment, 12}), "moment12");
  EXPECT_EQ(name_of({central, 7}), "central7");
  EXPECT_EQ(name_of({standard_deviation}), "sd");
  EXPECT_EQ(name_of({covariance}), "cov");
  EXPECT_EQ(name_of({correlation}), "cor");
  EXPECT_EQ(order_needed({kurtosis}), 4U);
  EXPECT_EQ(order_needed({variance}), 2U);
  EXPECT_EQ(order_needed({moment, 12}), 12U);
  EXPECT_EQ(order_needed({covariance}), 1U);
}

TEST(Question, NamesItsColumnsByRewardOnlyWhereThereAreSeveral) {
  const Terms terms{{"rate", "pace"}, {}};
  Question question;
  question.columns = with_gradients({{mean}, {moment, 2}}, 2);
  EXPECT_THAT(column_names(question, terms), ElementsAre("mean", "moment2", "d.mean.rate", "d.mean.pace",
                                                         "d.moment2.rate", "d.moment2.pace"));
  question.rewards = {{"left", {}}, {"right", {}}};
  question.columns = with_gradients(for_each_reward(std::vector<Statistic>{{mean}, {covariance}}, 2), 1);
  EXPECT_THAT(column_names(question, terms),
              ElementsAre("mean.left", "mean.right", "cov.left.right", "d.mean.left.rate",
                          "d.mean.right.rate", "d.cov.left.right.rate"));
}

TEST(Question, AsksForEveryPairOfRewardsOnce) {
  const auto columns = for_each_reward(std::vector<Statistic>{{correlation}}, 4);
  ASSERT_EQ(columns.size(), 6U);
  for (const Statistic& column : columns) EXPECT_LT(column.reward, column.other);
}

}  // namespace
}  // namespace phasic
