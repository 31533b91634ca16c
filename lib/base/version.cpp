#include "base/version.hpp"

namespace phasic {

std::string_view version() {
  return PHASIC_VERSION;
}

}  // namespace phasic
