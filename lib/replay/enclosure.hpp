// A number >= 0 that is known to lie between two MPFR numbers. Every operation rounds the lower end down and
// the upper end up, and on numbers >= 0 sums, products and quotients grow or fall with each operand: so what
// is computed encloses the truth, and no roundings have to be counted. Results take the bits of the number
// that they are stored in.
#pragma once

#include "replay/mpfr.hpp"
#include "replay/tracked.hpp"

namespace phasic {

struct Enclosure {
  /// 0
  explicit Enclosure(mpfr_prec_t bits) : low(bits), high(bits) {}
  Enclosure(mpfr_prec_t bits, const Mpfr& number);
  Enclosure(mpfr_prec_t bits, double number);
  /// An exact number as it is.
  explicit Enclosure(const Mpfr& number) : low(number), high(number) {}
  Enclosure(Mpfr least, Mpfr greatest) : low(std::move(least)), high(std::move(greatest)) {}

  [[nodiscard]] mpfr_prec_t bits() const { return low.bits(); }

  Mpfr low;
  Mpfr high;
};

/// What a number may be that is computed as `value`, at the value's bits: it is a product of the truth and up
/// to so many roundings, and further off by so many units of roundoff (of 1).
Enclosure enclosed(const Mpfr& value, double roundings, double absolute_units = 0);

// number := value
void set(Enclosure& number, const Enclosure& value);
void set_zero(Enclosure& number);

// sum := sum + addend
void add(Enclosure& sum, const Enclosure& addend);
/// The truth may be larger by so much.
void add_at_most(Enclosure& sum, const Mpfr& addend);
// sum := sum + a b. `scratch` has the bits of `sum`.
void add_product(Enclosure& sum, const Enclosure& a, const Enclosure& b, Mpfr& scratch);
// number := number b, number / b, 1 - number (of a number up to 1), exp(-number)
void multiply(Enclosure& number, const Enclosure& b);
void multiply(Enclosure& number, double b);
void divide(Enclosure& number, const Enclosure& b);
void divide(Enclosure& number, double b);
void complement(Enclosure& number);
void take_exponential_of_minus(Enclosure& number);

inline bool is_zero(const Enclosure& number) {
  return mpfr_zero_p(number.high.get()) != 0;
}
inline bool is_exact(const Enclosure& number) {
  return mpfr_equal_p(number.low.get(), number.high.get()) != 0;
}
/// Whether it is certain.
inline bool is_less(const Enclosure& a, const Enclosure& b) {
  return mpfr_less_p(a.high.get(), b.low.get()) != 0;
}
inline bool is_at_least(const Enclosure& a, const Enclosure& b) {
  return mpfr_greaterequal_p(a.low.get(), b.high.get()) != 0;
}

/// The middle, and what it may be off by.
Tracked<Mpfr> tracked(const Enclosure& number);
Tracked<Mpfr> tracked_between(const Mpfr& low, const Mpfr& high);

}  // namespace phasic
