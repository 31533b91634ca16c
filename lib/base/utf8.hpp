// UTF-8, as names and messages must be.
#pragma once

#include <cstddef>
#include <string_view>

namespace phasic {

/// Bytes of the UTF-8 sequence that begins `text`, which is not empty; 0 if none does. Neither overlong ones
/// nor surrogates count.
std::size_t utf8_length(std::string_view text);

/// Whether all of it is UTF-8.
bool is_utf8(std::string_view text);

}  // namespace phasic
