// How many random cases a test takes. Sanitizers look for wrong accesses and undefined behaviour, which a few
// cases meet as surely as many, and numbers are judged in the release build: where ONE_CASE_IN=12 stands in
// the environment, as ctest sets it for sanitized builds, a test takes a twelfth of its cases. (Of the
// properties, which take longest, it takes a third in the release build.)
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace phasic::test {

/// `all`, or a part of them; one at least.
inline std::uint64_t cases(std::uint64_t all) {
  const char* const text = std::getenv("ONE_CASE_IN");
  const std::uint64_t divisor = text == nullptr ? 1 : std::strtoull(text, nullptr, 10);
  return std::max<std::uint64_t>(1, all / std::max<std::uint64_t>(1, divisor));
}
inline bool takes_all_cases() {
  return cases(1000) == 1000;
}

}  // namespace phasic::test
