// How precisely a question is answered.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace phasic {

/// Which numbers a replay computes with: doubles that give way to MPFR where their bound is not good enough;
/// doubles whatever happens; or MPFR numbers of so many bits, and of more where that is not enough.
struct Precision {
  enum class Kind { automatic, doubles, mpfr };
  enum class Bounds { unsaid, told };
  Kind kind = Kind::automatic;
  unsigned bits = 53;              ///< to begin with
  double tolerance = 1e-8;         ///< that an error bound may have, relative to its number
  unsigned digits = 0;             ///< significant ones that have to be right; 0: those of a double, unproven
  Bounds bounds = Bounds::unsaid;  ///< whether answers tell their error bounds

  /// Whether decimals of theta count as they are written, and not as the doubles next to them.
  [[nodiscard]] bool reads_decimals() const { return digits > 0 || kind == Kind::mpfr; }
};

inline constexpr unsigned default_mpfr_bits = 128;
inline constexpr unsigned least_mpfr_bits = 53;
inline constexpr unsigned most_mpfr_bits = 1'000'000;
/// Digits that doubles may prove; and that anything may be asked for.
inline constexpr unsigned most_double_digits = 15;
inline constexpr unsigned most_digits = 100'000;

/// Sets kind and bits from `auto`, `double`, `mpfr` or `mpfr:BITS` (53 to 1,000,000); nothing for other text.
std::optional<Precision> parse_precision(std::string_view text);
/// `auto`, `double`, `mpfr:128`
std::string name_of(const Precision& precision);

}  // namespace phasic
