#include "replay/enclosure.hpp"

#include "replay/arithmetic.hpp"

namespace phasic {

Enclosure::Enclosure(mpfr_prec_t bits, const Mpfr& number) : low(bits), high(bits) {
  mpfr_set(low.get(), number.get(), MPFR_RNDD);
  mpfr_set(high.get(), number.get(), MPFR_RNDU);
}

Enclosure::Enclosure(mpfr_prec_t bits, double number) : low(bits), high(bits) {
  mpfr_set_d(low.get(), number, MPFR_RNDD);
  mpfr_set_d(high.get(), number, MPFR_RNDU);
}

Enclosure enclosed(const Mpfr& value, double roundings, double absolute_units) {
  Enclosure result(value);
  if (roundings == 0 && absolute_units == 0) return result;
  // docs/numerics.md, section 3: a number <N> is off by N u / (1 - N u) of itself at most.
  Mpfr share(error_bits, roundings);
  mpfr_mul_2si(share.get(), share.get(), -static_cast<long>(value.bits()), MPFR_RNDU);
  Mpfr rest(error_bits);
  mpfr_ui_sub(rest.get(), 1, share.get(), MPFR_RNDD);
  if (mpfr_sgn(rest.get()) <= 0) {
    mpfr_set_zero(result.low.get(), 1);
    mpfr_set_inf(result.high.get(), 1);
    return result;
  }
  mpfr_div(share.get(), share.get(), rest.get(), MPFR_RNDU);
  Mpfr error(error_bits, absolute_units);
  mpfr_mul_2si(error.get(), error.get(), -static_cast<long>(value.bits()), MPFR_RNDU);
  Mpfr of_value(error_bits);
  mpfr_mul(of_value.get(), value.get(), share.get(), MPFR_RNDU);
  mpfr_add(error.get(), error.get(), of_value.get(), MPFR_RNDU);
  mpfr_sub(result.low.get(), value.get(), error.get(), MPFR_RNDD);
  if (mpfr_sgn(result.low.get()) < 0) mpfr_set_zero(result.low.get(), 1);
  mpfr_add(result.high.get(), value.get(), error.get(), MPFR_RNDU);
  return result;
}

void set(Enclosure& number, const Enclosure& value) {
  mpfr_set(number.low.get(), value.low.get(), MPFR_RNDD);
  mpfr_set(number.high.get(), value.high.get(), MPFR_RNDU);
}

void set_zero(Enclosure& number) {
  mpfr_set_zero(number.low.get(), 1);
  mpfr_set_zero(number.high.get(), 1);
}

void add(Enclosure& sum, const Enclosure& addend) {
  mpfr_add(sum.low.get(), sum.low.get(), addend.low.get(), MPFR_RNDD);
  mpfr_add(sum.high.get(), sum.high.get(), addend.high.get(), MPFR_RNDU);
}

void add_at_most(Enclosure& sum, const Mpfr& addend) {
  mpfr_add(sum.high.get(), sum.high.get(), addend.get(), MPFR_RNDU);
}

// A product and a sum cost less than MPFR's fused operation, which keeps every bit of the product.
void add_product(Enclosure& sum, const Enclosure& a, const Enclosure& b, Mpfr& scratch) {
  mpfr_mul(scratch.get(), a.low.get(), b.low.get(), MPFR_RNDD);
  mpfr_add(sum.low.get(), sum.low.get(), scratch.get(), MPFR_RNDD);
  mpfr_mul(scratch.get(), a.high.get(), b.high.get(), MPFR_RNDU);
  mpfr_add(sum.high.get(), sum.high.get(), scratch.get(), MPFR_RNDU);
}

void multiply(Enclosure& number, const Enclosure& b) {
  mpfr_mul(number.low.get(), number.low.get(), b.low.get(), MPFR_RNDD);
  mpfr_mul(number.high.get(), number.high.get(), b.high.get(), MPFR_RNDU);
}

void multiply(Enclosure& number, double b) {
  mpfr_mul_d(number.low.get(), number.low.get(), b, MPFR_RNDD);
  mpfr_mul_d(number.high.get(), number.high.get(), b, MPFR_RNDU);
}

void divide(Enclosure& number, const Enclosure& b) {
  mpfr_div(number.low.get(), number.low.get(), b.high.get(), MPFR_RNDD);
  mpfr_div(number.high.get(), number.high.get(), b.low.get(), MPFR_RNDU);
}

void divide(Enclosure& number, double b) {
  mpfr_div_d(number.low.get(), number.low.get(), b, MPFR_RNDD);
  mpfr_div_d(number.high.get(), number.high.get(), b, MPFR_RNDU);
}

void complement(Enclosure& number) {
  mpfr_swap(number.low.get(), number.high.get());
  mpfr_ui_sub(number.low.get(), 1, number.low.get(), MPFR_RNDD);
  mpfr_ui_sub(number.high.get(), 1, number.high.get(), MPFR_RNDU);
  if (mpfr_sgn(number.low.get()) < 0) mpfr_set_zero(number.low.get(), 1);
  if (mpfr_sgn(number.high.get()) < 0) mpfr_set_zero(number.high.get(), 1);
}

void take_exponential_of_minus(Enclosure& number) {
  mpfr_swap(number.low.get(), number.high.get());
  for (Mpfr* end : {&number.low, &number.high}) mpfr_neg(end->get(), end->get(), MPFR_RNDN);
  mpfr_exp(number.low.get(), number.low.get(), MPFR_RNDD);
  mpfr_exp(number.high.get(), number.high.get(), MPFR_RNDU);
}

Tracked<Mpfr> tracked_between(const Mpfr& low, const Mpfr& high) {
  Tracked<Mpfr> result(low);
  if (mpfr_equal_p(low.get(), high.get()) != 0) return result;
  mpfr_add(result.value.get(), low.get(), high.get(), MPFR_RNDN);
  mpfr_div_2ui(result.value.get(), result.value.get(), 1, MPFR_RNDN);
  Mpfr above(error_bits);
  mpfr_sub(above.get(), high.get(), result.value.get(), MPFR_RNDU);
  Mpfr below(error_bits);
  mpfr_sub(below.get(), result.value.get(), low.get(), MPFR_RNDU);
  mpfr_max(result.scale.get(), above.get(), below.get(), MPFR_RNDU);
  divide_by_unit(result.scale, result.value);
  return result;
}

Tracked<Mpfr> tracked(const Enclosure& number) {
  return tracked_between(number.low, number.high);
}

}  // namespace phasic
