#include "graph/canonical_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "base/workers.hpp"

namespace phasic {
namespace {

// Entries of two values far apart: long equal beginnings, many equal states.
std::vector<std::int32_t> few_values(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::int32_t> entries(count);
  for (auto& entry : entries) entry = random() % 4 == 0 ? -70000 : 5;
  return entries;
}

std::vector<std::uint32_t> expected_order(const std::vector<std::int32_t>& entries, std::size_t length) {
  std::vector<std::uint32_t> order(entries.size() / length);
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
    const auto row = [&](std::uint32_t s) { return std::span(entries).subspan(s * length, length); };
    return std::ranges::lexicographical_compare(row(a), row(b));
  });
  return order;
}

TEST(CanonicalOrder, IsThatOfAStableSortForAnyNumberOfThreads) {
  for (const std::size_t length : {1U, 5U, 12U}) {
    for (const std::size_t count : {0U, 1U, 2U, 7U, 5000U}) {
      const auto entries = few_values(count * length, static_cast<std::uint32_t>(count + length));
      const PackedStates states(entries, length, count);
      const auto expected = expected_order(entries, length);
      for (const unsigned threads : {1U, 2U, 3U, 5U, 8U}) {
        Workers workers(threads);
        workers.hire();
        EXPECT_EQ(lexicographic_order(states, workers), expected) << count << " states, " << threads;
      }
    }
  }
}

}  // namespace
}  // namespace phasic
