// Expected times in states, and visits to them, enclosed: sums over steps of who was where before.
#pragma once

#include <cstdint>
#include <vector>

#include "moments/enclosed_steps.hpp"

namespace phasic {

/// In continuous time, by state: the expected time spent there until t, from where the chain is; in discrete
/// time, visits before t.
template <class Number>
std::vector<Number> enclosed_times(const StepsOf<Number>& steps, StateOf<Number> from, const Enclosure& t);
template <class Number>
std::vector<Number> enclosed_visits(const StepsOf<Number>& steps, std::uint64_t before);

}  // namespace phasic
