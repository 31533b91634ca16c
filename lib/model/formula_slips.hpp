// Conditions on symbols that Lua would decide in silence. In a derived term's function theta is not known
// yet, and Lua finds a symbol unequal to any number, and true, without asking us; so the code is looked at.
//
// Only what is certain is found: a formula of the function's own argument, written where it is compared or
// tested. A symbol that was put into a local first is not recognised.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace phasic {

struct FormulaSlip {
  std::uint32_t line = 0;
  std::string what;
};

/// The first slip in the function that begins and ends in these lines; `name` is the derived term's, which
/// tells apart functions in one line. Nothing if the function is not found.
std::optional<FormulaSlip> find_formula_slip(std::string_view source, std::string_view name,
                                             std::uint32_t first_line, std::uint32_t last_line);

}  // namespace phasic
