// A state as messages show it.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace phasic {

/// `(6, 0, 1)`; a long state the way `initial` takes it, occupied entries only: `{[8]=6, [21]=1}`,
/// where the first entry has the index `first`.
std::string state_text(std::span<const std::int32_t> state, std::size_t first = 1);

}  // namespace phasic
