#include "base/philox.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace phasic {
namespace {

// The known answers that its authors publish with Philox4x32, ten rounds.
TEST(Philox, GivesItsAuthorsKnownAnswers) {
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (PhiloxBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomStream, IsUniformAndNeverZeroOrOne) {
  RandomStream stream(7, 3);
  constexpr int count = 100000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < count; ++i) {
    const double u = stream.uniform();
    ASSERT_GT(u, 0);
    ASSERT_LT(u, 1);
    sum += u;
    squares += u * u;
  }
  EXPECT_NEAR(sum / count, 0.5, 0.004);  // four standard errors
  EXPECT_NEAR(squares / count, 1.0 / 3, 0.004);
}

TEST(RandomStream, DiffersWithSeedAndStream) {
  const double first = RandomStream(1, 1).uniform();
  EXPECT_NE(first, RandomStream(2, 1).uniform());
  EXPECT_NE(first, RandomStream(1, 2).uniform());
  EXPECT_NE(first, RandomStream(std::uint64_t{1} << 32U, 1).uniform());
  EXPECT_EQ(first, RandomStream(1, 1).uniform());
}

}  // namespace
}  // namespace phasic
