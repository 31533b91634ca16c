#include "moments/transform_shifts.hpp"

#include <algorithm>
#include <cmath>

namespace phasic {

std::vector<double> rewards_by_position(const Trace& trace, const std::vector<double>& reward) {
  std::vector<double> rewards;
  if (reward.empty()) return rewards;
  for (const VertexId vertex : trace.vertices()) rewards.push_back(reward[vertex]);
  if (std::ranges::all_of(rewards, [](double r) { return r == 1; })) rewards.clear();
  return rewards;
}

Shifts transform_shifts(const Trace& trace, std::span<const double> rewards, double s) {
  // Nothing is seen of so small a shift but that what never ends is 0.
  constexpr double hardly = 1e-290;
  const double least = std::max(s, hardly);
  const auto shift_of = [&](double reward) {
    Lanes lanes;
    lanes.fill(trace.time() == TimeKind::discrete ? std::expm1(least * reward) : least * reward);
    return lanes;
  };
  Shifts shifts = rewards.empty() ? Shifts(shift_of(1)) : Shifts(rewards.size());
  for (std::size_t i = 0; i < rewards.size(); ++i) shifts.set(i, shift_of(rewards[i]));
  return shifts;
}

double transform_roundings(const Trace& trace, std::span<const double> rewards, double s, double rate_count) {
  const double largest = rewards.empty() ? 1 : std::ranges::max(rewards);
  // expm1 carries the rounding of its operand on, more so the larger that is.
  const double of_a_shift = trace.time() == TimeKind::discrete ? s * largest + 5 : 1;
  const ErrorCounts& counts = trace.error_counts();
  // A multiply-add that is not fused is rounded twice.
  const double of_a_solve = 2 * static_cast<double>(counts.solve) +
                            static_cast<double>(counts.rates) * std::max(rate_count, of_a_shift);
  return of_a_solve + rate_count + static_cast<double>(trace.rows()[trace.transient_count()].size()) + 3;
}

}  // namespace phasic
