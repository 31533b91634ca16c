// Numbers that know how much was lost in making them, in any scalar: running error analysis to first order
// (Higham 2002, Accuracy and Stability of Numerical Algorithms, section 3.3). They have the operations of
// replay/arithmetic.hpp, so that a formula is written once and used for values and for derivatives.
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include "replay/arithmetic.hpp"

namespace phasic {

/// What has to be left of a number's scale: less, and a double has lost seven of its sixteen digits.
inline double least_share(double) {
  return 1e-7;
}
inline double least_share(const Mpfr& number) {
  // A double's 53 bits, and 20 for the rounding of the addends.
  return std::min(1e-7, std::exp2(73.0 - static_cast<double>(number.bits())));
}

/// A number whose error is at most a few units of roundoff times its `scale`. Made of a number without
/// cancellation the scale is its magnitude; sums add scales, and a difference whose scale dwarfs it cannot be
/// told from 0.
template <class Scalar>
struct Tracked {
  Scalar value;
  Scalar scale;
  bool is_doubtful = false;  ///< made with a number that may be 0, and was taken to be

  explicit Tracked(Scalar exact) : value(exact), scale(std::move(exact)) { take_magnitude(scale); }
  Tracked(Scalar of, Scalar with_scale) : value(std::move(of)), scale(std::move(with_scale)) {}
};

/// Takes a number to be 0 if so little is left of its scale that it may be. More digits have to decide.
template <class Scalar>
void settle(Tracked<Scalar>& number) {
  if (is_zero(number.scale) || !is_finite(number.value) || !is_finite(number.scale)) return;
  if (share(number.value, number.scale) > least_share(number.value)) return;
  set(number.value, 0.0);
  number.is_doubtful = true;
}

template <class Scalar>
bool is_doubtful(const Tracked<Scalar>& number) {
  return number.is_doubtful;
}
template <class Scalar>
void set(Tracked<Scalar>& number, double exact) {
  set(number.value, exact);
  set(number.scale, std::fabs(exact));
  number.is_doubtful = false;
}
template <class Scalar>
void add(Tracked<Scalar>& sum, const Tracked<Scalar>& addend) {
  add(sum.value, addend.value);
  add(sum.scale, addend.scale);
  sum.is_doubtful = sum.is_doubtful || addend.is_doubtful;
}
template <class Scalar>
void add_product_scale(Scalar& scale, const Tracked<Scalar>& a, const Tracked<Scalar>& b) {
  Scalar magnitude = a.value;
  take_magnitude(magnitude);
  add_product(scale, magnitude, b.scale);
  magnitude = b.value;
  take_magnitude(magnitude);
  add_product(scale, magnitude, a.scale);
}
template <class Scalar>
void add_product(Tracked<Scalar>& sum, const Tracked<Scalar>& a, const Tracked<Scalar>& b) {
  add_product(sum.value, a.value, b.value);
  add_product_scale(sum.scale, a, b);
  sum.is_doubtful = sum.is_doubtful || a.is_doubtful || b.is_doubtful;
}
template <class Scalar>
void multiply(Tracked<Scalar>& number, const Tracked<Scalar>& b) {
  Scalar scale = number.value;
  set(scale, 0.0);
  add_product_scale(scale, number, b);
  multiply(number.value, b.value);
  number.scale = std::move(scale);
  number.is_doubtful = number.is_doubtful || b.is_doubtful;
}
template <class Scalar>
void multiply(Tracked<Scalar>& number, double b) {
  multiply(number.value, b);
  multiply(number.scale, std::fabs(b));
}
template <class Scalar>
void divide(Tracked<Scalar>& number, Tracked<Scalar> b) {
  settle(b);
  divide(number.value, b.value);
  Scalar magnitude = number.value;
  take_magnitude(magnitude);
  add_product(number.scale, magnitude, b.scale);
  magnitude = b.value;
  take_magnitude(magnitude);
  divide(number.scale, magnitude);
  number.is_doubtful = number.is_doubtful || b.is_doubtful;
}
template <class Scalar>
void divide(Tracked<Scalar>& number, double b) {
  divide(number.value, b);
  divide(number.scale, std::fabs(b));
}
template <class Scalar>
void take_root(Tracked<Scalar>& number) {
  settle(number);
  take_root(number.value);
  if (is_zero(number.value)) {
    set(number.scale, 0.0);
    return;
  }
  divide(number.scale, number.value);
  divide(number.scale, 2.0);
}

/// A number and its derivative.
template <class Number>
struct Dual {
  Number value;
  Number derivative;
};

template <class Number>
bool is_doubtful(const Dual<Number>& number) {
  return is_doubtful(number.value);
}
template <class Number>
void set(Dual<Number>& number, double exact) {
  set(number.value, exact);
  set(number.derivative, 0.0);
}
template <class Number>
void add(Dual<Number>& sum, const Dual<Number>& addend) {
  add(sum.value, addend.value);
  add(sum.derivative, addend.derivative);
}
template <class Number>
void add_product(Dual<Number>& sum, const Dual<Number>& a, const Dual<Number>& b) {
  add_product(sum.value, a.value, b.value);
  add_product(sum.derivative, a.derivative, b.value);
  add_product(sum.derivative, a.value, b.derivative);
}
template <class Number>
void multiply(Dual<Number>& number, const Dual<Number>& b) {
  multiply(number.derivative, b.value);
  add_product(number.derivative, number.value, b.derivative);
  multiply(number.value, b.value);
}
template <class Number>
void multiply(Dual<Number>& number, double b) {
  multiply(number.value, b);
  multiply(number.derivative, b);
}
template <class Number>
void divide(Dual<Number>& number, const Dual<Number>& b) {
  divide(number.value, b.value);
  Number slope = b.derivative;
  multiply(slope, -1.0);
  add_product(number.derivative, number.value, slope);
  divide(number.derivative, b.value);
}
template <class Number>
void divide(Dual<Number>& number, double b) {
  divide(number.value, b);
  divide(number.derivative, b);
}
template <class Number>
void take_root(Dual<Number>& number) {
  take_root(number.value);
  divide(number.derivative, number.value);
  divide(number.derivative, 2.0);
}

/// What is handed out of a value, or of a derivative.
template <class Scalar>
Tracked<Scalar> result_of(Tracked<Scalar> number) {
  settle(number);
  return number;
}
template <class Scalar>
Tracked<Scalar> result_of(Dual<Tracked<Scalar>> number) {
  settle(number.derivative);
  return std::move(number.derivative);
}

}  // namespace phasic
