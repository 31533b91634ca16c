// Distribution functions by squaring, enclosed: for few states and very many steps, as powers.hpp has them in
// doubles. Nothing is scaled: a square of enclosed numbers >= 0 encloses, and each squaring takes a bit or
// two of what is known, so that some fifty more bits do for any time that a double can say.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "moments/enclosed_steps.hpp"

namespace phasic {

template <class Number>
class PowersOf {
 public:
  /// `steps` outlives it.
  explicit PowersOf(const StepsOf<Number>& steps);

  /// Multiply-adds until it is known what happens after so many jumps.
  [[nodiscard]] double cost(double jumps) const;
  /// In continuous time.
  PointOf<Number> at(const Enclosure& t) { return steps_.point(state_at(t)); }
  StateOf<Number> state_at(const Enclosure& t);
  /// The expected time in each state until then: twice the cost.
  std::vector<Number> times_until(const Enclosure& t);
  /// In discrete time, where `steps` is a whole number.
  PointOf<Number> after(const Mpfr& steps);
  StateOf<Number> state_after(const Mpfr& steps);
  std::vector<Number> visits_before(const Mpfr& steps);

 private:
  struct Matrix {
    std::vector<Number> entries;  // n x n, row by row
    std::vector<Number> exits;    // absorbed in that time, by the state they began in
  };
  [[nodiscard]] Matrix first_power() const;
  [[nodiscard]] Matrix square(const Matrix& half) const;
  void apply(const Matrix& matrix, StateOf<Number>& vector) const;
  /// For each binary digit of `count`, a whole number, that is 1: `apply` with its number.
  void for_each_power(const Mpfr& count, const std::function<void(std::size_t)>& apply) const;
  const Matrix& power(std::size_t j);
  /// Expected times in states during that power, n x n, by the state that the chain begins in.
  const std::vector<Number>& times(std::size_t j);
  [[nodiscard]] std::vector<Number> first_times() const;
  /// What `count` powers make of a vector; adds the times spent meanwhile to `sum`.
  void walk(const Mpfr& count, StateOf<Number>& vector);
  void walk(const Mpfr& count, StateOf<Number>& vector, std::vector<Number>& sum);
  /// A time as so many of the first matrix, and the rest. Nothing where it is not known to a few of them:
  /// then it takes more bits to tell anything of it.
  struct Split {
    Mpfr whole;
    Enclosure rest;
  };
  [[nodiscard]] std::optional<Split> split(const Enclosure& t) const;
  [[nodiscard]] Enclosure mean_of(const Enclosure& t) const;

  const StepsOf<Number>& steps_;
  std::size_t size_;
  long unit_ = 0;               // in continuous time the first matrix is of the time 2^unit, 1/q or less
  std::vector<Matrix> powers_;  // the 2^j-th power of the first
  std::vector<std::vector<Number>> times_;
};
using EnclosedPowers = PowersOf<Enclosure>;

extern template class PowersOf<Enclosure>;
extern template class PowersOf<SlopedEnclosure>;

}  // namespace phasic
