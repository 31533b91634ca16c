// The kinds of vectors that tests run through.
#pragma once

#include <vector>

#include "replay/simd.hpp"

namespace phasic::test {

/// Every one that this processor has.
inline std::vector<Simd> kinds_of_simd() {
  std::vector<Simd> result;
  for (const Simd simd : {Simd::baseline, Simd::avx2, Simd::avx512, Simd::neon}) {
    if (has_simd(simd)) result.push_back(simd);
  }
  return result;
}

}  // namespace phasic::test
