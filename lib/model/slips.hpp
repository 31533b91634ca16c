// Habits from other languages: what Lua calls them. An error message that lacks a remedy gets one from here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace phasic {

/// What to write instead, judged by Lua's syntax error and the source around `line`; empty if nothing is
/// known.
std::string syntax_remedy(std::string_view source, std::uint32_t line, std::string_view message);

/// The same for the name of a variable that is not there: `null`, `True`, `os` ...
std::string name_remedy(std::string_view name);

}  // namespace phasic
