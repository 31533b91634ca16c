// Distribution functions by squaring: for few states and very many steps. The matrix of one step is squared
// again and again, and a walk of m steps multiplies the powers that m's binary digits name. Each power is a
// matrix of probabilities; its rows are scaled to add up to 1 again, exits included, so that rounding moves
// mass between states but neither makes nor loses any: what would grow with the number of steps grows with
// the number of squarings. In continuous time a step is 1/q, and what is left of t is walked by Poisson
// steps.
#pragma once

#include <cstdint>
#include <vector>

#include "moments/step_matrix.hpp"
#include "moments/uniformisation.hpp"

namespace phasic {

class Powers {
 public:
  /// `walk` outlives this.
  explicit Powers(const Walk& walk);

  /// Multiply-adds until t is found out about.
  [[nodiscard]] double cost(double t) const;
  /// Whether t is few enough steps for their number to be a whole number.
  [[nodiscard]] bool reaches(double t) const;
  /// As Walk::at. `reaches(t)` must hold.
  Point at(double t);
  /// By state of the chain.
  std::vector<double> probabilities(double t);

 private:
  [[nodiscard]] StepMatrix first_power() const;
  /// Where the walk is after so many steps, of which a fraction is Poisson steps of that mean.
  Walk::State after(double steps);

  const Walk& walk_;
  std::size_t size_;
  std::vector<StepMatrix> powers_;  // the 2^j-th power of a step
};

}  // namespace phasic
