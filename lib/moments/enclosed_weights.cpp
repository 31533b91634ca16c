#include "moments/enclosed_weights.hpp"

namespace phasic {

EnclosedWeights::EnclosedWeights(const Enclosure& mean) : mean_(mean), weight_(mean) {
  take_exponential_of_minus(weight_);
}

void EnclosedWeights::advance() {
  ++number_;
  multiply(weight_, mean_);
  divide(weight_, static_cast<double>(number_));
}

// Each is less than mean / (k + 1) times the one before it.
Mpfr EnclosedWeights::beyond() const {
  Mpfr excess(weight_.bits());
  mpfr_ui_sub(excess.get(), number_ + 1, mean_.high.get(), MPFR_RNDD);
  Mpfr rest(weight_.bits());
  if (mpfr_sgn(excess.get()) <= 0) {
    mpfr_set_nan(rest.get());
    return rest;
  }
  mpfr_mul(rest.get(), weight_.high.get(), mean_.high.get(), MPFR_RNDU);
  mpfr_div(rest.get(), rest.get(), excess.get(), MPFR_RNDU);
  return rest;
}

// The sum of i r^i is r / (1 - r)^2, that of r^i from 1 on r / (1 - r).
Mpfr EnclosedWeights::steps_beyond() const {
  Mpfr excess(weight_.bits());
  mpfr_ui_sub(excess.get(), number_ + 1, mean_.high.get(), MPFR_RNDD);
  Mpfr rest = beyond();
  mpfr_mul_ui(rest.get(), rest.get(), number_ + 1, MPFR_RNDU);
  mpfr_div(rest.get(), rest.get(), excess.get(), MPFR_RNDU);
  return rest;
}

}  // namespace phasic
