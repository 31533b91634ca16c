// Linear solves with a trace's matrix at one theta, forward and transposed: what every statistic beyond the
// moments of one reward is made of. M is what leaves each state minus what passes between them (in discrete
// time I - P), alpha the start's probabilities. Nothing is ever subtracted, so what goes in non-negative
// comes out non-negative and with full relative accuracy.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "replay/mpfr.hpp"
#include "replay/simd.hpp"
#include "trace/trace.hpp"

namespace phasic {

/// A number for each position, or for each position and lane: lane by lane within the position.
template <class Scalar>
using StateVector = std::vector<Scalar, AlignedAllocator<Scalar>>;

/// A sum over l of y_l^T dM x_l, for the derivative of something by the weights: pairs of y and x.
template <class Scalar>
using Sensitivity = std::vector<std::pair<const StateVector<Scalar>*, const StateVector<Scalar>*>>;

/// What a sensitivity comes to, by coefficient class and lane. Its derivative by the class's weight is
/// `gained - lost`: the two are kept apart so that their cancellation can be seen. Sums go from the last
/// position to the first, in each by class (see replay/class_groups.hpp), so that every lane and every scalar
/// adds in one order.
template <class Scalar>
struct ClassSums {
  std::vector<Scalar> gained;  ///< sum over the class's edges i -> j of y_i x_j
  std::vector<Scalar> lost;    ///< sum over the class's edges i -> j of y_i x_i
};

/// One of several solves that are done together, of `rewards` (by position, empty for 1 everywhere) times
/// the vector number `from`: 0 for the first, else the result of an earlier one.
struct Recurrence {
  std::span<const double> rewards;
  std::size_t from = 0;
};

/// Keeps the factors of one theta, or of one in each lane. Scratch for one trace and one thread; the trace
/// outlives it. Scalar is double or Mpfr. Overflow and underflow show in the floating-point exception flags.
template <class Scalar>
class Solver {
 public:
  using Vector = StateVector<Scalar>;
  virtual ~Solver() = default;

  /// Thetas a call takes: 1, or as many as a pack has lanes.
  [[nodiscard]] virtual std::size_t lanes() const = 0;
  /// A number like all others here, zero.
  [[nodiscard]] virtual const Scalar& zero() const = 0;

  /// `weights` has `lanes()` numbers for each class, >= 0; both outlive the solves. `cuts` by position, empty
  /// for none: such a state has no future. Returns whether a state was met that nothing leaves, in any lane:
  /// then ask `find_cuts`.
  [[nodiscard]] virtual bool factor(std::span<const Scalar> weights, const std::vector<bool>& cuts) = 0;
  /// Whether that was in this lane: then its numbers are void.
  [[nodiscard]] virtual bool met_closed_state(std::size_t lane) const = 0;
  /// x := M^-1 x
  virtual void solve(Vector& x) = 0;
  /// x := M^-T x. The start's probabilities turn into the expected time in each state.
  virtual void solve_transposed(Vector& x) = 0;
  /// M^-1 (rewards * v_from) for each recurrence, in one pass over the factors: v_0 is `first`, v_k the k-th
  /// result.
  [[nodiscard]] virtual std::vector<Vector> solve_all(const Vector& first,
                                                      std::span<const Recurrence> recurrences) = 0;
  /// The same with M^-T.
  [[nodiscard]] virtual std::vector<Vector> solve_all_transposed(const Vector& first,
                                                                 std::span<const Recurrence> recurrences) = 0;
  /// P x and P^T x in discrete time, staying put included.
  [[nodiscard]] virtual Vector step(const Vector& x) = 0;
  [[nodiscard]] virtual Vector step_transposed(const Vector& x) = 0;

  /// alpha, by position
  [[nodiscard]] virtual Vector start() = 0;
  /// alpha^T x, by lane
  [[nodiscard]] virtual std::vector<Scalar> from_start(const Vector& x) = 0;
  /// The start's probability of each absorbing vertex, by number and lane.
  [[nodiscard]] virtual std::vector<Scalar> start_into_absorbing() = 0;
  /// What x sends into each absorbing vertex: the sum over i of x_i times the weight from i, by number and
  /// lane.
  [[nodiscard]] virtual std::vector<Scalar> into_absorbing(const Vector& x) = 0;
  /// The sum of all weights out of each position, and of those into absorption.
  [[nodiscard]] virtual Vector leaving() = 0;
  [[nodiscard]] virtual Vector exits() = 0;
  /// x^T y, by lane
  [[nodiscard]] virtual std::vector<Scalar> product(const Vector& x, const Vector& y) = 0;
  /// sum := sum + r^power / power! x, rewards `r` by position, empty for 1 everywhere.
  virtual void add_scaled(Vector& sum, std::span<const double> r, unsigned power, const Vector& x) = 0;

  /// One after another, in one pass over the edges. The start's edges do not count: they are constants.
  [[nodiscard]] virtual std::vector<ClassSums<Scalar>> class_sums(
      std::span<const Sensitivity<Scalar>> sensitivities) = 0;
};

std::unique_ptr<Solver<double>> make_solver(const Trace& trace, Simd simd = best_simd());
/// With a theta in each lane of the processor's vectors, and in each the bits of a single one. Nothing where
/// it has no vectors with multiply-adds.
std::unique_ptr<Solver<double>> make_pack_solver(const Trace& trace, Simd simd = best_simd());
std::unique_ptr<Solver<Mpfr>> make_solver(const Trace& trace, mpfr_prec_t bits);

}  // namespace phasic
