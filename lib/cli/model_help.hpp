// What a model says of itself: phasic-build MODEL --help-model.
#pragma once

#include <string>

#include "model/model.hpp"

namespace phasic {

/// Parameters with type, default, bounds and help, theta, derived terms, rewards and the kind of time, as
/// lines.
std::string model_help(const std::string& path, const Declaration& declaration);

}  // namespace phasic
