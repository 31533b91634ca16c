// A result as it is handed out.
#pragma once

#include <string>

#include "replay/mpfr.hpp"

namespace phasic {

/// `decimal` is empty where the value says all there is to say. Else it is what is to be printed: a number
/// beyond a double's range (1.5e+400; then `value` is inf or 0), one with as many digits as were asked for,
/// an error bound.
struct Number {
  double value = 0;
  std::string decimal = {};
};

inline Number to_number(double number) {
  return {number, ""};
}
Number to_number(const Mpfr& number);

/// An error bound, in three digits, rounded up: at least `number`, which is not negative.
Number to_bound(double number);
Number to_bound(const Mpfr& number);

}  // namespace phasic
