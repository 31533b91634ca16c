// Numbers as text and text as numbers.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>

#include "base/number_text.hpp"

namespace phasic {
namespace {

RC_GTEST_PROP(NumberText, ReadsBackToTheSameDouble, (std::uint64_t bits)) {
  const auto number = std::bit_cast<double>(bits);
  RC_PRE(std::isfinite(number));
  const auto read = parse_double(shortest_text(number));
  RC_ASSERT(read.has_value());
  RC_ASSERT(std::bit_cast<std::uint64_t>(*read) == bits);
}

RC_GTEST_PROP(NumberText, TakesAWholeTextOrNothing, (std::int64_t number)) {
  const std::string text = std::to_string(number);
  RC_ASSERT(parse_integer(text) == number);
  for (const char* around : {" ", "x", "_", ".", "\t"}) {
    RC_ASSERT(!parse_integer(text + around));
    RC_ASSERT(!parse_integer(around + text));
  }
}

}  // namespace
}  // namespace phasic
