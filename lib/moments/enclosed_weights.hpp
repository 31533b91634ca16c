// The weights of a Poisson process, enclosed: how likely so many jumps are, and a bound of all that is still
// to come, so that a sum over steps knows when it is done.
#pragma once

#include <cstdint>

#include "replay/enclosure.hpp"

namespace phasic {

/// Poisson weights from 0 on: each from the one before.
class EnclosedWeights {
 public:
  explicit EnclosedWeights(const Enclosure& mean);
  [[nodiscard]] const Enclosure& weight() const { return weight_; }
  [[nodiscard]] std::uint64_t number() const { return number_; }
  void advance();
  /// At least all weights after this one; not a number before the mean.
  [[nodiscard]] Mpfr beyond() const;
  /// At least the sum over these of weights times steps from here: only where `beyond` is a number.
  [[nodiscard]] Mpfr steps_beyond() const;

 private:
  Enclosure mean_;
  Enclosure weight_;
  std::uint64_t number_ = 0;
};

}  // namespace phasic
