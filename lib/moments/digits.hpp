// Numbers in so many significant decimal digits.
#pragma once

#include <string>

#include "replay/mpfr.hpp"

namespace phasic {

/// `number` in `digits` significant digits, rounded to nearest, trailing zeros kept: `0.3333`, `1.500e-07`,
/// `2.000`; with an exponent where one below -4 or `digits` and more is needed. 0 is `0`. The number is
/// finite.
std::string decimal_text(double number, unsigned digits);
std::string decimal_text(const Mpfr& number, unsigned digits);

/// The same of a number that is as near to the middle between two such decimals as can be computed, and is
/// taken to be it: to the one whose last digit is even.
std::string decimal_text_of_tie(const Mpfr& number, unsigned digits);

}  // namespace phasic
