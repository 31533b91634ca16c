// The headers that models written in C++ include, as the tool carries them: a model compiles wherever there
// is a compiler, whatever is installed beside it.
#pragma once

#include <span>
#include <string_view>

namespace phasic {

struct EmbeddedHeader {
  std::string_view name;  ///< `phasic/model.hpp`
  std::string_view text;
};

/// All of include/phasic, in the order of their names.
std::span<const EmbeddedHeader> model_headers();

}  // namespace phasic
