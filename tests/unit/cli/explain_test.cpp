#include "cli/explain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace phasic {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string code(64, 'a');
const std::string other_code(64, 'b');

Record record(const std::string& model, const std::string& time, std::vector<RequestPart> parts) {
  Record result;
  result.parts = std::move(parts);
  result.provenance = {{"model", model}, {"time", time}};
  return result;
}

std::vector<std::string> explain(const std::vector<RequestPart>& asked, const std::vector<Record>& cached) {
  return explain_miss({asked, "/m.lua"}, cached);
}

TEST(Explanation, NamesTheParameterThatDiffers) {
  const auto lines = explain({{"code", code}, {"param n", "integer 8"}},
                             {record("/m.lua", "1", {{"code", code}, {"param n", "integer 6"}})});
  EXPECT_THAT(lines, ElementsAre(HasSubstr("built from /m.lua at 1"), "  param n: 6 -> 8"));
}

TEST(Explanation, NamesTheTypesWhereTheyDiffer) {
  const auto lines = explain({{"code", code}, {"param n", "number 6.0"}},
                             {record("/m.lua", "1", {{"code", code}, {"param n", "integer 6"}})});
  EXPECT_EQ(lines[1], "  param n: integer 6 -> number 6.0");
}

TEST(Explanation, ShortensDigestsAndNamesWhatCameAndWent) {
  const auto lines = explain({{"code", code}, {"param m", "integer 1"}},
                             {record("/m.lua", "1", {{"code", other_code}, {"param n", "integer 6"}})});
  EXPECT_THAT(lines, ElementsAre(::testing::_, "  code: bbbbbbbb… -> aaaaaaaa…",
                                 "  param m: integer 1 is new", "  param n: integer 6 is gone"));
}

TEST(Explanation, PrefersTheSameCodeThenTheSameModelThenFewerDifferencesThenTheNewest) {
  const std::vector<RequestPart> asked{{"code", code}, {"param n", "integer 8"}, {"param d", "integer 0"}};
  const Record same_code =
      record("/old.lua", "1", {{"code", code}, {"param n", "integer 5"}, {"param d", "integer 5"}});
  const Record same_model =
      record("/m.lua", "2", {{"code", other_code}, {"param n", "integer 8"}, {"param d", "integer 0"}});
  const Record same_both =
      record("/m.lua", "3", {{"code", code}, {"param n", "integer 5"}, {"param d", "integer 5"}});
  const Record nearer =
      record("/m.lua", "4", {{"code", code}, {"param n", "integer 5"}, {"param d", "integer 0"}});
  const Record newer =
      record("/m.lua", "5", {{"code", code}, {"param n", "integer 6"}, {"param d", "integer 0"}});
  const auto time_of_nearest = [&](const std::vector<Record>& cached) {
    const std::string line = explain(asked, cached)[0];
    return line.substr(line.find(" at ") + 4, 1);
  };
  EXPECT_EQ(time_of_nearest({same_model, same_code}), "1");
  EXPECT_EQ(time_of_nearest({same_model, same_code, same_both}), "3");
  EXPECT_EQ(time_of_nearest({same_both, nearer, same_code}), "4");
  EXPECT_EQ(time_of_nearest({newer, nearer}), "5");
}

TEST(Explanation, OfAnEmptyCacheAndOfALostGraph) {
  EXPECT_THAT(explain({{"code", code}}, {}), ElementsAre("no graph is cached"));
  EXPECT_THAT(explain({{"code", code}}, {record("/m.lua", "1", {{"code", code}})}),
              ElementsAre(HasSubstr("is gone or damaged")));
}

}  // namespace
}  // namespace phasic
