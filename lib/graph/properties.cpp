#include "graph/properties.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/error.hpp"

namespace phasic {

namespace {

[[noreturn]] void reject(const std::string& what) {
  throw InputError({"", what, "", {}});
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
}

}  // namespace

void check(std::span<const StateProperty> properties, std::size_t state_length) {
  std::set<std::string_view> seen;
  for (const StateProperty& property : properties) {
    if (property.name.empty()) reject("a property has an empty name");
    if (std::ranges::any_of(property.name, is_control)) reject("a property's name has a control character");
    if (!seen.insert(property.name).second) reject("two properties are named '" + property.name + "'");
    if (property.entries.empty()) reject("property '" + property.name + "' has no entries");
    if (property.entries.back().index >= state_length ||
        std::ranges::adjacent_find(property.entries, std::ranges::greater_equal{},
                                   &StateProperty::Entry::index) != property.entries.end()) {
      reject("property '" + property.name + "' has an index out of order or range");
    }
  }
}

}  // namespace phasic
