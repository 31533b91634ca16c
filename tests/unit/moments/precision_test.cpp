#include "moments/precision.hpp"

#include <gtest/gtest.h>

namespace phasic {
namespace {

TEST(Precision, ReadsWhatItNames) {
  for (const char* text : {"auto", "double", "mpfr:53", "mpfr:128", "mpfr:1000000"}) {
    const auto precision = parse_precision(text);
    ASSERT_TRUE(precision) << text;
    EXPECT_EQ(name_of(*precision), text);
  }
  EXPECT_EQ(name_of(*parse_precision("mpfr")), "mpfr:128");
}

TEST(Precision, RefusesEverythingElse) {
  for (const char* text :
       {"", "Double", "mpfr:", "mpfr:52", "mpfr:1000001", "mpfr:-1", "mpfr:128 ", "automatic"}) {
    EXPECT_FALSE(parse_precision(text)) << text;
  }
}

}  // namespace
}  // namespace phasic
