#include "replay/simd.hpp"

#include <unistd.h>

#include <array>

namespace phasic {

namespace {

constexpr std::array<std::string_view, 4> simd_names{"baseline", "avx2", "avx512", "neon"};

}  // namespace

Simd best_simd() {
#if defined(__x86_64__)
  // All that Highway's targets of these names take for granted.
  const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                        __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  const bool has_avx512 = has_avx2 && __builtin_cpu_supports("avx512f") &&
                          __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                          __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd");
  if (has_avx512) return Simd::avx512;
  if (has_avx2) return Simd::avx2;
  return Simd::baseline;
#elif defined(__aarch64__)
  return Simd::neon;  // a part of every such processor
#else
  return Simd::baseline;
#endif
}

bool has_simd(Simd simd) {
  const Simd best = best_simd();
  return simd == Simd::baseline || simd == best || (simd == Simd::avx2 && best == Simd::avx512);
}

std::optional<Simd> parse_simd(std::string_view text) {
  for (std::size_t i = 0; i < simd_names.size(); ++i) {
    if (simd_names[i] == text) return static_cast<Simd>(i);
  }
  return std::nullopt;
}

std::string_view name_of(Simd simd) {
  return simd_names[static_cast<std::size_t>(simd)];
}

std::size_t second_level_cache_bytes() {
  constexpr std::size_t megabyte = std::size_t{1} << 20U;
  const long told = sysconf(_SC_LEVEL2_CACHE_SIZE);
  return told > 0 ? static_cast<std::size_t>(told) : megabyte;
}

}  // namespace phasic
