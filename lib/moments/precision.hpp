// How precisely a replay computes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace phasic {

/// Doubles, or MPFR numbers of so many bits. Doubles give way to MPFR by themselves where a result would
/// overflow, underflow, or lose its digits to cancellation.
struct Precision {
  enum class Kind { double_precision, mpfr };
  Kind kind = Kind::double_precision;
  unsigned bits = 53;
};

inline constexpr unsigned default_mpfr_bits = 128;
inline constexpr unsigned least_mpfr_bits = 53;
inline constexpr unsigned most_mpfr_bits = 1'000'000;

/// `double`, `mpfr` or `mpfr:BITS` (53 to 1,000,000); nothing for any other text.
std::optional<Precision> parse_precision(std::string_view text);
/// `double`, `mpfr:128`
std::string name_of(const Precision& precision);

}  // namespace phasic
