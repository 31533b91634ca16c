// Numbers of either sign that are known to lie between two MPFR numbers, and with them numbers >= 0 that
// carry their derivative. What is >= 0 multiplies: which ends a product takes depends on one sign only, and
// widths add up. Every operation encloses, as those of enclosure.hpp do.
#pragma once

#include "replay/enclosure.hpp"

namespace phasic {

struct SignedEnclosure {
  /// 0
  explicit SignedEnclosure(mpfr_prec_t bits) : low(bits), high(bits) {}
  SignedEnclosure(Mpfr least, Mpfr greatest) : low(std::move(least)), high(std::move(greatest)) {}
  /// What is known of a number, in so many bits.
  SignedEnclosure(mpfr_prec_t bits, const Tracked<Mpfr>& number);

  Mpfr low;
  Mpfr high;
};

/// gained - lost
SignedEnclosure difference(const Enclosure& gained, const Enclosure& lost);

// sum := sum + addend
void add(SignedEnclosure& sum, const SignedEnclosure& addend);
// sum := sum + a b. `scratch` has the bits of `sum`.
void add_product(SignedEnclosure& sum, const SignedEnclosure& a, const Enclosure& b, Mpfr& scratch);
// number := number b, number / b, -number
void multiply(SignedEnclosure& number, const Enclosure& b);
void divide(SignedEnclosure& number, const Enclosure& b);
void divide(SignedEnclosure& number, double b);
void negate(SignedEnclosure& number);
/// The truth may be off by so much.
void widen(SignedEnclosure& number, const Mpfr& by);
/// What lies in both.
void narrow(SignedEnclosure& number, const SignedEnclosure& to);

/// 0, and known to be.
inline bool is_zero(const SignedEnclosure& number) {
  return mpfr_zero_p(number.low.get()) != 0 && mpfr_zero_p(number.high.get()) != 0;
}
inline bool is_finite(const SignedEnclosure& number) {
  return mpfr_number_p(number.low.get()) != 0 && mpfr_number_p(number.high.get()) != 0;
}
/// At least the magnitude, in `error_bits`.
Mpfr magnitude_of(const SignedEnclosure& number);

/// The middle, and what it may be off by.
Tracked<Mpfr> tracked(const SignedEnclosure& number);

/// A number >= 0 and its derivative by one parameter.
struct SlopedEnclosure {
  /// 0
  explicit SlopedEnclosure(mpfr_prec_t bits) : value(bits), slope(bits) {}
  /// Constants.
  SlopedEnclosure(mpfr_prec_t bits, double number) : value(bits, number), slope(bits) {}
  SlopedEnclosure(mpfr_prec_t bits, const Mpfr& number) : value(bits, number), slope(bits) {}
  SlopedEnclosure(Enclosure of, SignedEnclosure with_slope)
      : value(std::move(of)), slope(std::move(with_slope)) {}

  Enclosure value;
  SignedEnclosure slope;
};

void add(SlopedEnclosure& sum, const SlopedEnclosure& addend);
void add_product(SlopedEnclosure& sum, const SlopedEnclosure& a, const SlopedEnclosure& b, Mpfr& scratch);
void add_product(SlopedEnclosure& sum, const Enclosure& a, const SlopedEnclosure& b, Mpfr& scratch);
void multiply(SlopedEnclosure& number, const Enclosure& b);
void divide(SlopedEnclosure& number, const Enclosure& b);
// number := 1 - number (of a number up to 1)
void complement(SlopedEnclosure& number);
void set_zero(SlopedEnclosure& number);

inline bool is_zero(const SlopedEnclosure& number) {
  return is_zero(number.value) && is_zero(number.slope);
}

// What is written for both kinds of number.
inline const Enclosure& value_of(const Enclosure& number) {
  return number;
}
inline const Enclosure& value_of(const SlopedEnclosure& number) {
  return number.value;
}
inline bool has_slope(const Enclosure& /*number*/) {
  return false;
}
inline bool has_slope(const SlopedEnclosure& number) {
  return !is_zero(number.slope);
}
/// Whether something is known of a slope.
inline bool has_known_slope(const Enclosure& /*number*/) {
  return true;
}
inline bool has_known_slope(const SlopedEnclosure& number) {
  return is_finite(number.slope);
}

}  // namespace phasic
