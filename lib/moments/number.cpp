#include "moments/number.hpp"

#include <array>
#include <charconv>
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

Number to_bound(double number) {
  if (number == 0) return {};
  if (!(number < std::numeric_limits<double>::max() / 2)) return {std::numeric_limits<double>::infinity()};
  // Rounding to three digits takes half a hundredth of the first at most.
  const double raised = number * 1.006;
  std::array<char, 32> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), raised, std::chars_format::scientific, 2).ptr;
  return {raised, std::string(text.data(), end)};
}

Number to_bound(const Mpfr& number) {
  if (is_zero(number)) return {};
  if (!is_finite(number)) return {std::numeric_limits<double>::infinity()};
  const double value = mpfr_get_d(number.get(), MPFR_RNDU);
  if (value > std::numeric_limits<double>::min() && value < std::numeric_limits<double>::max() / 2)
    return to_bound(value);
  char* text = nullptr;
  if (mpfr_asprintf(&text, "%.2RUe", number.get()) < 0) return {value};
  Number result{value, text};
  mpfr_free_str(text);
  return result;
}

}  // namespace phasic
