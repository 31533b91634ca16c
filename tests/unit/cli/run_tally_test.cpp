#include "cli/run_tally.hpp"

#include <gtest/gtest.h>

#include <string>

namespace phasic {
namespace {

const std::string one_key(64, '1');
const std::string other_key(64, '2');

std::string lookup(const std::string& outcome, const std::string& key, const std::string& seconds,
                   const std::string& by = "request", const std::string& layer = "graphs") {
  return R"({"layer":")" + layer + R"(","by":")" + by + R"(","outcome":")" + outcome + R"(","key":)" +
         (key.empty() ? "null" : '"' + key + '"') + R"(,"seconds":)" + seconds + "}";
}

std::string run(const std::string& lookups, const std::string& time = "2026-11-24T11:15:03Z",
                const std::string& status = "0") {
  return R"({"tool":"phasic-build 0.1.0","host":"node1","time":")" + time +
         R"(","pid":7,"cache":"rw","exit":)" + status + R"(,"seconds":0.5,"lookups":[)" + lookups + "]}";
}

RunSum sum_of(const std::vector<std::string>& lines) {
  RunTally tally;
  for (const std::string& line : lines) EXPECT_TRUE(tally.take(line)) << line;
  return tally.sum();
}

TEST(RunTally, CountsHitsAndMissesOfEachLayer) {
  const RunSum sum =
      sum_of({run(lookup("miss", one_key, "2") + "," + lookup("miss", "", "0.5", "request", "traces")),
              run(lookup("hit", one_key, "0.25")), run(lookup("hit", one_key, "0.25", "key"))});
  EXPECT_EQ(sum.runs, 3U);
  EXPECT_EQ(sum.layers[0].hits, 1U);
  EXPECT_EQ(sum.layers[0].misses, 1U);
  EXPECT_EQ(sum.layers[0].reads, 1U);
  EXPECT_EQ(sum.layers[0].hit_seconds, 0.25);
  EXPECT_EQ(sum.layers[0].miss_seconds, 2);
  EXPECT_EQ(sum.layers[1].misses, 1U);
  EXPECT_EQ(sum.layers[1].hits, 0U);
}

// Made twice, in 2 and 4 seconds: three hits save 3 * 3 less the 0.75 that they took.
TEST(RunTally, SavedIsWhatMakingTookLessWhatHitsTake) {
  const RunSum sum = sum_of({run(lookup("hit", one_key, "0.25")), run(lookup("miss", one_key, "2")),
                             run(lookup("hit", one_key, "0.25")), run(lookup("miss", one_key, "4")),
                             run(lookup("hit", one_key, "0.25"))});
  EXPECT_EQ(sum.layers[0].saved_seconds, 8.25);
  EXPECT_EQ(sum.layers[0].valued_hits, 3U);
}

TEST(RunTally, HitsOfUnknownCostSaveNothingThatIsKnown) {
  const RunSum sum = sum_of({run(lookup("hit", other_key, "0.25")), run(lookup("miss", one_key, "2"))});
  EXPECT_EQ(sum.layers[0].saved_seconds, 0);
  EXPECT_EQ(sum.layers[0].valued_hits, 0U);
}

TEST(RunTally, TellsFailuresFromAnswers) {
  const RunSum sum = sum_of({run("", "2026-11-24T11:15:03Z", "1"), run("", "2026-10-01T00:00:00Z", "65"),
                             run("", "2027-01-01T00:00:00Z")});
  EXPECT_EQ(sum.failed_runs, 1U);
  EXPECT_EQ(sum.first, "2026-10-01T00:00:00Z");
  EXPECT_EQ(sum.last, "2027-01-01T00:00:00Z");
}

TEST(RunTally, TakesNoLineThatIsNotWhole) {
  const std::string whole = run(lookup("hit", one_key, "0.25"));
  RunTally tally;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(tally.take(whole.substr(0, length))) << length;
  }
  for (const std::string& line :
       {std::string("[]"), std::string("7"), std::string("{}"), whole + whole,
        run(lookup("hat", one_key, "1")), run(lookup("hit", one_key, "-1")),
        run(lookup("hit", one_key, "1e999")), run(lookup("hit", one_key, "1", "luck")),
        run(lookup("hit", one_key, "1", "key", "pies")), run(lookup("hit", "123", "1")), run("7"),
        run("", "yesterday"), run("", "2026-11-24T11:15:03Z", "\"0\"")}) {
    EXPECT_FALSE(tally.take(line)) << line;
  }
  EXPECT_EQ(tally.sum().runs, 0U);
  EXPECT_EQ(tally.sum().layers[0].hits, 0U);
}

TEST(RunTally, PassesOverWhatLaterVersionsMaySay) {
  std::string line = run("");
  line.insert(1, R"("mood":["cheerful"],)");
  EXPECT_EQ(sum_of({line}).runs, 1U);
}

}  // namespace
}  // namespace phasic
