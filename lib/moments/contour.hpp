// Distribution functions by inverting the Laplace transform on a hyperbola that winds round the negative
// real axis (Trefethen, Weideman and Schmelzer 2006; Weideman and Trefethen 2007, whose parameters serve all
// times of a window [t, 8 t] with the same nodes). The price does not depend on how stiff the chain is: 64
// transforms a window. The error is absolute, near 1e-14 where the contour fits the chain's spectrum. It does
// for eigenvalues near the negative real axis; whether it does is estimated anew for every point:
// - half of the nodes give another value, whose distance bounds the discretisation error;
// - the last addend tells what is left out at the ends of the arms;
// - the largest addend tells what rounding can have done;
// - eigenvalues that the contour leaves out (slowly damped oscillations) are found by comparison with windows
//   for earlier times, which reach further out. An eigenvalue of a component of m states is at most
//   pi/2 - pi/m away from the negative real axis (Dmitriev and Dynkin 1946), which says how many windows.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "moments/uniformisation.hpp"
#include "replay/shifted.hpp"

namespace phasic {

/// A point, or the derivative of one by a parameter, and a bound on its absolute error, that of the density
/// in units of 1/t.
struct Inverted {
  Point point;
  double error = 0;
};

/// For one trace in continuous time and one theta after another. The trace outlives it.
class Contour {
 public:
  explicit Contour(const Trace& trace, Simd simd);

  /// Forgets the theta before. `weights`, `rewards` (empty: 1) and `settled` (empty: none) are kept by view,
  /// and so are `slopes`, the weights' derivatives by parameter and class.
  void begin(std::span<const double> weights, std::span<const double> rewards,
             const std::vector<bool>& settled, std::span<const std::vector<double>> slopes = {});
  /// At t > 0. Each window's nodes are evaluated once. Not finite where numbers are beyond the range of
  /// doubles.
  Inverted at(double t);
  /// By parameter. Each node's derivatives come with its transform.
  std::vector<Inverted> slopes_at(double t);
  /// Transforms evaluated since `begin`.
  [[nodiscard]] std::size_t transform_count() const { return transform_count_; }

 private:
  using Transforms = std::vector<std::complex<double>>;
  /// By node: of the chain, then the derivatives by each parameter.
  struct Window {
    Transforms transforms;
    std::vector<Transforms> slopes;
  };
  const Window& window(int exponent);
  Inverted sum(int exponent, double t);
  Inverted slope_sum(std::size_t parameter, int exponent, double t);
  /// How far two windows disagree where they meet, and all those below that are needed.
  double disagreement(int exponent);
  double meeting(int exponent);
  /// By parameter.
  std::vector<double> slope_disagreements(int exponent);

  const Trace& trace_;
  std::unique_ptr<ShiftedReplay> replay_;
  int windows_below_;
  double rounding_;
  std::span<const double> weights_;
  std::span<const double> rewards_;
  std::vector<bool> settled_;
  std::span<const std::vector<double>> slopes_;
  std::map<int, Window> windows_;  // by exponent e: times from 8^e to 8^(e+1)
  std::map<int, double> meetings_;
  std::map<int, std::vector<double>> slope_disagreements_;
  std::size_t transform_count_ = 0;
};

}  // namespace phasic
