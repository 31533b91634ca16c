// Which processors compiled code runs on.
#pragma once

#include <string>

namespace phasic {

/// The least of the family, for which compilers make code unless told otherwise: `x86-64-v1`, `aarch64`.
std::string least_processor();

/// This very processor, as code made for it needs it: its level (`x86-64-v1` to `x86-64-v4`), its name, and a
/// digest of all that it says it can do.
std::string this_processor();

}  // namespace phasic
