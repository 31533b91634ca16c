#include "model/processor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace phasic {
namespace {

TEST(Processor, IsNamedByItsFamilyOrAsThisVeryOne) {
  EXPECT_EQ(this_processor(), this_processor());
  EXPECT_NE(this_processor(), least_processor());
#if defined(__x86_64__)
  EXPECT_EQ(least_processor(), "x86-64-v1");
  EXPECT_THAT(this_processor(), ::testing::ContainsRegex("^x86-64-v[1-4], .*, [0-9a-f]{16}$"));
#endif
}

}  // namespace
}  // namespace phasic
