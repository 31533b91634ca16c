#include "moments/missing_start.hpp"

#include <algorithm>
#include <cmath>

#include "moments/exact_sum.hpp"

namespace phasic {

double missing_start(const Trace& trace, std::span<const double> weights) {
  const Adjacency& rows = trace.rows();
  const std::size_t n = trace.transient_count();
  double sum = 0;
  for (std::uint32_t e = rows.offsets[n]; e < rows.offsets[n + 1]; ++e)
    sum += weights[trace.edge_classes()[e]];
  constexpr double rounding = 1e-14;  // 0.1 ten times over is 1
  return sum < 1 - rounding ? 1 - sum : 0;
}

double error_of_missing_start(const Trace& trace, std::span<const double> weights, double rate_count) {
  constexpr double unit = 0x1p-53;
  const auto edges = trace.rows()[trace.transient_count()];
  ExactSum missing(1);
  const std::uint32_t first = trace.rows().offsets[trace.transient_count()];
  for (std::uint32_t e = first; e < first + edges.size(); ++e)
    missing.subtract(weights[trace.edge_classes()[e]]);
  const double exact = std::max(0.0, missing.value());
  const double error = std::fabs(missing_start(trace, weights) - exact);
  const double of_sum = static_cast<double>(edges.size()) * unit;
  // Of a sum that is 1 at most.
  return rate_count == 0 && error == 0 ? 0 : 1.01 * (error + rate_count * unit + of_sum * of_sum);
}

}  // namespace phasic
