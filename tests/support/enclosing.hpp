// What an enclosure is asked for in tests: that the truth lies in it, and that it is narrow.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "replay/sloped_enclosure.hpp"

namespace phasic::test {

/// `truth` is good to hundreds of bits more than the enclosure has; its own error counts for nothing.
inline void expect_between(const Mpfr& low, const Mpfr& high, const Mpfr& truth, const std::string& what) {
  Mpfr slack(64);
  mpfr_abs(slack.get(), truth.get(), MPFR_RNDU);
  mpfr_mul_2si(slack.get(), slack.get(), -2 * static_cast<long>(low.bits()), MPFR_RNDU);
  Mpfr end(truth.bits());
  mpfr_add(end.get(), truth.get(), slack.get(), MPFR_RNDU);
  EXPECT_NE(mpfr_lessequal_p(low.get(), end.get()), 0) << what << ": " << low.to_double();
  mpfr_sub(end.get(), truth.get(), slack.get(), MPFR_RNDD);
  EXPECT_NE(mpfr_greaterequal_p(high.get(), end.get()), 0) << what << ": " << high.to_double();
}
inline void expect_within(const Enclosure& found, const Mpfr& truth, const std::string& what) {
  expect_between(found.low, found.high, truth, what);
}
inline void expect_within(const SignedEnclosure& found, const Mpfr& truth, const std::string& what) {
  expect_between(found.low, found.high, truth, what);
}

/// Bits of the number that its enclosure leaves open; 0 for one that is exact.
inline double open_bits_between(const Mpfr& low, const Mpfr& high) {
  if (mpfr_equal_p(low.get(), high.get()) != 0) return 0;
  Mpfr width(64);
  mpfr_sub(width.get(), high.get(), low.get(), MPFR_RNDU);
  mpfr_div(width.get(), width.get(), mpfr_cmpabs(low.get(), high.get()) > 0 ? low.get() : high.get(),
           MPFR_RNDU);
  mpfr_abs(width.get(), width.get(), MPFR_RNDU);
  mpfr_log2(width.get(), width.get(), MPFR_RNDU);
  return static_cast<double>(low.bits()) + width.to_double();
}
inline double open_bits(const Enclosure& found) {
  return open_bits_between(found.low, found.high);
}
inline double open_bits(const SignedEnclosure& found) {
  return open_bits_between(found.low, found.high);
}

}  // namespace phasic::test
