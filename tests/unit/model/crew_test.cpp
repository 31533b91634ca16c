#include "model/crew.hpp"

#include <gtest/gtest.h>

#include <array>
#include <thread>

namespace phasic {
namespace {

TEST(Crew, IsOverOnceEverybodyWaits) {
  Crew crew;
  ASSERT_TRUE(crew.join());
  EXPECT_EQ(crew.wait_for_work(), std::nullopt);
  EXPECT_TRUE(crew.is_over());
  EXPECT_FALSE(crew.join());
}

TEST(Crew, HandsWorkToThoseWhoWait) {
  Crew crew;
  ASSERT_TRUE(crew.join());
  const auto sum_up_to_the_end = [&crew](std::uint32_t& sum) {
    while (const auto work = crew.wait_for_work()) {
      for (std::uint32_t number = work->first; number < work->last; ++number) sum += number;
    }
    crew.leave();
  };
  std::uint32_t theirs = 0;
  std::uint32_t ours = 0;
  std::jthread other([&] {
    ASSERT_TRUE(crew.join());
    sum_up_to_the_end(theirs);
  });
  for (std::uint32_t first = 0; first < 1000; first += 10) {
    while (!crew.wants_work()) std::this_thread::yield();
    crew.hand_over(std::array{StateRange{first, first + 5}, StateRange{first + 5, first + 10}});
  }
  sum_up_to_the_end(ours);
  other.join();
  EXPECT_GT(theirs, 0U);
  EXPECT_EQ(ours + theirs, 999U * 1000U / 2);
}

TEST(Crew, EndsForThoseWhoWaitWhenOneStopsIt) {
  Crew crew;
  ASSERT_TRUE(crew.join());
  std::jthread other([&] {
    ASSERT_TRUE(crew.join());
    EXPECT_EQ(crew.wait_for_work(), std::nullopt);
  });
  while (!crew.wants_work()) std::this_thread::yield();
  crew.stop();
}

// Each counts up a number that only those who are alone may touch.
TEST(Crew, LetsOneActWhileAllOthersStandStill) {
  constexpr unsigned threads = 4;
  constexpr unsigned times = 300;
  Crew crew;
  unsigned count = 0;
  {
    std::array<std::jthread, threads> all;
    for (std::jthread& thread : all) {
      thread = std::jthread([&] {
        ASSERT_TRUE(crew.join());
        for (unsigned i = 0; i < times; ++i) {
          crew.make_way();
          const unsigned seen = count;  // a race, if somebody acts meanwhile
          crew.alone([&] { ++count; });
          EXPECT_LT(seen, count);
        }
        crew.leave();
      });
    }
  }
  EXPECT_EQ(count, threads * times);
}

TEST(Crew, GoesOnAfterAnActThatFailed) {
  Crew crew;
  ASSERT_TRUE(crew.join());
  EXPECT_THROW(crew.alone([] { throw std::bad_alloc(); }), std::bad_alloc);
  unsigned count = 0;
  crew.alone([&] { ++count; });
  EXPECT_EQ(count, 1U);
}

}  // namespace
}  // namespace phasic
