#include "replay/sloped_enclosure.hpp"

#include "replay/arithmetic.hpp"

namespace phasic {

namespace {

/// The end of b that makes the product of an end `a` least, or greatest.
mpfr_srcptr end_for_least(const Mpfr& a, const Enclosure& b) {
  return mpfr_sgn(a.get()) >= 0 ? b.low.get() : b.high.get();
}
mpfr_srcptr end_for_greatest(const Mpfr& a, const Enclosure& b) {
  return mpfr_sgn(a.get()) >= 0 ? b.high.get() : b.low.get();
}

}  // namespace

SignedEnclosure::SignedEnclosure(mpfr_prec_t bits, const Tracked<Mpfr>& number) : low(bits), high(bits) {
  Mpfr error(error_bits);
  mpfr_mul_2si(error.get(), number.scale.get(), -static_cast<long>(number.value.bits()), MPFR_RNDU);
  if (!is_exact(number)) mpfr_mul_d(error.get(), error.get(), slack, MPFR_RNDU);
  mpfr_sub(low.get(), number.value.get(), error.get(), MPFR_RNDD);
  mpfr_add(high.get(), number.value.get(), error.get(), MPFR_RNDU);
}

SignedEnclosure difference(const Enclosure& gained, const Enclosure& lost) {
  SignedEnclosure result(gained.bits());
  mpfr_sub(result.low.get(), gained.low.get(), lost.high.get(), MPFR_RNDD);
  mpfr_sub(result.high.get(), gained.high.get(), lost.low.get(), MPFR_RNDU);
  return result;
}

void add(SignedEnclosure& sum, const SignedEnclosure& addend) {
  mpfr_add(sum.low.get(), sum.low.get(), addend.low.get(), MPFR_RNDD);
  mpfr_add(sum.high.get(), sum.high.get(), addend.high.get(), MPFR_RNDU);
}

void add_product(SignedEnclosure& sum, const SignedEnclosure& a, const Enclosure& b, Mpfr& scratch) {
  mpfr_mul(scratch.get(), a.low.get(), end_for_least(a.low, b), MPFR_RNDD);
  mpfr_add(sum.low.get(), sum.low.get(), scratch.get(), MPFR_RNDD);
  mpfr_mul(scratch.get(), a.high.get(), end_for_greatest(a.high, b), MPFR_RNDU);
  mpfr_add(sum.high.get(), sum.high.get(), scratch.get(), MPFR_RNDU);
}

void multiply(SignedEnclosure& number, const Enclosure& b) {
  mpfr_mul(number.low.get(), number.low.get(), end_for_least(number.low, b), MPFR_RNDD);
  mpfr_mul(number.high.get(), number.high.get(), end_for_greatest(number.high, b), MPFR_RNDU);
}

void divide(SignedEnclosure& number, const Enclosure& b) {
  mpfr_div(number.low.get(), number.low.get(), end_for_greatest(number.low, b), MPFR_RNDD);
  mpfr_div(number.high.get(), number.high.get(), end_for_least(number.high, b), MPFR_RNDU);
}

void divide(SignedEnclosure& number, double b) {
  mpfr_div_d(number.low.get(), number.low.get(), b, MPFR_RNDD);
  mpfr_div_d(number.high.get(), number.high.get(), b, MPFR_RNDU);
}

void negate(SignedEnclosure& number) {
  mpfr_swap(number.low.get(), number.high.get());
  for (Mpfr* end : {&number.low, &number.high}) mpfr_neg(end->get(), end->get(), MPFR_RNDN);
}

void widen(SignedEnclosure& number, const Mpfr& by) {
  mpfr_sub(number.low.get(), number.low.get(), by.get(), MPFR_RNDD);
  mpfr_add(number.high.get(), number.high.get(), by.get(), MPFR_RNDU);
}

void narrow(SignedEnclosure& number, const SignedEnclosure& to) {
  mpfr_max(number.low.get(), number.low.get(), to.low.get(), MPFR_RNDD);
  mpfr_min(number.high.get(), number.high.get(), to.high.get(), MPFR_RNDU);
}

Mpfr magnitude_of(const SignedEnclosure& number) {
  Mpfr result(error_bits);
  mpfr_srcptr larger =
      mpfr_cmpabs(number.low.get(), number.high.get()) > 0 ? number.low.get() : number.high.get();
  mpfr_abs(result.get(), larger, MPFR_RNDU);
  return result;
}

Tracked<Mpfr> tracked(const SignedEnclosure& number) {
  return tracked_between(number.low, number.high);
}

void add(SlopedEnclosure& sum, const SlopedEnclosure& addend) {
  add(sum.value, addend.value);
  add(sum.slope, addend.slope);
}

void add_product(SlopedEnclosure& sum, const SlopedEnclosure& a, const SlopedEnclosure& b, Mpfr& scratch) {
  add_product(sum.value, a.value, b.value, scratch);
  if (!is_zero(a.slope)) add_product(sum.slope, a.slope, b.value, scratch);
  if (!is_zero(b.slope)) add_product(sum.slope, b.slope, a.value, scratch);
}

void add_product(SlopedEnclosure& sum, const Enclosure& a, const SlopedEnclosure& b, Mpfr& scratch) {
  add_product(sum.value, a, b.value, scratch);
  if (!is_zero(b.slope)) add_product(sum.slope, b.slope, a, scratch);
}

void multiply(SlopedEnclosure& number, const Enclosure& b) {
  multiply(number.value, b);
  multiply(number.slope, b);
}

void divide(SlopedEnclosure& number, const Enclosure& b) {
  divide(number.value, b);
  divide(number.slope, b);
}

void complement(SlopedEnclosure& number) {
  complement(number.value);
  negate(number.slope);
}

void set_zero(SlopedEnclosure& number) {
  set_zero(number.value);
  for (Mpfr* end : {&number.slope.low, &number.slope.high}) mpfr_set_zero(end->get(), 1);
}

}  // namespace phasic
