// A multiprecision number with value semantics: MPFR's mpfr_t, owned. Every number carries its own precision;
// results are rounded to nearest at the precision of the number they are stored in.
#pragma once

#include <mpfr.h>

#include <utility>

namespace phasic {

class Mpfr {
 public:
  explicit Mpfr(mpfr_prec_t bits) { mpfr_init2(value_, bits), mpfr_set_zero(value_, 1); }
  Mpfr(mpfr_prec_t bits, double number) { mpfr_init2(value_, bits), mpfr_set_d(value_, number, MPFR_RNDN); }
  Mpfr(const Mpfr& other) {
    mpfr_init2(value_, mpfr_get_prec(other.value_));
    mpfr_set(value_, other.value_, MPFR_RNDN);
  }
  Mpfr(Mpfr&& other) noexcept : Mpfr(MPFR_PREC_MIN) { mpfr_swap(value_, other.value_); }
  Mpfr& operator=(const Mpfr& other) {
    if (this != &other) {
      mpfr_set_prec(value_, mpfr_get_prec(other.value_));
      mpfr_set(value_, other.value_, MPFR_RNDN);
    }
    return *this;
  }
  Mpfr& operator=(Mpfr&& other) noexcept {
    mpfr_swap(value_, other.value_);
    return *this;
  }
  ~Mpfr() { mpfr_clear(value_); }

  [[nodiscard]] mpfr_ptr get() { return value_; }
  [[nodiscard]] mpfr_srcptr get() const { return value_; }
  [[nodiscard]] mpfr_prec_t bits() const { return mpfr_get_prec(value_); }
  [[nodiscard]] double to_double() const { return mpfr_get_d(value_, MPFR_RNDN); }

 private:
  mpfr_t value_;
};

}  // namespace phasic
