// What a zero rate does to a chain: states that nothing leaves, and states that nothing reaches any more.
// An infinite mean is found here, by graph search, never by dividing by zero.
#pragma once

#include <vector>

#include "trace/trace.hpp"

namespace phasic {

/// By position, at one theta.
struct Cuts {
  std::vector<bool> closed;   ///< in a class of states that nothing leaves: cut, they have no future
  std::vector<bool> reached;  ///< from the start
};

/// `has_weight` by coefficient class. O(vertices + edges).
Cuts find_cuts(const Trace& trace, const std::vector<bool>& has_weight);

/// The positions from which one of `goals` is reached, those included. O(vertices + edges).
std::vector<bool> leads_to(const Trace& trace, const std::vector<bool>& has_weight,
                           const std::vector<bool>& goals);

}  // namespace phasic
