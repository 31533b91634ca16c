// Numbers given as a list or a range: `0.5`, `lo:hi:count` (evenly from lo to hi, both included),
// `lo:hi:count:log` (evenly in the logarithm).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace phasic {

/// Throws UsageError naming `where`; `remedy` says how it is written there.
std::vector<double> read_value_range(std::string_view text, const std::string& where,
                                     const std::string& remedy);

}  // namespace phasic
