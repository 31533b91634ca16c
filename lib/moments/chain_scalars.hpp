// Numbers that a chain is eliminated in: doubles, MPFR numbers, and numbers that carry their derivative by
// one parameter, with or without what is known of their errors. Each has +=, * and /, 0 and 1, and says what
// is left of 1 and whether staying put is an edge.
#pragma once

#include <algorithm>
#include <type_traits>
#include <utility>

#include "moments/precision.hpp"
#include "replay/mpfr.hpp"
#include "replay/tracked.hpp"

namespace phasic {

/// A number and its derivative by one parameter.
struct Sloped {
  double value = 0;
  double slope = 0;
};
inline Sloped& operator+=(Sloped& a, const Sloped& b) {
  a.value += b.value;
  a.slope += b.slope;
  return a;
}
inline Sloped operator*(const Sloped& a, const Sloped& b) {
  return {a.value * b.value, a.slope * b.value + a.value * b.slope};
}
inline Sloped operator/(const Sloped& a, const Sloped& b) {
  const double quotient = a.value / b.value;
  return {quotient, (a.slope - quotient * b.slope) / b.value};
}
inline Sloped operator/(const Sloped& a, double b) {
  return {a.value / b, a.slope / b};
}

/// The same with what is known of their errors. A zero, which is exact, takes the bits of what is added to
/// it.
template <class Scalar>
struct TrackedSloped {
  TrackedSloped() : TrackedSloped(0) {}
  explicit TrackedSloped(double exact) { set(value, exact); }
  TrackedSloped(Tracked<Scalar> of, Tracked<Scalar> with_slope)
      : value(std::move(of)), slope(std::move(with_slope)) {}
  Tracked<Scalar> value{zero()};
  Tracked<Scalar> slope{zero()};

 private:
  static Scalar zero() {
    if constexpr (std::is_same_v<Scalar, double>)
      return 0;
    else
      return Scalar(least_mpfr_bits);
  }
};
template <class Scalar>
TrackedSloped<Scalar>& operator+=(TrackedSloped<Scalar>& a, const TrackedSloped<Scalar>& b) {
  if (is_zero(a.value) && is_zero(a.slope)) return a = b;
  add(a.value, b.value);
  add(a.slope, b.slope);
  return a;
}
template <class Scalar>
TrackedSloped<Scalar> operator*(const TrackedSloped<Scalar>& a, const TrackedSloped<Scalar>& b) {
  TrackedSloped<Scalar> product = a;
  multiply(product.value, b.value);
  multiply(product.slope, b.value);
  Tracked<Scalar> more = a.value;
  multiply(more, b.slope);
  add(product.slope, more);
  return product;
}
template <class Scalar>
TrackedSloped<Scalar> operator/(const TrackedSloped<Scalar>& a, const TrackedSloped<Scalar>& b) {
  TrackedSloped<Scalar> quotient = a;
  divide(quotient.value, b.value);
  Tracked<Scalar> less = quotient.value;
  multiply(less, b.slope);
  multiply(less, -1.0);
  add(quotient.slope, less);
  divide(quotient.slope, b.value);
  return quotient;
}
template <class Scalar>
TrackedSloped<Scalar> operator/(TrackedSloped<Scalar> a, double b) {
  divide(a.value, b);
  divide(a.slope, b);
  return a;
}

/// An MPFR number with operators. A result has the bits of that operand that has more.
struct Wide {
  Mpfr value{MPFR_PREC_MIN};

  Wide() = default;
  explicit Wide(int number) : value(MPFR_PREC_MIN, number) {}
  explicit Wide(const Mpfr& number) : value(number) {}
};
inline mpfr_prec_t bits_of_both(const Wide& a, const Wide& b) {
  return std::max(a.value.bits(), b.value.bits());
}
inline Wide& operator+=(Wide& a, const Wide& b) {
  mpfr_prec_round(a.value.get(), bits_of_both(a, b), MPFR_RNDN);
  mpfr_add(a.value.get(), a.value.get(), b.value.get(), MPFR_RNDN);
  return a;
}
inline Wide operator*(const Wide& a, const Wide& b) {
  Wide product{Mpfr(bits_of_both(a, b))};
  mpfr_mul(product.value.get(), a.value.get(), b.value.get(), MPFR_RNDN);
  return product;
}
inline Wide operator/(const Wide& a, const Wide& b) {
  Wide quotient{Mpfr(bits_of_both(a, b))};
  mpfr_div(quotient.value.get(), a.value.get(), b.value.get(), MPFR_RNDN);
  return quotient;
}
inline Wide operator/(Wide a, double b) {
  mpfr_div_d(a.value.get(), a.value.get(), b, MPFR_RNDN);
  return a;
}

/// A probability of staying put: what the others leave.
inline double rest_of_one(double sum) {
  return std::max(0.0, 1 - sum);
}
inline Wide rest_of_one(Wide sum) {
  mpfr_ui_sub(sum.value.get(), 1, sum.value.get(), MPFR_RNDN);
  if (mpfr_sgn(sum.value.get()) < 0) mpfr_set_zero(sum.value.get(), 1);
  return sum;
}
inline Sloped rest_of_one(const Sloped& sum) {
  return {rest_of_one(sum.value), -sum.slope};
}
template <class Scalar>
TrackedSloped<Scalar> rest_of_one(TrackedSloped<Scalar> sum) {
  Tracked<Scalar> one = sum.value;
  set(one, 1.0);
  multiply(sum.value, -1.0);
  add(sum.value, one);
  multiply(sum.slope, -1.0);
  return sum;
}
/// Whether staying put is an edge. What looks impossible may be a double's rounding, or change with the
/// parameter.
inline bool may_stay(double stay) {
  return stay > 0;
}
template <class Number>
bool may_stay(const Number& /*stay*/) {
  return true;
}

}  // namespace phasic
