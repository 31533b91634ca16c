// The kinds of vectors that tests run through.
#pragma once

#include <vector>

#include "replay/simd.hpp"

namespace phasic::test {

/// Every one that this processor has.
inline std::vector<Simd> kinds_of_simd() {
  std::vector<Simd> result{Simd::baseline};
  if (best_simd() >= Simd::avx2) result.push_back(Simd::avx2);
  if (best_simd() >= Simd::avx512) result.push_back(Simd::avx512);
  return result;
}

}  // namespace phasic::test
