// Formulas in MPFR as they are written on paper, for tests: results have the left operand's precision.
#pragma once

#include <cmath>
#include <vector>

#include "replay/mpfr.hpp"

namespace phasic::test {

inline Mpfr operator+(Mpfr a, const Mpfr& b) {
  mpfr_add(a.get(), a.get(), b.get(), MPFR_RNDN);
  return a;
}
inline Mpfr operator-(Mpfr a, const Mpfr& b) {
  mpfr_sub(a.get(), a.get(), b.get(), MPFR_RNDN);
  return a;
}
inline Mpfr operator*(Mpfr a, const Mpfr& b) {
  mpfr_mul(a.get(), a.get(), b.get(), MPFR_RNDN);
  return a;
}
inline Mpfr operator*(Mpfr a, double b) {
  mpfr_mul_d(a.get(), a.get(), b, MPFR_RNDN);
  return a;
}
inline Mpfr operator/(Mpfr a, const Mpfr& b) {
  mpfr_div(a.get(), a.get(), b.get(), MPFR_RNDN);
  return a;
}
inline Mpfr root(Mpfr a) {
  mpfr_sqrt(a.get(), a.get(), MPFR_RNDN);
  return a;
}

/// E[(R - m)^order] from E[R^k], k = 1, 2, ...
inline Mpfr central(const std::vector<Mpfr>& moments, unsigned order) {
  const mpfr_prec_t bits = moments[0].bits();
  Mpfr sum(bits);
  Mpfr power(bits, 1.0);  // C(order, i) (-m)^i
  for (unsigned i = 0; i <= order; ++i) {
    sum = sum + (i == order ? power : power * moments[order - i - 1]);
    power = power * moments[0] * -static_cast<double>(order - i) / Mpfr(bits, i + 1.0);
  }
  return sum;
}

}  // namespace phasic::test
