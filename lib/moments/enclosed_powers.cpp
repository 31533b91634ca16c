#include "moments/enclosed_powers.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "moments/enclosed_times.hpp"

namespace phasic {

namespace {

/// Up to so much; of its slope nothing is known.
template <class Number>
Number anything(const Mpfr& most);
template <>
Enclosure anything(const Mpfr& most) {
  return {Mpfr(most.bits()), most};
}
template <>
SlopedEnclosure anything(const Mpfr& most) {
  SignedEnclosure slope(most.bits());
  mpfr_set_inf(slope.low.get(), -1);
  mpfr_set_inf(slope.high.get(), 1);
  return {anything<Enclosure>(most), std::move(slope)};
}

}  // namespace

template <class Number>
PowersOf<Number>::PowersOf(const StepsOf<Number>& steps) : steps_(steps), size_(steps.size()) {
  if (steps.time() == TimeKind::continuous && mpfr_zero_p(steps.rate().get()) == 0)
    unit_ = -static_cast<long>(mpfr_get_exp(steps.rate().get()));
}

template <class Number>
double PowersOf<Number>::cost(double jumps) const {
  const double n = static_cast<double>(size_);
  const double squarings = 2 + std::log2(std::max(2.0, jumps));
  const double first = steps_.time() == TimeKind::discrete ? 1 : n + 0.3 * static_cast<double>(steps_.bits());
  return StepsOf<Number>::products * n * n * n * squarings + n * first * steps_.step_cost();
}

template <class Number>
typename PowersOf<Number>::Matrix PowersOf<Number>::first_power() const {
  Enclosure mean(steps_.rate());
  for (Mpfr* end : {&mean.low, &mean.high}) mpfr_mul_2si(end->get(), end->get(), unit_, MPFR_RNDN);
  Matrix matrix;
  for (std::size_t i = 0; i < size_; ++i) {
    StateOf<Number> from = steps_.state(i);
    if (steps_.time() == TimeKind::continuous)
      steps_.drift(from, mean);
    else
      steps_.advance(from);
    std::ranges::move(from.states, std::back_inserter(matrix.entries));
    matrix.exits.push_back(std::move(from.gone));
  }
  return matrix;
}

template <class Number>
typename PowersOf<Number>::Matrix PowersOf<Number>::square(const Matrix& half) const {
  Matrix whole{std::vector<Number>(size_ * size_, Number(steps_.bits())), half.exits};
  Mpfr scratch(steps_.bits());
  for (std::size_t i = 0; i < size_; ++i) {
    Number* const row = whole.entries.data() + i * size_;
    for (std::size_t k = 0; k < size_; ++k) {
      const Number& factor = half.entries[i * size_ + k];
      if (is_zero(factor)) continue;
      const Number* const from = half.entries.data() + k * size_;
      for (std::size_t j = 0; j < size_; ++j) {
        if (!is_zero(from[j])) add_product(row[j], factor, from[j], scratch);
      }
      add_product(whole.exits[i], factor, half.exits[k], scratch);
    }
  }
  return whole;
}

template <class Number>
void PowersOf<Number>::apply(const Matrix& matrix, StateOf<Number>& vector) const {
  std::vector<Number> next(size_, Number(steps_.bits()));
  Mpfr scratch(steps_.bits());
  for (std::size_t i = 0; i < size_; ++i) {
    const Number& here = vector.states[i];
    if (is_zero(here)) continue;
    add_product(vector.gone, here, matrix.exits[i], scratch);
    for (std::size_t j = 0; j < size_; ++j)
      add_product(next[j], here, matrix.entries[i * size_ + j], scratch);
  }
  vector.states = std::move(next);
}

template <class Number>
void PowersOf<Number>::for_each_power(const Mpfr& count,
                                      const std::function<void(std::size_t)>& apply) const {
  Mpfr left = count;
  Mpfr half = count;
  for (std::size_t j = 0; mpfr_zero_p(left.get()) == 0; ++j, mpfr_swap(left.get(), half.get())) {
    mpfr_div_2ui(half.get(), left.get(), 1, MPFR_RNDN);
    if (mpfr_integer_p(half.get()) != 0) continue;
    apply(j);
    mpfr_floor(half.get(), half.get());
  }
}

template <class Number>
const typename PowersOf<Number>::Matrix& PowersOf<Number>::power(std::size_t j) {
  while (powers_.size() <= j) powers_.push_back(powers_.empty() ? first_power() : square(powers_.back()));
  return powers_[j];
}

template <class Number>
std::vector<Number> PowersOf<Number>::first_times() const {
  Enclosure unit(steps_.bits(), 1.0);
  for (Mpfr* end : {&unit.low, &unit.high}) mpfr_mul_2si(end->get(), end->get(), unit_, MPFR_RNDN);
  std::vector<Number> all;
  for (std::size_t i = 0; i < size_; ++i) {
    StateOf<Number> from = steps_.state(i);
    if (steps_.time() == TimeKind::continuous)
      std::ranges::move(enclosed_times(steps_, std::move(from), unit), std::back_inserter(all));
    else
      std::ranges::move(from.states, std::back_inserter(all));
  }
  return all;
}

// Half of the time, and then what comes after the other half.
template <class Number>
const std::vector<Number>& PowersOf<Number>::times(std::size_t j) {
  if (times_.empty()) times_.push_back(first_times());
  Mpfr scratch(steps_.bits());
  while (times_.size() <= j) {
    const Matrix& half = power(times_.size() - 1);
    const std::vector<Number>& then = times_.back();
    std::vector<Number> both = then;
    for (std::size_t i = 0; i < size_; ++i) {
      for (std::size_t k = 0; k < size_; ++k) {
        const Number& factor = half.entries[i * size_ + k];
        if (is_zero(factor)) continue;
        for (std::size_t l = 0; l < size_; ++l) {
          if (!is_zero(then[k * size_ + l]))
            add_product(both[i * size_ + l], factor, then[k * size_ + l], scratch);
        }
      }
    }
    times_.push_back(std::move(both));
  }
  return times_[j];
}

template <class Number>
void PowersOf<Number>::walk(const Mpfr& count, StateOf<Number>& vector) {
  for_each_power(count, [&](std::size_t j) { apply(power(j), vector); });
}

template <class Number>
void PowersOf<Number>::walk(const Mpfr& count, StateOf<Number>& vector, std::vector<Number>& sum) {
  Mpfr scratch(steps_.bits());
  for_each_power(count, [&](std::size_t j) {
    const std::vector<Number>& spent = times(j);
    for (std::size_t i = 0; i < size_; ++i) {
      if (is_zero(vector.states[i])) continue;
      for (std::size_t k = 0; k < size_; ++k)
        add_product(sum[k], vector.states[i], spent[i * size_ + k], scratch);
    }
    apply(power(j), vector);
  });
}

// The rest is one more of the first matrix where it can be: of a mean that may be 0 no sum over steps ends.
template <class Number>
std::optional<typename PowersOf<Number>::Split> PowersOf<Number>::split(const Enclosure& t) const {
  constexpr unsigned long widest = 4;
  Enclosure rest = t;
  for (Mpfr* end : {&rest.low, &rest.high}) mpfr_mul_2si(end->get(), end->get(), -unit_, MPFR_RNDN);
  Mpfr width(error_bits);
  mpfr_sub(width.get(), rest.high.get(), rest.low.get(), MPFR_RNDU);
  if (mpfr_cmp_ui(width.get(), widest) > 0) return std::nullopt;
  // A whole number of more bits than ours has its last ones all the same.
  const mpfr_prec_t digits = mpfr_zero_p(rest.low.get()) != 0 ? 0 : mpfr_get_exp(rest.low.get());
  Mpfr whole(std::max(steps_.bits(), digits));
  mpfr_floor(whole.get(), rest.low.get());
  if (mpfr_sgn(whole.get()) > 0) mpfr_sub_ui(whole.get(), whole.get(), 1, MPFR_RNDN);
  mpfr_sub(rest.low.get(), rest.low.get(), whole.get(), MPFR_RNDD);
  mpfr_sub(rest.high.get(), rest.high.get(), whole.get(), MPFR_RNDU);
  for (Mpfr* end : {&rest.low, &rest.high}) mpfr_mul_2si(end->get(), end->get(), unit_, MPFR_RNDN);
  return Split{std::move(whole), std::move(rest)};
}

template <class Number>
Enclosure PowersOf<Number>::mean_of(const Enclosure& t) const {
  Enclosure mean = t;
  multiply(mean, Enclosure(steps_.rate()));
  return mean;
}

template <class Number>
StateOf<Number> PowersOf<Number>::state_at(const Enclosure& t) {
  const auto parts = split(t);
  const Number any_probability = anything<Number>(Mpfr(steps_.bits(), 1.0));
  if (!parts) return {std::vector<Number>(size_, any_probability), any_probability};
  StateOf<Number> now = steps_.start();
  steps_.drift(now, mean_of(parts->rest));
  walk(parts->whole, now);
  return now;
}

template <class Number>
std::vector<Number> PowersOf<Number>::times_until(const Enclosure& t) {
  const auto parts = split(t);
  if (!parts) return std::vector<Number>(size_, anything<Number>(t.high));
  StateOf<Number> now = steps_.start();
  std::vector<Number> sum = enclosed_times(steps_, now, parts->rest);
  steps_.drift(now, mean_of(parts->rest));
  walk(parts->whole, now, sum);
  return sum;
}

template <class Number>
StateOf<Number> PowersOf<Number>::state_after(const Mpfr& steps) {
  StateOf<Number> now = steps_.start();
  walk(steps, now);
  return now;
}

template <class Number>
std::vector<Number> PowersOf<Number>::visits_before(const Mpfr& steps) {
  StateOf<Number> now = steps_.start();
  std::vector<Number> sum(size_, Number(steps_.bits()));
  walk(steps, now, sum);
  return sum;
}

template <class Number>
PointOf<Number> PowersOf<Number>::after(const Mpfr& steps) {
  Number mass = steps_.atom();
  if (mpfr_zero_p(steps.get()) == 0) {
    Mpfr before = steps;
    mpfr_sub_ui(before.get(), before.get(), 1, MPFR_RNDN);
    mass = steps_.leaving(state_after(before));
  }
  const StateOf<Number> now = state_after(steps);
  return {std::move(mass), now.gone, steps_.alive(now)};
}

template class PowersOf<Enclosure>;
template class PowersOf<SlopedEnclosure>;

}  // namespace phasic
