// Derivatives of distribution functions by squaring: with the rate q held, only the matrix P of a step
// depends on theta, and since P P changes by P' P + P P', every power of powers.hpp comes with its derivative
// by each parameter (the Frechet derivative of scaling and squaring: Al-Mohy and Higham 2009). The rows of a
// derivative are made to add up to 0, exits included, so that rounding moves what is gained and lost between
// states but makes none of either. Derivatives have signs: what is lost where they cancel is lost.
#pragma once

#include <cstddef>
#include <vector>

#include "moments/chain.hpp"
#include "moments/step_matrix.hpp"
#include "moments/uniformisation.hpp"

namespace phasic {

/// How much there is to square.
struct Squaring {
  std::size_t states = 0;
  std::size_t parameters = 0;
  double steps = 0;
  Times times = Times::left_out;

  /// Whether the steps are so few that their number is a whole number.
  [[nodiscard]] bool gets_there() const;
  /// Multiply-adds, and numbers that are remembered.
  [[nodiscard]] double cost() const;
  [[nodiscard]] double numbers() const;
};

class PowerGradient {
 public:
  /// `rate` steps per unit of R, no fewer than the chain's largest rate; above 0. `times` as Powers.
  PowerGradient(ChainGradient gradient, double rate, Times times = Times::left_out);

  /// Derivatives by each parameter, as WalkGradient::at, for t that squaring gets to.
  std::vector<Point> at(double t);
  /// Likewise, by parameter.
  std::vector<Walk::Occupation> occupation(double t);

 private:
  /// Where a chain is, and by parameter how that changes.
  struct Place {
    Walk::State now;
    std::vector<Walk::State> changes;
  };
  /// A power of the matrix of a step, and its derivatives.
  struct Power {
    StepMatrix matrix;
    std::vector<StepMatrix> changes;
  };
  [[nodiscard]] Walk::State nowhere() const;
  /// Nowhere, but with what has been absorbed and spent.
  [[nodiscard]] Walk::State nowhere_after(const Walk::State& before) const;
  [[nodiscard]] Place start() const;
  [[nodiscard]] Place state(std::size_t state) const;
  /// One step, and so many Poisson steps on average, at most 1.
  void advance(Place& place) const;
  void drift(Place& place, double mean) const;
  [[nodiscard]] Power first_power() const;
  [[nodiscard]] Power square_of(const Power& half) const;
  void apply(const Power& power, Place& place) const;
  /// As Powers::after.
  Place after(double steps);

  double rate_;
  Times times_;
  Chain chain_;                       // of steps
  std::vector<ChainNumbers> slopes_;  // of these, by parameter
  std::vector<Power> powers_;         // the 2^j-th power of a step
};

}  // namespace phasic
