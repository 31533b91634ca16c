// Distribution functions at many times, enclosed, from one walk: what each step found is remembered, and a
// time is a sum over it with its own Poisson weights. A step is enclosed_steps.hpp's.
#pragma once

#include <cstdint>
#include <vector>

#include "moments/enclosed_steps.hpp"

namespace phasic {

/// Walks as far as it is asked to and remembers what happened, so that further points cost a sum each.
template <class Number>
class WalkOf {
 public:
  /// `steps` outlives it.
  explicit WalkOf(const StepsOf<Number>& steps);

  /// In continuous time.
  PointOf<Number> at(const Enclosure& t);
  /// In discrete time.
  PointOf<Number> after(std::uint64_t steps);

 private:
  struct Step {
    Number leaving;
    Number gone;
    Number alive;
    Most states;  // their sum
  };
  [[nodiscard]] Step summary() const;
  const Step& step(std::uint64_t k);

  const StepsOf<Number>& steps_;
  StateOf<Number> state_;
  typename StepsOf<Number>::Presences there_;
  std::vector<Step> done_;
};
using EnclosedWalk = WalkOf<Enclosure>;

extern template class WalkOf<Enclosure>;
extern template class WalkOf<SlopedEnclosure>;

}  // namespace phasic
