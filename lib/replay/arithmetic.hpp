// The few operations that a replay is made of, for each scalar: double, and Mpfr at any precision. All update
// their first argument, so that no multiprecision temporary is ever made in a loop.
#pragma once

#include <cmath>

#include "replay/mpfr.hpp"

namespace phasic {

// number := value
inline void set(double& number, double value) {
  number = value;
}
inline void set(double& number, const Mpfr& value) {
  number = value.to_double();
}
inline void set(Mpfr& number, double value) {
  mpfr_set_d(number.get(), value, MPFR_RNDN);
}
inline void set(Mpfr& number, const Mpfr& value) {
  mpfr_set(number.get(), value.get(), MPFR_RNDN);
}

// sum := sum + addend
inline void add(double& sum, double addend) {
  sum += addend;
}
inline void add(Mpfr& sum, const Mpfr& addend) {
  mpfr_add(sum.get(), sum.get(), addend.get(), MPFR_RNDN);
}

// sum := sum + a b, rounded once
inline void add_product(double& sum, double a, double b) {
  sum = std::fma(a, b, sum);
}
inline void add_product(Mpfr& sum, const Mpfr& a, const Mpfr& b) {
  mpfr_fma(sum.get(), a.get(), b.get(), sum.get(), MPFR_RNDN);
}

// number := number b
inline void multiply(double& number, double b) {
  number *= b;
}
inline void multiply(Mpfr& number, const Mpfr& b) {
  mpfr_mul(number.get(), number.get(), b.get(), MPFR_RNDN);
}
inline void multiply(Mpfr& number, double b) {
  mpfr_mul_d(number.get(), number.get(), b, MPFR_RNDN);
}

// number := number / b
inline void divide(double& number, double b) {
  number /= b;
}
inline void divide(Mpfr& number, const Mpfr& b) {
  mpfr_div(number.get(), number.get(), b.get(), MPFR_RNDN);
}
inline void divide(Mpfr& number, double b) {
  mpfr_div_d(number.get(), number.get(), b, MPFR_RNDN);
}

// number := max(0, 1 - number)
inline void complement(double& number) {
  number = number < 1 ? 1 - number : 0;
}
inline void complement(Mpfr& number) {
  mpfr_ui_sub(number.get(), 1, number.get(), MPFR_RNDN);
  if (mpfr_sgn(number.get()) < 0) mpfr_set_zero(number.get(), 1);
}

// number := sqrt(number)
inline void take_root(double& number) {
  number = std::sqrt(number);
}
inline void take_root(Mpfr& number) {
  mpfr_sqrt(number.get(), number.get(), MPFR_RNDN);
}

// number := |number|
inline void take_magnitude(double& number) {
  number = std::fabs(number);
}
inline void take_magnitude(Mpfr& number) {
  mpfr_abs(number.get(), number.get(), MPFR_RNDN);
}

// |part / whole|
inline double share(double part, double whole) {
  return std::fabs(part / whole);
}
inline double share(const Mpfr& part, const Mpfr& whole) {
  Mpfr quotient(part);
  divide(quotient, whole);
  return std::fabs(quotient.to_double());
}

inline bool is_zero(double number) {
  return number == 0;
}
inline bool is_zero(const Mpfr& number) {
  return mpfr_zero_p(number.get()) != 0;
}
inline bool is_finite(double number) {
  return std::isfinite(number);
}
inline bool is_finite(const Mpfr& number) {
  return mpfr_number_p(number.get()) != 0;
}
inline bool is_negative(double number) {
  return number < 0;
}
inline bool is_negative(const Mpfr& number) {
  return !mpfr_nan_p(number.get()) && mpfr_sgn(number.get()) < 0;
}

inline bool is_less(double a, double b) {
  return a < b;
}
inline bool is_less(const Mpfr& a, const Mpfr& b) {
  return mpfr_less_p(a.get(), b.get()) != 0;
}

}  // namespace phasic
