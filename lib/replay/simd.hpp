// Which of the processor's vector instructions a replay in doubles uses.
#pragma once

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

}  // namespace phasic
