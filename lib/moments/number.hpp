// A result as it is handed out.
#pragma once

#include <string>

#include "replay/mpfr.hpp"

namespace phasic {

/// `decimal` is empty unless the value is beyond a double's range (1.5e+400): then `value` is inf or 0, and
/// the decimal says what it is.
struct Number {
  double value = 0;
  std::string decimal;
};

inline Number to_number(double number) {
  return {number, ""};
}
Number to_number(const Mpfr& number);

}  // namespace phasic
