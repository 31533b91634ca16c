#include "moments/enclosed_powers.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace phasic {

EnclosedPowers::EnclosedPowers(const EnclosedSteps& steps) : steps_(steps), size_(steps.size()) {
  if (steps.time() == TimeKind::continuous && mpfr_zero_p(steps.rate().get()) == 0)
    unit_ = -static_cast<long>(mpfr_get_exp(steps.rate().get()));
}

double EnclosedPowers::cost(double t) const {
  const double n = static_cast<double>(size_);
  const double squarings = 2 + std::log2(std::max(2.0, steps_.rate().to_double() * t));
  const double first = steps_.time() == TimeKind::discrete ? 1 : n + 0.3 * static_cast<double>(steps_.bits());
  return n * n * n * squarings + n * first * steps_.step_cost();
}

EnclosedPowers::Matrix EnclosedPowers::first_power() const {
  Enclosure mean(steps_.rate());
  for (Mpfr* end : {&mean.low, &mean.high}) mpfr_mul_2si(end->get(), end->get(), unit_, MPFR_RNDN);
  Matrix matrix;
  for (std::size_t i = 0; i < size_; ++i) {
    EnclosedState from = steps_.state(i);
    if (steps_.time() == TimeKind::continuous)
      steps_.drift(from, mean);
    else
      steps_.advance(from);
    std::ranges::move(from.states, std::back_inserter(matrix.entries));
    matrix.exits.push_back(std::move(from.gone));
  }
  return matrix;
}

EnclosedPowers::Matrix EnclosedPowers::square(const Matrix& half) const {
  Matrix whole{std::vector<Enclosure>(size_ * size_, Enclosure(steps_.bits())), half.exits};
  Mpfr scratch(steps_.bits());
  for (std::size_t i = 0; i < size_; ++i) {
    Enclosure* const row = whole.entries.data() + i * size_;
    for (std::size_t k = 0; k < size_; ++k) {
      const Enclosure& factor = half.entries[i * size_ + k];
      if (is_zero(factor)) continue;
      const Enclosure* const from = half.entries.data() + k * size_;
      for (std::size_t j = 0; j < size_; ++j) {
        if (!is_zero(from[j])) add_product(row[j], factor, from[j], scratch);
      }
      add_product(whole.exits[i], factor, half.exits[k], scratch);
    }
  }
  return whole;
}

void EnclosedPowers::apply(const Matrix& matrix, EnclosedState& vector) const {
  std::vector<Enclosure> next(size_, Enclosure(steps_.bits()));
  Mpfr scratch(steps_.bits());
  for (std::size_t i = 0; i < size_; ++i) {
    const Enclosure& here = vector.states[i];
    if (is_zero(here)) continue;
    add_product(vector.gone, here, matrix.exits[i], scratch);
    for (std::size_t j = 0; j < size_; ++j)
      add_product(next[j], here, matrix.entries[i * size_ + j], scratch);
  }
  vector.states = std::move(next);
}

/// The powers that the binary digits of `count`, a whole number, name.
void EnclosedPowers::apply_powers(const Mpfr& count, EnclosedState& vector) {
  Mpfr left = count;
  Mpfr half = count;
  for (std::size_t j = 0; mpfr_zero_p(left.get()) == 0; ++j, mpfr_swap(left.get(), half.get())) {
    if (j == powers_.size()) powers_.push_back(j == 0 ? first_power() : square(powers_[j - 1]));
    mpfr_div_2ui(half.get(), left.get(), 1, MPFR_RNDN);
    if (mpfr_integer_p(half.get()) != 0) continue;
    apply(powers_[j], vector);
    mpfr_floor(half.get(), half.get());
  }
}

EnclosedState EnclosedPowers::state_at(const Enclosure& t) {
  // In units of the first matrix: a whole number of them, and what is left, which is one more where it can
  // be: of a mean that may be 0 no sum over steps ends.
  Enclosure rest = t;
  for (Mpfr* end : {&rest.low, &rest.high}) mpfr_mul_2si(end->get(), end->get(), -unit_, MPFR_RNDN);
  Mpfr whole = rest.low;
  mpfr_floor(whole.get(), whole.get());
  if (mpfr_sgn(whole.get()) > 0) mpfr_sub_ui(whole.get(), whole.get(), 1, MPFR_RNDN);
  mpfr_sub(rest.low.get(), rest.low.get(), whole.get(), MPFR_RNDD);
  mpfr_sub(rest.high.get(), rest.high.get(), whole.get(), MPFR_RNDU);
  for (Mpfr* end : {&rest.low, &rest.high}) mpfr_mul_2si(end->get(), end->get(), unit_, MPFR_RNDN);
  multiply(rest, Enclosure(steps_.rate()));
  EnclosedState now = steps_.start();
  steps_.drift(now, rest);
  apply_powers(whole, now);
  return now;
}

EnclosedState EnclosedPowers::state_after(const Mpfr& steps) {
  EnclosedState now = steps_.start();
  apply_powers(steps, now);
  return now;
}

EnclosedPoint EnclosedPowers::after(const Mpfr& steps) {
  Enclosure mass = steps_.atom();
  if (mpfr_zero_p(steps.get()) == 0) {
    Mpfr before = steps;
    mpfr_sub_ui(before.get(), before.get(), 1, MPFR_RNDN);
    mass = steps_.leaving(state_after(before));
  }
  const EnclosedState now = state_after(steps);
  return {std::move(mass), now.gone, steps_.alive(now)};
}

}  // namespace phasic
