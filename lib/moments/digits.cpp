#include "moments/digits.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <memory>

namespace phasic {

namespace {

/// 0.DIGITS times 10 to the power of `exponent`.
struct Decimal {
  bool is_negative = false;
  std::string digits;
  long exponent = 0;
};

Decimal decimal_of(const Mpfr& number, std::size_t digits) {
  mpfr_exp_t exponent = 0;
  // mpfr_get_str gives one digit of bases that are powers of two only.
  const std::size_t asked = std::max<std::size_t>(digits, 1);
  const std::unique_ptr<char, void (*)(char*)> text(
      mpfr_get_str(nullptr, &exponent, 10, asked, number.get(), MPFR_RNDN), mpfr_free_str);
  const bool is_negative = *text == '-';
  return {is_negative, text.get() + (is_negative ? 1 : 0), static_cast<long>(exponent)};
}

Decimal decimal_of(double number, unsigned digits) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number,
                                 std::chars_format::scientific, static_cast<int>(digits) - 1)
                       .ptr;
  const auto mark = std::find(text.data(), end, 'e');
  Decimal decimal{text[0] == '-', {}, std::strtol(mark + 1, nullptr, 10) + 1};
  std::copy_if(text.data(), mark, std::back_inserter(decimal.digits),
               [](char c) { return c >= '0' && c <= '9'; });
  return decimal;
}

std::string text_of(const Decimal& decimal) {
  const std::string sign = decimal.is_negative ? "-" : "";
  const std::string& digits = decimal.digits;
  const auto count = static_cast<long>(digits.size());
  if (decimal.exponent < -3 || decimal.exponent > count) {
    const long exponent = decimal.exponent - 1;
    return fmt::format("{}{}{}{}e{}{:02}", sign, digits.substr(0, 1), count > 1 ? "." : "", digits.substr(1),
                       exponent < 0 ? '-' : '+', std::labs(exponent));
  }
  if (decimal.exponent <= 0)
    return fmt::format("{}0.{}{}", sign, std::string(static_cast<std::size_t>(-decimal.exponent), '0'),
                       digits);
  const auto point = static_cast<std::size_t>(decimal.exponent);
  if (decimal.exponent == count) return sign + digits;
  return fmt::format("{}{}.{}", sign, digits.substr(0, point), digits.substr(point));
}

/// Adds one in the last place.
void increment(Decimal& decimal) {
  std::string& digits = decimal.digits;
  for (std::size_t i = digits.size(); i-- > 0;) {
    if (digits[i] != '9') {
      ++digits[i];
      return;
    }
    digits[i] = '0';
  }
  digits.insert(digits.begin(), '1');
  digits.pop_back();
  ++decimal.exponent;
}

}  // namespace

std::string decimal_text(double number, unsigned digits) {
  return number == 0 ? std::string(1, '0') : text_of(decimal_of(number, digits));
}

std::string decimal_text(const Mpfr& number, unsigned digits) {
  return mpfr_zero_p(number.get()) != 0 ? std::string(1, '0') : text_of(decimal_of(number, digits));
}

std::string decimal_text_of_tie(const Mpfr& number, unsigned digits) {
  // Twenty digits more round to the middle itself.
  constexpr unsigned more = 20;
  Decimal decimal = decimal_of(number, digits + more);
  const char first_left_out = decimal.digits[digits];
  const bool is_tie =
      first_left_out == '5' && decimal.digits.find_first_not_of('0', digits + 1) == std::string::npos;
  const bool is_odd = (decimal.digits[digits - 1] - '0') % 2 == 1;
  decimal.digits.resize(digits);
  if (is_tie ? is_odd : first_left_out >= '5') increment(decimal);
  return text_of(decimal);
}

}  // namespace phasic
