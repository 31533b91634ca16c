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

namespace {

// Nothing is seen of so small a shift but that what never ends is 0, and of so large a one but that what has
// it is.
constexpr double hardly = 1e-290;
constexpr double overwhelming = 1e290;

double largest_of(std::span<const double> rewards) {
  return rewards.empty() ? 1 : std::ranges::max(rewards);
}

double shift_of(TimeKind time, double reward, double s) {
  if (reward == 0) return 0;
  const double exponent = std::max(s * reward, hardly);
  if (time == TimeKind::continuous) return exponent;
  return exponent > largest_double_exponent ? overwhelming : std::expm1(exponent);
}

}  // namespace

Shifts transform_shifts(const Trace& trace, std::span<const double> rewards, double s) {
  const auto in_each_lane = [&](double reward) {
    Lanes lanes;
    lanes.fill(shift_of(trace.time(), reward, s));
    return lanes;
  };
  Shifts shifts = rewards.empty() ? Shifts(in_each_lane(1)) : Shifts(rewards.size());
  for (std::size_t i = 0; i < rewards.size(); ++i) shifts.set(i, in_each_lane(rewards[i]));
  return shifts;
}

bool is_overwhelming(const Trace& trace, std::span<const double> rewards, double s) {
  return trace.time() == TimeKind::discrete && s * largest_of(rewards) > largest_double_exponent;
}

double transform_roundings(const Trace& trace, std::span<const double> rewards, double s, double rate_count,
                           double largest_exponent) {
  const double exponent = std::min(s * largest_of(rewards), largest_exponent);
  // expm1 carries the rounding of its operand on, more so the larger that is.
  const double of_a_shift = trace.time() == TimeKind::discrete ? exponent + 5 : 1;
  const ErrorCounts& counts = trace.error_counts();
  // A multiply-add that is not fused is rounded twice.
  const double of_a_solve = 2 * static_cast<double>(counts.solve) +
                            static_cast<double>(counts.rates) * std::max(rate_count, of_a_shift);
  return of_a_solve + rate_count + static_cast<double>(trace.rows()[trace.transient_count()].size()) + 3;
}

}  // namespace phasic
