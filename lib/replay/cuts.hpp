// What a zero rate does to a chain: states that nothing reaches any more, and states that nothing leaves.
// An infinite mean is found here, by graph search, never by dividing by zero.
#pragma once

#include <span>
#include <vector>

#include "trace/trace.hpp"

namespace phasic {

/// Which positions take no part at this theta, and whether the accumulated reward is infinite.
struct Cuts {
  bool infinite = false;        ///< a closed class with reward is reached: the reward never stops growing
  std::vector<bool> positions;  ///< by position; these have no future: unreachable, or closed without reward
};

/// `has_weight` by coefficient class, `has_reward` by position (empty: all have). O(vertices + edges).
Cuts find_cuts(const Trace& trace, const std::vector<bool>& has_weight, const std::vector<bool>& has_reward);

}  // namespace phasic
