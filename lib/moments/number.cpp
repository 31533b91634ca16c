#include "moments/number.hpp"

#include <cmath>
#include <limits>

#include "replay/arithmetic.hpp"

namespace phasic {

Number to_number(const Mpfr& number) {
  Number result{number.to_double(), ""};
  const bool beyond_range = std::isinf(result.value)
                                ? is_finite(number)
                                : std::fabs(result.value) < std::numeric_limits<double>::min();
  if (beyond_range && !is_zero(number)) {
    char* text = nullptr;
    if (mpfr_asprintf(&text, "%.17Rg", number.get()) >= 0) {
      result.decimal = text;
      mpfr_free_str(text);
    }
  }
  return result;
}

}  // namespace phasic
