// What a theta makes of a graph's coefficient classes: the weight of each, its derivatives, and how exact
// they are. Where nothing can cancel that is known beforehand, so that it costs nothing at a theta.
#pragma once

#include <vector>

#include "graph/graph.hpp"
#include "moments/bounded.hpp"
#include "moments/theta.hpp"
#include "trace/trace.hpp"

namespace phasic {

/// Counts are relative errors in units of roundoff; infinite where not even a sign is known.
template <class Scalar>
struct Rates {
  std::vector<Scalar> weights;                    ///< by class
  double count = 0;                               ///< of the worst of them
  std::vector<std::vector<Scalar>> slopes;        ///< by parameter, then by class; where they are wanted
  std::vector<std::vector<double>> slope_counts;  ///< of each of them; empty where all are exact
  double slope_count = 0;                         ///< the largest
  std::vector<double> theta;                      ///< where they are wanted
};

class RateReader {
 public:
  enum class Slopes { none, wanted };
  /// Graph and trace outlive it.
  RateReader(const Graph& graph, const Trace& trace, Slopes slopes);

  /// In the last attempt in MPFR a weight or a derivative that cannot be told from 0 is 0.
  [[nodiscard]] Rates<double> at(const Theta& theta, double zero, Chance chance) const;
  [[nodiscard]] Rates<Mpfr> at(const Theta& theta, const Mpfr& zero, Chance chance) const;

 private:
  [[nodiscard]] bool nothing_cancels_in_terms(const Theta& theta) const;

  const Terms& terms_;
  const Trace& trace_;
  Slopes slopes_;
  std::vector<ClassId> mixed_;  ///< classes with negative coefficients
  double count_ = 0;            ///< of the worst other class, where theta is exact and not negative
  std::vector<std::vector<double>> constant_slopes_;  ///< by parameter, where no term is derived
};

/// Rates at one theta, in doubles and in as many bits as are asked for. A view.
struct RatesAt {
  /// Reads them in doubles. Their counts are infinite where one of them is beyond the range of doubles.
  RatesAt(const RateReader& reader_in, const Theta& theta_in);
  [[nodiscard]] Rates<Mpfr> in_bits(mpfr_prec_t bits) const {
    return reader.at(theta, Mpfr(bits), Chance::another);
  }

  const RateReader& reader;
  Theta theta;
  Rates<double> doubles;
};

}  // namespace phasic
