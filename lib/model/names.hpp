// What names in models are made of, in whatever language the model is.
#pragma once

#include <string_view>

namespace phasic {

/// Letters of any alphabet in UTF-8, digits and _, and no digit first.
bool is_name(std::string_view text);

/// Whether it can be typed on any command line.
bool is_ascii(std::string_view text);

}  // namespace phasic
