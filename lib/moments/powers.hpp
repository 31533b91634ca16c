// Distribution functions by squaring: for few states and very many steps. The matrix of one step is squared
// again and again, and a walk of m steps multiplies the powers that m's binary digits name. Each power is a
// matrix of probabilities; its rows are scaled to add up to 1 again, exits included, so that rounding moves
// mass between states but neither makes nor loses any: what would grow with the number of steps grows with
// the number of squarings. In continuous time a step is 1/q, and what is left of t is walked by Poisson
// steps. What is spent in each state within 2 m steps is what is spent within m, and m later.
#pragma once

#include <cstdint>
#include <vector>

#include "moments/step_matrix.hpp"
#include "moments/uniformisation.hpp"

namespace phasic {

class Powers {
 public:
  /// `walk` outlives this. `times`, if `occupation` is to have them.
  explicit Powers(const Walk& walk, Times times = Times::left_out);

  /// Multiply-adds until t is found out about.
  [[nodiscard]] double cost(double t) const;
  /// Whether t is few enough steps for their number to be a whole number.
  [[nodiscard]] bool reaches(double t) const;
  /// As Walk::at. `reaches(t)` must hold.
  Point at(double t);
  /// As Walk::occupation.
  Walk::Occupation occupation(double t);

 private:
  [[nodiscard]] StepMatrix first_power() const;
  /// Where the walk is after so many steps, of which a fraction is Poisson steps of that mean.
  Walk::State after(double steps);

  [[nodiscard]] std::vector<double> no_times() const;

  const Walk& walk_;
  std::size_t size_;
  Times times_;
  std::vector<StepMatrix> powers_;  // the 2^j-th power of a step
};

}  // namespace phasic
