// Replays a trace for one theta: elimination without subtraction (Grassmann, Taksar, Heyman 1985) and the
// solves that follow from it, component by component, sinks first. A pivot is the sum of what leaves its
// state, never a difference, so that every mean has full relative accuracy whatever the conditioning
// (O'Cinneide 1993).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "replay/cuts.hpp"
#include "replay/mpfr.hpp"
#include "replay/simd.hpp"
#include "replay/solver.hpp"
#include "trace/trace.hpp"

namespace phasic {

template <class Scalar>
struct ReplayedMoments {
  /// E[R^k] / k! for k = 1..order, R the reward accumulated from the start until absorption.
  std::vector<Scalar> scaled;
  /// A state that nothing leaves was met: the numbers are void, ask `find_cuts` and replay with cuts.
  bool met_closed_state = false;
};

/// Scratch space for one trace; one object per thread. Scalar is double or Mpfr.
template <class Scalar>
class Replay {
 public:
  virtual ~Replay() = default;
  /// `weights` by class, >= 0; `rewards` by position, >= 0, empty for 1 everywhere (then R is the time, or in
  /// discrete time the number of steps); `cuts` by position, empty for none. Overflow and underflow show in
  /// the floating-point exception flags.
  virtual ReplayedMoments<Scalar> moments(std::span<const Scalar> weights, std::span<const double> rewards,
                                          unsigned order, const std::vector<bool>& cuts) = 0;
};

/// In doubles. Every multiply-add is rounded once, so each kind of processor gives the same bits; those that
/// have the instruction are faster. The trace outlives the replay.
std::unique_ptr<Replay<double>> make_replay(const Trace& trace, Simd simd = best_simd());
/// In MPFR numbers of so many bits.
std::unique_ptr<Replay<Mpfr>> make_replay(const Trace& trace, mpfr_prec_t bits);

/// Replays many thetas at once, one in each lane of the processor's vectors, in continuous time. A lane has
/// the bits that a Replay gives for its theta alone.
class PackReplay {
 public:
  virtual ~PackReplay() = default;
  /// Thetas a call takes: 8 to 32.
  [[nodiscard]] virtual std::size_t lanes() const = 0;
  /// `weights` has `lanes()` numbers for each class, class by class. Returns E[R^k] / k! lane by lane within
  /// k = 1..order. A lane without a finite, positive result met something out of the ordinary: replay it
  /// alone.
  virtual std::vector<double> moments(std::span<const double> weights, std::span<const double> rewards,
                                      unsigned order) = 0;
};

/// The same with what gradients need.
struct MomentGradients {
  std::vector<double> scaled;           ///< E[R^k] / k!, lane by lane within k = 1..order
  std::vector<ClassSums<double>> sums;  ///< of each, by class and lane
  std::vector<bool> met_closed_state;   ///< by lane: then its numbers are void
};

class PackGradients {
 public:
  virtual ~PackGradients() = default;
  [[nodiscard]] virtual std::size_t lanes() const = 0;
  /// As PackReplay's; a lane has the bits that a Solver gives for its theta alone.
  virtual MomentGradients moments(std::span<const double> weights, std::span<const double> rewards,
                                  unsigned order) = 0;
};

/// Nothing where the processor has no vectors with multiply-adds, or time is discrete.
std::unique_ptr<PackReplay> make_pack_replay(const Trace& trace, Simd simd = best_simd());
/// `cache_bytes`: what the vectors of all lanes should fit into. It decides how many lanes there are, and
/// what is made twice; it changes no bit of a lane.
std::unique_ptr<PackGradients> make_pack_gradients(const Trace& trace, Simd simd = best_simd(),
                                                   std::size_t cache_bytes = second_level_cache_bytes());

}  // namespace phasic
