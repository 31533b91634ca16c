// Sums over the steps of a chain, enclosed: of numbers >= 0, or of such with slopes, that are added until
// what is left out changes no bit, and what is left out is added to their upper ends.
#pragma once

#include <algorithm>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "moments/enclosed_chain.hpp"

namespace phasic {

/// What numbers come to at most, and the magnitudes of their slopes where they have some.
struct Most {
  Mpfr value{error_bits};
  Mpfr slope{error_bits};
};

/// Whether a number, or its slope, is there after some number of steps.
struct Presence {
  bool value = false;
  bool slope = false;
};

template <class Number>
inline constexpr bool is_sloped = std::is_same_v<Number, SlopedEnclosure>;

inline Mpfr product_above(const Mpfr& a, const Mpfr& b) {
  Mpfr product(a.bits());
  mpfr_mul(product.get(), a.get(), b.get(), MPFR_RNDU);
  return product;
}
inline void add_above(Mpfr& sum, const Mpfr& addend) {
  mpfr_add(sum.get(), sum.get(), addend.get(), MPFR_RNDU);
}
inline void add_product_above(Mpfr& sum, const Mpfr& a, const Mpfr& b) {
  mpfr_fma(sum.get(), a.get(), b.get(), sum.get(), MPFR_RNDU);
}

inline void add_most(Most& sum, const Enclosure& number) {
  add_above(sum.value, number.high);
}
inline void add_most(Most& sum, const SlopedEnclosure& number) {
  add_above(sum.value, number.value.high);
  if (has_slope(number)) add_above(sum.slope, magnitude_of(number.slope));
}
template <class Number>
Most most_of(std::span<const Number> numbers) {
  Most sum;
  for (const Number& number : numbers) add_most(sum, number);
  return sum;
}

inline void add_at_most(SlopedEnclosure& number, const Most& rest) {
  add_at_most(number.value, rest.value);
  widen(number.slope, rest.slope);
}
inline void add_at_most(Enclosure& number, const Most& rest) {
  add_at_most(number, rest.value);
}

inline bool is_below(const Mpfr& part, const Mpfr& whole, mpfr_prec_t bits) {
  return mpfr_zero_p(whole.get()) == 0 && mpfr_get_exp(part.get()) < mpfr_get_exp(whole.get()) - bits;
}

/// Whether what is left out of a sum changes no bit of it. Of a sum that is 0 there is nothing to leave out.
inline bool is_done(const Enclosure& sum, const Mpfr& rest) {
  return mpfr_zero_p(rest.get()) != 0 || is_below(rest, sum.low, sum.bits());
}

/// How large slopes could have become that are summed over steps, had none of them cancelled: above 0 where
/// one is not known to be 0.
class SizeOfSlopes {
 public:
  explicit SizeOfSlopes(const Mpfr& largest_change) : largest_change_(largest_change) {}
  void add(const Enclosure& weight, const Most& now) {
    Mpfr size = now.slope;
    add_product_above(size, largest_change_, now.value);
    add_product_above(size_, weight.high, size);
  }
  /// Whether a rest does not count, even if a sum of slopes is 0, or so small that its sign takes more bits.
  [[nodiscard]] bool dwarfs(const Mpfr& rest, mpfr_prec_t bits) const {
    constexpr mpfr_prec_t deep = 4;
    return is_below(rest, size_, deep * bits);
  }

 private:
  const Mpfr& largest_change_;
  Mpfr size_{error_bits};
};

inline bool is_done(const Enclosure& sum, const Most& rest, const SizeOfSlopes& /*size*/) {
  return is_done(sum, rest.value);
}
inline bool is_done(const SlopedEnclosure& sum, const Most& rest, const SizeOfSlopes& size) {
  if (!is_done(sum.value, rest.value)) return false;
  const mpfr_prec_t bits = sum.value.bits();
  return mpfr_zero_p(rest.slope.get()) != 0 || is_below(rest.slope, magnitude_of(sum.slope), bits) ||
         size.dwarfs(rest.slope, bits);
}

template <class Number>
std::size_t count_present(const std::vector<Number>& numbers) {
  return static_cast<std::size_t>(
      std::ranges::count_if(numbers, [](const Number& number) { return !is_zero(number); }));
}

/// A rest where there is something.
inline Most at_most(const Most& rest, const Presence& there) {
  Most result;
  if (there.value) result.value = rest.value;
  if (there.slope) result.slope = rest.slope;
  return result;
}

/// A sum over steps for each state, until what is left out of each cannot be seen. What no number of steps
/// reaches stays 0.
template <class Number>
class SumOverSteps {
 public:
  /// `largest_change`: the most by which a slope grows in a step, per probability. It outlives this.
  SumOverSteps(std::vector<Presence> there, const Mpfr& largest_change, mpfr_prec_t bits)
      : there_(std::move(there)), sums_(there_.size(), Number(bits)), size_(largest_change), scratch_(bits) {}

  void add(const Enclosure& weight, const std::vector<Number>& states) {
    for (std::size_t i = 0; i < states.size(); ++i) {
      if (!is_zero(states[i])) add_product(sums_[i], weight, states[i], scratch_);
    }
    if constexpr (is_sloped<Number>) size_.add(weight, most_of<Number>(states));
  }
  [[nodiscard]] bool is_done_without(const Most& rest) const {
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      if (!is_done(sums_[i], at_most(rest, there_[i]), size_)) return false;
    }
    return true;
  }
  std::vector<Number> finish(const Most& rest) && {
    for (std::size_t i = 0; i < sums_.size(); ++i) add_at_most(sums_[i], at_most(rest, there_[i]));
    return std::move(sums_);
  }

 private:
  std::vector<Presence> there_;
  std::vector<Number> sums_;
  SizeOfSlopes size_;
  Mpfr scratch_;
};

}  // namespace phasic
