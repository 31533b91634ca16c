// How wrong derivatives by steps (walk_gradient.hpp) can be. Digits are lost where what is gained and what is
// lost cancel, and how much there is of both is found by another walk, in which nothing is subtracted: every
// error of a derivative is a part of that. docs/numerics.md, section 5, derives every line.
#pragma once

#include <cstdint>
#include <vector>

#include "moments/chain.hpp"
#include "moments/uniformisation.hpp"

namespace phasic {

/// Walks as far as it is asked to and remembers, as Walk does.
class WalkGradientBounds {
 public:
  /// The gradient has its errors, and is that of a WalkGradient with this rate; the weights that it is made
  /// of are exact but for so many units of roundoff.
  WalkGradientBounds(const ChainGradient& gradient, double rate, double rate_count);

  /// The errors of WalkGradient::at(t), by parameter, where t itself is exact but for so many units of
  /// roundoff. Infinite where nothing is known.
  std::vector<Point> at(double t, double time_count = 0);
  /// The same of WalkGradient::occupation(t).
  [[nodiscard]] std::vector<Walk::Occupation> occupation(double t) const;

 private:
  /// What there is of derivatives in so many steps, of being absorbed in the next step (`density`), of having
  /// been absorbed, of being alive; and who is alive.
  struct Step {
    Point size;
    double alive = 0;
  };
  /// A walk on two layers: on the first the chain itself, from which each derivative of a probability of a
  /// step, without its sign, leads to the second; there the chain goes on.
  struct Layers {
    Chain chain;
    double count = 0;        ///< of each derivative, relative to what leads to the second layer
    double addends = 0;      ///< derivatives of exits
    double largest_row = 0;  ///< of what leads to the second layer
    double start = 0;        ///< of what is there at first
  };
  struct Parameter {
    explicit Parameter(Layers&& layers_in);
    bool is_known;
    Layers layers;  // but for the chain
    Walk walk;
    Walk::State now;
    std::vector<Step> steps;
  };
  [[nodiscard]] Layers layers_of(const ChainNumbers& slopes, const ChainNumbers& errors) const;
  [[nodiscard]] Step summary(const Walk::State& now, const Chain& layers) const;
  const Step& step(Parameter& parameter, std::uint64_t k) const;
  Point continuous_error(Parameter& parameter, double mean, double time_count) const;
  Point discrete_error(Parameter& parameter, double t) const;
  [[nodiscard]] Walk::Occupation continuous_occupation(const Parameter& parameter, double t) const;
  [[nodiscard]] Walk::Occupation discrete_occupation(const Parameter& parameter, double t) const;
  [[nodiscard]] double count_of_steps(const Parameter& parameter, double steps) const;
  [[nodiscard]] double lost(const Parameter& parameter, double steps) const;

  double rate_;
  double rate_count_;
  Chain chain_;  // of steps
  std::vector<Parameter> parameters_;
};

}  // namespace phasic
