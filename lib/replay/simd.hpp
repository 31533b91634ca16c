// What a replay in doubles uses of the processor: its vector instructions, and its second-level cache.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace phasic {

enum class Simd { baseline, avx2, avx512, neon };

/// The widest that this processor has.
Simd best_simd();

/// Whether this processor has it.
bool has_simd(Simd simd);

/// `baseline`, `avx2`, `avx512` or `neon`, as PHASIC_SIMD spells them; nothing for any other text.
std::optional<Simd> parse_simd(std::string_view text);
std::string_view name_of(Simd simd);

/// Of one core; 1 MB where the system does not tell.
std::size_t second_level_cache_bytes();

}  // namespace phasic
