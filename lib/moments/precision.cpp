#include "moments/precision.hpp"

#include "base/number_text.hpp"

namespace phasic {

std::optional<Precision> parse_precision(std::string_view text) {
  if (text == "auto") return Precision{};
  if (text == "double") return Precision{Precision::Kind::doubles};
  if (text == "mpfr") return Precision{Precision::Kind::mpfr, default_mpfr_bits};
  constexpr std::string_view prefix = "mpfr:";
  if (!text.starts_with(prefix)) return std::nullopt;
  const auto bits = parse_unsigned(text.substr(prefix.size()));
  if (!bits || *bits < least_mpfr_bits || *bits > most_mpfr_bits) return std::nullopt;
  return Precision{Precision::Kind::mpfr, static_cast<unsigned>(*bits)};
}

std::string name_of(const Precision& precision) {
  switch (precision.kind) {
    case Precision::Kind::automatic:
      return "auto";
    case Precision::Kind::doubles:
      return "double";
    case Precision::Kind::mpfr:
      break;
  }
  return "mpfr:" + std::to_string(precision.bits);
}

}  // namespace phasic
