// The version of this library and its tools, as CMake states it.
#pragma once

#include <string_view>

namespace phasic {

std::string_view version();

}  // namespace phasic
