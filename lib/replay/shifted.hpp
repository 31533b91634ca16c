// Transforms of a chain at one theta: the elimination of a trace with a complex shift on every exit, eight
// shifts at a time. With shift s r in a state of reward r it gives E[exp(-s R)], from which contour.hpp makes
// distribution functions. Real shifts >= 0 keep the elimination free of subtraction: those transforms have
// full relative accuracy. Other shifts promise nothing; who asks for them checks what comes out.
#pragma once

#include <array>
#include <complex>
#include <memory>
#include <span>
#include <vector>

#include "replay/pack_program.hpp"
#include "replay/simd.hpp"
#include "trace/trace.hpp"

namespace phasic {

inline constexpr std::size_t shift_lanes = 8;
using Lanes = std::array<std::complex<double>, shift_lanes>;

/// What is added to the exit rate of each position, for eight transforms at once.
class Shifts {
 public:
  /// The same for every position.
  explicit Shifts(const Lanes& shifts) : numbers_(2 * shift_lanes, 0.0), stride_(0) { set(0, shifts); }
  /// All zero until they are set.
  explicit Shifts(std::size_t positions)
      : numbers_(positions * 2 * shift_lanes, 0.0), stride_(2 * shift_lanes) {}
  void set(std::size_t position, const Lanes& shifts) {
    for (std::size_t lane = 0; lane < shift_lanes; ++lane) {
      numbers_[position * stride_ + lane] = shifts[lane].real();
      numbers_[position * stride_ + shift_lanes + lane] = shifts[lane].imag();
    }
  }
  /// Eight real parts, then eight imaginary ones.
  [[nodiscard]] const double* at(std::size_t position) const { return numbers_.data() + position * stride_; }

 private:
  AlignedDoubles numbers_;
  std::size_t stride_;
};

/// Scratch space for one trace; one object per thread.
class ShiftedReplay {
 public:
  virtual ~ShiftedReplay() = default;
  /// The transforms from the start. `weights` by class, >= 0; positions that are `settled` (empty: none)
  /// count as absorbed. Lanes in which a pivot is zero are not finite.
  virtual Lanes transforms(std::span<const double> weights, const Shifts& shifts,
                           const std::vector<bool>& settled) = 0;
  /// The same transforms, and after them the derivatives of them by as many parameters as there are `slopes`:
  /// the weights' derivatives by class. Each costs one more solve with the factors of the transform.
  virtual std::vector<Lanes> gradients(std::span<const double> weights, const Shifts& shifts,
                                       const std::vector<bool>& settled,
                                       std::span<const std::vector<double>> slopes) = 0;
  /// The same with what a derivative loses added to what it gains: how much there is that can cancel. For
  /// real shifts.
  virtual std::vector<Lanes> magnitudes(std::span<const double> weights, const Shifts& shifts,
                                        const std::vector<bool>& settled,
                                        std::span<const std::vector<double>> slopes) = 0;
};

/// No multiply-add is fused, so every kind of vectors gives the same bits. The trace outlives the replay.
std::unique_ptr<ShiftedReplay> make_shifted_replay(const Trace& trace, Simd simd = best_simd());

}  // namespace phasic
