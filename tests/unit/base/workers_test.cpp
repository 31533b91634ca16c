#include "base/workers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <stdexcept>
#include <string>

namespace phasic {
namespace {

TEST(Workers, AreTheOwnerAloneUntilTheyAreHired) {
  Workers workers(3);
  EXPECT_EQ(workers.count(), 1U);
  std::thread::id seen;
  workers.run([&](unsigned worker) {
    EXPECT_EQ(worker, 0U);
    seen = std::this_thread::get_id();
  });
  EXPECT_EQ(seen, std::this_thread::get_id());
  workers.hire();
  EXPECT_EQ(workers.count(), 3U);
}

TEST(Workers, KeepTheirThreadsFromRoundToRound) {
  Workers workers(4);
  workers.hire();
  std::vector<std::thread::id> first(4);
  workers.run([&](unsigned worker) { first[worker] = std::this_thread::get_id(); });
  EXPECT_EQ(first[0], std::this_thread::get_id());
  EXPECT_EQ(std::set<std::thread::id>(first.begin(), first.end()).size(), 4U);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::thread::id> now(4);
    workers.run([&](unsigned worker) { now[worker] = std::this_thread::get_id(); });
    ASSERT_EQ(now, first);
  }
}

TEST(Workers, FinishARoundBeforeTheFirstFailureOfItIsThrown) {
  Workers workers(3);
  workers.hire();
  std::atomic<int> finished = 0;
  const auto round = [&] {
    workers.run([&](unsigned worker) {
      ++finished;
      if (worker != 0) throw std::runtime_error(std::to_string(worker));
    });
  };
  for (int i = 1; i <= 3; ++i) {
    try {
      round();
      FAIL() << "nothing was thrown";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "1");
    }
    EXPECT_EQ(finished, 3 * i);
  }
}

TEST(Workers, SplitARangeWithoutGapOrOverlap) {
  for (const unsigned threads : {1U, 2U, 5U}) {
    Workers workers(threads);
    workers.hire();
    for (const std::size_t size : {0U, 1U, 3U, 1000U}) {
      std::vector<int> visits(size, 0);
      workers.split(size, [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) ++visits[i];
      });
      EXPECT_TRUE(std::ranges::all_of(visits, [](int count) { return count == 1; }));
    }
  }
}

}  // namespace
}  // namespace phasic
