#include "moments/zero_rates.hpp"

namespace phasic {

namespace {

bool earns(const Task& task, std::size_t reward, std::size_t position) {
  const auto rewards = task.plan.reward(reward);
  return rewards.empty() || rewards[position] > 0;
}

std::vector<bool> by_vertex(const Trace& trace, const std::vector<bool>& by_position) {
  std::vector<bool> result(by_position.size());
  for (std::size_t i = 0; i < result.size(); ++i) result[trace.vertices()[i] - 1] = by_position[i];
  return result;
}

/// Whether an edge that changes with the parameter begins in a closed class, or leads to where some reward is
/// infinite.
bool breaks(const Trace& trace, const Cuts& cuts, const std::vector<bool>& infinite,
            const std::vector<bool>& varies) {
  const Adjacency& rows = trace.rows();
  for (std::uint32_t i = 0; i < trace.transient_count(); ++i) {
    if (!cuts.reached[i]) continue;
    for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e) {
      const std::uint32_t target = rows.targets[e];
      if (!varies[trace.edge_classes()[e]]) continue;
      if (cuts.closed[i] || (target < trace.transient_count() && infinite[target])) return true;
    }
  }
  return false;
}

}  // namespace

ZeroRates examine_zero_rates(const Task& task, const std::vector<bool>& has_weight,
                             std::span<const std::vector<bool>> varies) {
  const Cuts cuts = find_cuts(task.trace, has_weight);
  const std::size_t n = task.trace.transient_count();
  ZeroRates result{cuts.closed, std::vector<bool>(task.plan.reward_count(), false), {}, {}, {}};
  std::vector<bool> traps(n, false);  // closed, and something is earned there
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
  for (const std::vector<bool>& classes : varies)
    result.without_gradient.push_back(breaks(task.trace, cuts, infinite, classes));
  return result;
}

}  // namespace phasic
