// Derivatives of what DenseFlow says, in MPFR: central differences so narrow that they are exact for doubles.
// In continuous time.
#pragma once

#include <cmath>
#include <vector>

#include "moments/uniformisation.hpp"
#include "support/dense_flow.hpp"

namespace phasic::test {

class DenseSlopes {
 public:
  /// By that part of theta.
  DenseSlopes(const Graph& graph, const std::vector<double>& theta, std::size_t parameter,
              const std::vector<double>& reward = {})
      : width_(std::ldexp(theta[parameter] == 0 ? 1 : theta[parameter], -180)),
        above_(moved(graph, theta, parameter, width_, reward)),
        below_(moved(graph, theta, parameter, -width_, reward)) {}

  [[nodiscard]] Point at(double t) const {
    const auto above = above_.point(t);
    const auto below = below_.point(t);
    return {slope(above.density, below.density), slope(above.distribution, below.distribution),
            slope(above.survival, below.survival)};
  }
  /// By vertex less 1.
  [[nodiscard]] Walk::Occupation occupation(double t) const {
    const auto above = above_.at(t);
    const auto below = below_.at(t);
    Walk::Occupation result;
    for (std::size_t v = 0; v < above.time.size(); ++v) {
      result.probability.push_back(slope(above.probability[v], below.probability[v]));
      result.time.push_back(slope(above.time[v], below.time[v]));
    }
    return result;
  }

 private:
  static DenseFlow moved(const Graph& graph, const std::vector<double>& theta, std::size_t parameter,
                         double by, const std::vector<double>& reward) {
    constexpr mpfr_prec_t bits = 600;
    std::vector<Mpfr> there;
    for (const double number : theta) there.emplace_back(bits, number);
    mpfr_add_d(there[parameter].get(), there[parameter].get(), by, MPFR_RNDN);
    return DenseFlow(graph, there, bits, reward);
  }
  [[nodiscard]] double slope(Mpfr above, const Mpfr& below) const {
    mpfr_sub(above.get(), above.get(), below.get(), MPFR_RNDN);
    mpfr_div_d(above.get(), above.get(), 2 * width_, MPFR_RNDN);
    return above.to_double();
  }

  double width_;
  DenseFlow above_;
  DenseFlow below_;
};

}  // namespace phasic::test
