// Numbers that know how wrong they can be, in any scalar: running error analysis (Wilkinson 1986; Higham
// 2002, Accuracy and Stability of Numerical Algorithms, section 3.3), with the terms of second order that a
// bound cannot do without. They have the operations of replay/arithmetic.hpp, so that a formula is written
// once. docs/numerics.md, section 3, has the rule of each operation.
#pragma once

#include <cmath>
#include <limits>
#include <utility>

#include "replay/arithmetic.hpp"

namespace phasic {

/// Bits in which the error of an Mpfr is kept.
inline constexpr mpfr_prec_t error_bits = 64;

// The error of something exact, of the type in which errors of such numbers are kept.
inline double no_error(double) {
  return 0;
}
inline Mpfr no_error(const Mpfr&) {
  return Mpfr(error_bits);
}

// error := error times the unit of roundoff of numbers like `number`
inline void multiply_by_unit(double& error, double) {
  error *= 0x1p-53;
}
inline void multiply_by_unit(Mpfr& error, const Mpfr& number) {
  mpfr_mul_2si(error.get(), error.get(), -static_cast<long>(number.bits()), MPFR_RNDU);
}
inline void divide_by_unit(double& error, double) {
  error *= 0x1p53;
}
inline void divide_by_unit(Mpfr& error, const Mpfr& number) {
  mpfr_mul_2si(error.get(), error.get(), static_cast<long>(number.bits()), MPFR_RNDU);
}

// |number|, as an error
inline double magnitude_of(double number) {
  return std::fabs(number);
}
inline Mpfr magnitude_of(const Mpfr& number) {
  Mpfr result(error_bits);
  mpfr_abs(result.get(), number.get(), MPFR_RNDU);
  return result;
}

// Doubles do not tell whether an operation was exact; MPFR does, by a flag.
inline void forget_rounding(double) {}
inline void forget_rounding(const Mpfr&) {
  mpfr_clear_inexflag();
}
inline bool may_have_rounded(double) {
  return true;
}
inline bool may_have_rounded(const Mpfr&) {
  return mpfr_inexflag_p() != 0;
}

/// A number whose error is at most `scale` units of roundoff. The scale is computed without directed
/// rounding: who uses it in the end adds `slack` for that. It is not finite where nothing is known.
template <class Scalar>
struct Tracked {
  Scalar value;
  Scalar scale;

