// Replays a trace for one theta: elimination without subtraction (Grassmann, Taksar, Heyman 1985) and the
// solves that follow from it, component by component, sinks first, in any scalar. A pivot is the sum of what
// leaves its state, never a difference, so that every mean has full relative accuracy whatever the
// conditioning (O'Cinneide 1993).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "replay/cuts.hpp"
#include "replay/mpfr.hpp"
#include "trace/trace.hpp"

namespace phasic {

/// Scratch space for one trace; one object per thread. Scalar is double or Mpfr.
template <class Scalar>
class Replay {
 public:
  /// All numbers are made like `zero` (whose precision they take). The trace outlives the replay.
  Replay(const Trace& trace, Scalar zero);

  struct Moments {
    /// E[R^k] / k! for k = 1..order, R the reward accumulated from the start until absorption.
    std::vector<Scalar> scaled;
    /// A state that nothing leaves was met: the numbers are void, ask `find_cuts` and replay with cuts.
    bool met_closed_state = false;
  };

  /// `weights` by class, >= 0; `rewards` by position, >= 0, empty for 1 everywhere (then R is the time, or in
  /// discrete time the number of steps); `cuts` by position, empty for none. Overflow and underflow show in
  /// the floating-point exception flags.
  Moments moments(std::span<const Scalar> weights, std::span<const Scalar> rewards, unsigned order,
                  const std::vector<bool>& cuts);

 private:
  struct Inputs {
    std::span<const Scalar> weights;
    std::span<const Scalar> rewards;
    unsigned order;
    const std::vector<bool>& cuts;
  };
  void factor(const Inputs& in, std::size_t component);
  void scatter(const Inputs& in, std::uint32_t position, std::uint32_t first, std::uint32_t last);
  void solve(const Inputs& in, std::size_t component, unsigned moment);
  void set_right_hand_side(const Inputs& in, std::uint32_t position, std::uint32_t first, unsigned moment);
  void add_discrete_right_hand_side(const Inputs& in, std::uint32_t position, unsigned moment);
  void step_once(const Inputs& in, std::uint32_t position, unsigned moment);
  [[nodiscard]] bool is_cut(const Inputs& in, std::uint32_t position) const {
    return !in.cuts.empty() && in.cuts[position];
  }
  [[nodiscard]] Scalar* values(unsigned moment) {
    return values_.data() + (moment - 1) * trace_.transient_count();
  }
  [[nodiscard]] Scalar* steps(unsigned moment) {
    return steps_.data() + (moment - 1) * trace_.transient_count();
  }

  const Trace& trace_;
  Scalar zero_;
  bool met_closed_state_ = false;
  std::vector<Scalar> values_;  // E[R^k]/k! from every position, moment by moment
  std::vector<Scalar> steps_;   // in discrete time: the same one step later
  // One component's factors, by place within it.
  std::vector<Scalar> work_;
  std::vector<Scalar> pivots_;
  std::vector<Scalar> exits_;
  std::vector<Scalar> lower_;
  std::vector<Scalar> upper_;
  Scalar total_;
  Scalar factor_;
};

extern template class Replay<double>;
extern template class Replay<Mpfr>;

}  // namespace phasic
