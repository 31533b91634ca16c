// A number and its derivative, with the operations of replay/arithmetic.hpp: a formula that is written for
// numbers gives the derivative too.
#pragma once

#include <utility>

#include "replay/tracked.hpp"

namespace phasic {

/// A number and its derivative.
template <class Number>
struct Dual {
  Number value;
  Number derivative;
};

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

}  // namespace phasic
