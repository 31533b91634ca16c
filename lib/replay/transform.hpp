// Transforms of a chain at one theta in MPFR, one real shift on every exit at a time: shifted.hpp has them in
// doubles, eight complex ones at once. Nothing is subtracted, so a transform has the relative accuracy of any
// other solve.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "replay/mpfr.hpp"
#include "trace/trace.hpp"

namespace phasic {

class TransformReplay {
 public:
  virtual ~TransformReplay() = default;
  /// How probable it is to be absorbed before it is too late, which in position i it gets at rate shifts[i].
  /// `weights` by class; positions that are `settled` count as absorbed, those that are `endless` as too late
  /// at once (empty: none). All numbers have the bits of this replay. The start's probability of absorbing
  /// vertices counts, what it lacks to 1 does not.
  virtual Mpfr transform(std::span<const Mpfr> weights, std::span<const Mpfr> shifts,
                         const std::vector<bool>& settled, const std::vector<bool>& endless) = 0;
  /// How the same changes with a parameter, `slopes` being those of the weights: what it gains less what it
  /// loses, each a sum without subtraction.
  struct Slope {
    Mpfr gained;
    Mpfr lost;
  };
  virtual Slope slope(std::span<const Mpfr> weights, std::span<const Mpfr> slopes,
                      std::span<const Mpfr> shifts, const std::vector<bool>& settled,
                      const std::vector<bool>& endless) = 0;
};

/// The trace outlives it.
std::unique_ptr<TransformReplay> make_transform_replay(const Trace& trace, mpfr_prec_t bits);

}  // namespace phasic