  explicit Tracked(Scalar exact) : value(std::move(exact)), scale(no_error(value)) {}
  Tracked(Scalar of, Scalar with_scale) : value(std::move(of)), scale(std::move(with_scale)) {}
};

/// More than all roundings of any scale can amount to: each is 2^-53 of it or less.
inline constexpr double slack = 1.01;

/// A number whose relative error is at most (1-u)^-count - 1.
template <class Scalar>
Tracked<Scalar> with_count(Scalar value, double count) {
  Tracked<Scalar> number(std::move(value));
  if (count == 0) return number;
  Scalar rest = no_error(number.value);  // 1 - 2 count u
  set(rest, -2 * count);
  multiply_by_unit(rest, number.value);
  Scalar one = no_error(number.value);
  set(one, 1.0);
  add(rest, one);
  number.scale = magnitude_of(number.value);
  if (is_negative(rest) || is_zero(rest) || !is_finite(rest)) {
    set(number.scale, std::numeric_limits<double>::infinity());
    return number;
  }
  multiply(number.scale, count);
  divide(number.scale, rest);
  return number;
}

template <class Scalar>
bool is_exact(const Tracked<Scalar>& number) {
  return is_zero(number.scale);
}

/// |value| less the error: what the true magnitude is at least. Not positive where the sign is not known.
template <class Scalar>
Scalar least_magnitude(const Tracked<Scalar>& number) {
  Scalar error = number.scale;
  multiply_by_unit(error, number.value);
  multiply(error, -slack);
  add(error, magnitude_of(number.value));
  return error;
}

/// Whether the number may be 0, and is not known to be.
template <class Scalar>
bool is_lost(const Tracked<Scalar>& number) {
  if (is_exact(number)) return false;
  const Scalar least = least_magnitude(number);
  return !is_finite(least) || is_negative(least) || is_zero(least);
}

template <class Scalar>
void lose(Tracked<Scalar>& number) {
  set(number.scale, std::numeric_limits<double>::infinity());
}

/// Changes the value by one operation, and counts its rounding.
template <class Scalar, class Operation>
void operate(Tracked<Scalar>& number, Operation operation) {
  forget_rounding(number.value);
  operation(number.value);
  if (may_have_rounded(number.value)) add(number.scale, magnitude_of(number.value));
}

template <class Scalar>
bool is_zero(const Tracked<Scalar>& number) {
  return is_zero(number.value) && is_exact(number);
}
template <class Scalar>
void set(Tracked<Scalar>& number, double exact) {
  set(number.value, exact);
  set(number.scale, 0.0);
}
template <class Scalar>
void set(Tracked<Scalar>& number, const Tracked<Scalar>& to) {
  number = to;
}
template <class Scalar>
void add(Tracked<Scalar>& sum, const Tracked<Scalar>& addend) {
  add(sum.scale, addend.scale);
  operate(sum, [&](Scalar& value) { add(value, addend.value); });
}
/// scale := scale + what the errors of a and b make of a b
template <class Scalar>
void add_error_of_product(Scalar& scale, const Tracked<Scalar>& a, const Tracked<Scalar>& b) {
  if (!is_exact(b)) add_product(scale, magnitude_of(a.value), b.scale);
  if (!is_exact(a)) add_product(scale, magnitude_of(b.value), a.scale);
  if (is_exact(a) || is_exact(b)) return;
  Scalar both = a.scale;
  multiply_by_unit(both, a.value);
  add_product(scale, both, b.scale);
}
template <class Scalar>
void add_product(Tracked<Scalar>& sum, const Tracked<Scalar>& a, const Tracked<Scalar>& b) {
  add_error_of_product(sum.scale, a, b);
  operate(sum, [&](Scalar& value) { add_product(value, a.value, b.value); });
}
template <class Scalar>
void multiply(Tracked<Scalar>& number, const Tracked<Scalar>& b) {
  Scalar scale = no_error(number.value);
  add_error_of_product(scale, number, b);
  number.scale = std::move(scale);
  operate(number, [&](Scalar& value) { multiply(value, b.value); });
}
template <class Scalar>
void multiply(Tracked<Scalar>& number, double b) {
  if (std::fabs(b) == 1) {
    multiply(number.value, b);
    return;
  }
  multiply(number.scale, std::fabs(b));
  operate(number, [&](Scalar& value) { multiply(value, b); });
}
/// By what may be 0: nothing is known of the quotient.
template <class Scalar>
void divide(Tracked<Scalar>& number, const Tracked<Scalar>& b) {
  if (is_lost(b)) {
    set(number.value, std::numeric_limits<double>::quiet_NaN());
    lose(number);
    return;
  }
  Scalar scale = no_error(number.value);
  set(scale, number.scale);
  const bool was_exact = is_exact(number);
  set(number.scale, 0.0);
  operate(number, [&](Scalar& value) { divide(value, b.value); });
  if (was_exact && is_exact(b)) return;
  add_product(scale, magnitude_of(number.value), b.scale);
  divide(scale, is_exact(b) ? magnitude_of(b.value) : least_magnitude(b));
  add(number.scale, scale);
}
template <class Scalar>
void divide(Tracked<Scalar>& number, double b) {
  if (std::fabs(b) == 1) {
    multiply(number.value, b);
    return;
  }
  divide(number.scale, std::fabs(b));
  operate(number, [&](Scalar& value) { divide(value, b); });
}
/// Of what may be 0 the root is known as little; below 0 it is 0.
template <class Scalar>
void take_root(Tracked<Scalar>& number) {
  const bool lost = is_lost(number);
  if (lost && is_negative(number.value)) set(number.value, 0.0);
  Scalar scale = no_error(number.value);
  set(scale, number.scale);
  Scalar rest = lost ? magnitude_of(number.value) : least_magnitude(number);
  if (lost) {
    // sqrt(value + error), as an error
    multiply_by_unit(scale, number.value);
    add(scale, rest);
    take_root(scale);
    divide_by_unit(scale, number.value);
  }
  set(number.scale, 0.0);
  operate(number, [](Scalar& value) { take_root(value); });
  if (!lost && !is_zero(scale)) {
    take_root(rest);
    add(rest, magnitude_of(number.value));
    divide(scale, rest);
  }
  add(number.scale, scale);
}

}  // namespace phasic
