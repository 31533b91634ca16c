// Numbers as text, one function each way for text, TSV and JSON alike. Reading takes the whole text or
// nothing: no locale, no leading blanks, no octal, no wrap-around, no silent overflow.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace phasic {

/// The shortest decimal that reads back to the same double; `inf`, `-inf`, `nan` where they apply.
std::string shortest_text(double number);

/// A decimal floating-point number; `1e400` (overflow), `nan`, `inf` and hexadecimal are refused, a leading
/// plus sign is taken.
std::optional<double> parse_double(std::string_view text);

/// A decimal integer without sign, 0 to 2^64 - 1; `010` is ten.
std::optional<std::uint64_t> parse_unsigned(std::string_view text);

/// A decimal integer with an optional sign, -2^63 to 2^63 - 1.
std::optional<std::int64_t> parse_integer(std::string_view text);

}  // namespace phasic
