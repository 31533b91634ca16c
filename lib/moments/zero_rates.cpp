#include "moments/zero_rates.hpp"

#include <algorithm>

namespace phasic {

namespace {

bool earns(const Task& task, std::size_t reward, std::size_t position) {
  const auto rewards = task.plan.reward(reward);
  return rewards.empty() || rewards[position] > 0;
}

bool is_time_asked(const Task& task) {
  return std::ranges::any_of(task.question.columns, [](const Statistic& column) {
    return column.kind == StatisticKind::sojourn || column.kind == StatisticKind::visits;
  });
}

std::vector<bool> by_vertex(const Trace& trace, const std::vector<bool>& by_position) {
  std::vector<bool> result(by_position.size());
  for (std::size_t i = 0; i < result.size(); ++i) result[trace.vertices()[i] - 1] = by_position[i];
  return result;
}

/// The positions with an edge that changes with the parameter and begins in a closed class, or leads to where
/// something is infinite.
std::vector<bool> breaks(const Trace& trace, const Cuts& cuts, const std::vector<bool>& infinite,
                         const std::vector<bool>& varies) {
  const Adjacency& rows = trace.rows();
  std::vector<bool> result(trace.transient_count(), false);
  for (std::uint32_t i = 0; i < trace.transient_count(); ++i) {
    for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e) {
      const std::uint32_t target = rows.targets[e];
      if (!varies[trace.edge_classes()[e]]) continue;
      if (cuts.closed[i] || (target < trace.transient_count() && infinite[target])) result[i] = true;
    }
  }
  return result;
}

bool any_reached(const Cuts& cuts, const std::vector<bool>& positions) {
  for (std::size_t i = 0; i < positions.size(); ++i) {
    if (positions[i] && cuts.reached[i]) return true;
  }
  return false;
}

}  // namespace

ZeroRates examine_zero_rates(const Task& task, const std::vector<bool>& has_weight,
                             std::span<const std::vector<bool>> varies) {
  const Cuts cuts = find_cuts(task.trace, has_weight);
  const std::size_t n = task.trace.transient_count();
  ZeroRates result{cuts.closed, std::vector<bool>(task.plan.reward_count(), false), {}, {}, {}, {}};
  // Closed, and something is earned there, or the time there is asked for.
  std::vector<bool> traps = is_time_asked(task) ? cuts.closed : std::vector<bool>(n, false);
  for (std::size_t r = 0; r < result.infinite.size(); ++r) {
    std::vector<bool> own(n, false);
    for (std::size_t i = 0; i < n; ++i) {
      if (!cuts.closed[i] || !earns(task, r, i)) continue;
      traps[i] = own[i] = true;
      if (cuts.reached[i]) result.infinite[r] = true;
    }
    if (task.plan.rows() == Rows::states)
      result.infinite_from.push_back(by_vertex(task.trace, leads_to(task.trace, has_weight, own)));
  }
  std::vector<bool> endless(n);
  for (std::size_t i = 0; i < n; ++i) endless[i] = cuts.closed[i] && cuts.reached[i];
  result.endless = by_vertex(task.trace, endless);
  const std::vector<bool> infinite = leads_to(task.trace, has_weight, traps);
  for (const std::vector<bool>& classes : varies) {
    const std::vector<bool> broken = breaks(task.trace, cuts, infinite, classes);
    const bool is_broken = any_reached(cuts, broken);
    result.without_gradient.push_back(is_broken);
    if (task.plan.rows() == Rows::states)
      result.without_gradient_from.push_back(by_vertex(task.trace, leads_to(task.trace, has_weight, broken)));
  }
  return result;
}

}  // namespace phasic
