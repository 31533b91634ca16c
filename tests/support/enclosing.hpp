// What an enclosure is asked for in tests: that the truth lies in it, and that it is narrow.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "replay/enclosure.hpp"

namespace phasic::test {

/// `truth` is good to hundreds of bits more than the enclosure has; its own error counts for nothing.
inline void expect_within(const Enclosure& found, const Mpfr& truth, const std::string& what) {
  Mpfr slack(64);
  mpfr_abs(slack.get(), truth.get(), MPFR_RNDU);
  mpfr_mul_2si(slack.get(), slack.get(), -2 * static_cast<long>(found.bits()), MPFR_RNDU);
  Mpfr end(truth.bits());
  mpfr_add(end.get(), truth.get(), slack.get(), MPFR_RNDU);
  EXPECT_NE(mpfr_lessequal_p(found.low.get(), end.get()), 0) << what << ": " << found.low.to_double();
  mpfr_sub(end.get(), truth.get(), slack.get(), MPFR_RNDD);
  EXPECT_NE(mpfr_greaterequal_p(found.high.get(), end.get()), 0) << what << ": " << found.high.to_double();
}

/// Bits of the number that its enclosure leaves open; 0 for one that is exact.
inline double open_bits(const Enclosure& found) {
  if (is_exact(found)) return 0;
  Mpfr width(64);
  mpfr_sub(width.get(), found.high.get(), found.low.get(), MPFR_RNDU);
  mpfr_div(width.get(), width.get(), found.high.get(), MPFR_RNDU);
  mpfr_log2(width.get(), width.get(), MPFR_RNDU);
  return static_cast<double>(found.bits()) + width.to_double();
}

}  // namespace phasic::test
