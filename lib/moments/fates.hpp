// What zero rates make of a reward: where a closed class of states is entered that no positive rate leaves,
// the reward ends, or never does.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "trace/trace.hpp"

namespace phasic {

/// What becomes of the reward once a position is reached.
enum class Fate : std::uint8_t {
  goes_on,
  settled,  ///< in a closed class that earns nothing: R is what it is
  endless,  ///< in a closed class that earns: R is infinite
};

/// By position; empty where every rate is positive, and so all go on. `rewards` by position, empty: all 1.
std::vector<Fate> find_fates(const Trace& trace, std::span<const double> weights,
                             std::span<const double> rewards);
/// Which of them are settled, empty if there are no fates.
std::vector<bool> settled_among(const std::vector<Fate>& fates);

}  // namespace phasic
