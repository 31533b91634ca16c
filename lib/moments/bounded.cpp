#include "moments/bounded.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "moments/digits.hpp"

namespace phasic {

namespace {

/// The error of the number as it was computed.
template <class Scalar>
Scalar error_of(const Tracked<Scalar>& number) {
  Scalar error = number.scale;
  multiply_by_unit(error, number.value);
  multiply(error, slack);
  if (!is_finite(error)) set(error, std::numeric_limits<double>::infinity());
  return error;
}

// The least and the greatest that a number can be.
struct Ends {
  explicit Ends(const Tracked<double>& number, double error) {
    const double endless = std::numeric_limits<double>::infinity();
    least = error == 0 ? number.value : std::nextafter(number.value - error, -endless);
    greatest = error == 0 ? number.value : std::nextafter(number.value + error, endless);
  }
  double least;
  double greatest;
};
struct MpfrEnds {
  explicit MpfrEnds(const Tracked<Mpfr>& number, const Mpfr& error)
      : least(number.value.bits() + error_bits), greatest(least) {
    mpfr_sub(least.get(), number.value.get(), error.get(), MPFR_RNDD);
    mpfr_add(greatest.get(), number.value.get(), error.get(), MPFR_RNDU);
  }
  Mpfr least;
  Mpfr greatest;
};
Ends ends_of(const Tracked<double>& number, double error) {
  return Ends(number, error);
}
MpfrEnds ends_of(const Tracked<Mpfr>& number, const Mpfr& error) {
  return MpfrEnds(number, error);
}

std::string nearest_text(const Tracked<double>& number, unsigned digits) {
  return decimal_text(number.value, digits);
}
std::string nearest_text(const Tracked<Mpfr>& number, unsigned digits) {
  return decimal_text_of_tie(number.value, digits);
}

/// What is printed, less the number.
void add_rounding_of_text(double& error, const Tracked<double>& number, const Number& printed) {
  if (printed.decimal.empty()) return;
  Mpfr text(256);
  mpfr_strtofr(text.get(), printed.decimal.c_str(), nullptr, 10, MPFR_RNDN);
  mpfr_sub_d(text.get(), text.get(), number.value, MPFR_RNDA);
  error += std::fabs(mpfr_get_d(text.get(), MPFR_RNDA)) * slack;
}
void add_rounding_of_text(Mpfr& error, const Tracked<Mpfr>& number, const Number& printed) {
  Mpfr text(number.value.bits() + 2 * error_bits);
  if (printed.decimal.empty())
    set(text, printed.value);
  else
    mpfr_strtofr(text.get(), printed.decimal.c_str(), nullptr, 10, MPFR_RNDN);
  mpfr_sub(text.get(), text.get(), number.value.get(), MPFR_RNDA);
  mpfr_abs(text.get(), text.get(), MPFR_RNDU);
  mpfr_add(error.get(), error.get(), text.get(), MPFR_RNDU);
}

// Near enough to tell how many bits are missing.
double log2_of(double number) {
  return std::log2(std::fabs(number));
}
double log2_of(const Mpfr& number) {
  return mpfr_regular_p(number.get()) != 0 ? static_cast<double>(mpfr_get_exp(number.get())) : 0;
}

/// The decimal that everything between the ends rounds to; else one that is as near as can be told, and so
/// said.
template <class Scalar>
void write_digits(const Tracked<Scalar>& number, const Scalar& error, unsigned digits, Bounded& result) {
  if (is_zero(number.value)) {
    result.value.decimal.assign(1, '0');
    return;
  }
  result.value.decimal = nearest_text(number, digits);
  if (result.standing != Standing::proven) return;
  const auto ends = ends_of(number, error);
  std::string text = decimal_text(ends.least, digits);
  if (text == decimal_text(ends.greatest, digits)) {
    result.value.decimal = std::move(text);
    return;
  }
  result.standing = Standing::imprecise;
  result.missing_bits = log2_of(error) - log2_of(number.value) + std::log2(10.0) * digits;
}

/// Whether the error is within the tolerance.
template <class Scalar>
bool is_precise(const Tracked<Scalar>& number, const Scalar& error, Yardstick yardstick, double tolerance) {
  if (is_exact(number) || share(error, number.value) <= tolerance) return true;
  if (!(yardstick.length > 0) || !std::isfinite(yardstick.length)) return false;
  Scalar length = number.value;
  set(length, yardstick.length);
  return share(number.value, length) >= least_part_of_yardstick && share(error, length) <= tolerance;
}

/// What is lost is said to be 0 in the last attempt, if anything is known of it.
template <class Scalar>
void settle(Tracked<Scalar>& number, Scalar& error, Chance chance, Bounded& result) {
  result.standing = Standing::lost;
  if (chance == Chance::another || !is_finite(number.value)) return;
  if (is_finite(number.scale)) {
    add(error, magnitude_of(number.value));
    set(number.value, 0.0);
  } else {
    result.standing = Standing::imprecise;
  }
}

template <class Scalar>
Bounded judged(Tracked<Scalar> number, Yardstick yardstick, const Precision& precision, Chance chance) {
  Bounded result;
  Scalar error = error_of(number);
  const bool is_number = is_finite(number.value);
  if (is_lost(number)) settle(number, error, chance, result);
  result.value = to_number(number.value);
  if (is_number && precision.digits > 0) {
    write_digits(number, error, precision.digits, result);
  } else if (is_number && result.standing == Standing::proven &&
             !is_precise(number, error, yardstick, precision.tolerance)) {
    result.standing = Standing::imprecise;
    result.missing_bits = log2_of(error) - log2_of(number.value) - std::log2(precision.tolerance);
  }
  if (precision.bounds == Precision::Bounds::unsaid) return result;
  if (is_number)
    add_rounding_of_text(error, number, result.value);
  else
    set(error, is_exact(number) ? 0.0 : std::numeric_limits<double>::infinity());
  result.error = to_bound(error);
  return result;
}

}  // namespace

Bounded bounded(const Tracked<double>& number, Yardstick yardstick, const Precision& precision,
                Chance chance) {
  return judged(number, yardstick, precision, chance);
}

Bounded bounded(const Tracked<Mpfr>& number, Yardstick yardstick, const Precision& precision, Chance chance) {
  return judged(number, yardstick, precision, chance);
}

}  // namespace phasic
