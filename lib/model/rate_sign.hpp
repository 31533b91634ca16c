// What can be said of a rate before theta is known.
#pragma once

#include <cstddef>
#include <span>

namespace phasic {

/// Whether the rate is <= 0 for every theta >= 0. Derived terms, behind the constant and theta, can have any
/// sign.
bool is_never_positive(std::span<const double> coefficients, std::size_t theta_count);

}  // namespace phasic
