// Reads arguments of the model language's functions, with errors that say what was given and what is wanted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/lua_api.hpp"

namespace phasic {

/// The name at `index`: letters (of any alphabet), digits and _, no digit first, so that it can stand on a
/// command line and behind a dot. `what` is for messages: "the name of a reward".
std::string read_name(lua_State* lua, int index, std::string_view what);
/// The string at `index`, on one line.
std::string read_text(lua_State* lua, int index, std::string_view what);
/// An array of names, each once.
std::vector<std::string> read_names(lua_State* lua, int index, std::string_view what);
/// A number with an integral value.
std::int64_t read_integer(lua_State* lua, int index, std::string_view what);
/// A count of a state: an integer of 32 bits.
std::int32_t read_count(lua_State* lua, int index, std::string_view what);
double read_number(lua_State* lua, int index, std::string_view what);
/// Pairs of a 1-based index and a count, as `initial` and `emit` take them; indices are returned 0-based.
std::vector<std::pair<std::size_t, std::int32_t>> read_entries(lua_State* lua, int index);

}  // namespace phasic
