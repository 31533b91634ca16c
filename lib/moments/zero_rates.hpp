// What zero rates make of a question: which rewards are infinite, and where a derivative does not exist.
#pragma once

#include <span>
#include <vector>

#include "moments/task.hpp"
#include "replay/cuts.hpp"

namespace phasic {

struct ZeroRates {
  std::vector<bool> cuts;      ///< by position: no future. Empty where every state can be left
  std::vector<bool> infinite;  ///< by reward: it never stops growing, with positive probability
  std::vector<bool> endless;   ///< by vertex less 1: stayed in for ever, with positive probability
  std::vector<std::vector<bool>> infinite_from;  ///< by reward, then by vertex less 1, where rows are states
  std::vector<bool> without_gradient;  ///< by parameter: a change of it leads into, or out of, a closed class
  /// By parameter, then by vertex less 1, where rows are states: the same for the chain that starts there.
  std::vector<std::vector<bool>> without_gradient_from;
};

/// `has_weight` by class. `varies` by parameter, then by class: whether the class's weight changes with it.
ZeroRates examine_zero_rates(const Task& task, const std::vector<bool>& has_weight,
                             std::span<const std::vector<bool>> varies);

}  // namespace phasic
