// A number as it was written.
#pragma once

#include <string>

#include "replay/enclosure.hpp"

namespace phasic {

/// `decimal` where that counts to the last digit (one that parse_double takes), empty where the double does.
struct Written {
  double number = 0;
  std::string decimal = {};
};

/// For a number >= 0.
Enclosure enclosed(const Written& written, mpfr_prec_t bits);

/// The whole number below, or equal.
struct WholePart {
  Mpfr number;
  bool is_all = false;  ///< nothing is left
};
WholePart whole_part(const Written& written);

}  // namespace phasic
