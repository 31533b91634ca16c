// Strings in JSON.
#pragma once

#include <string>
#include <string_view>

namespace phasic {

/// `"..."` with everything JSON wants escaped; invalid UTF-8 is replaced.
std::string json_text(std::string_view text);

}  // namespace phasic
