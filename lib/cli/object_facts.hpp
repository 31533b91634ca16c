// What an object says about itself, in the order in which it is shown. The store knows bytes only; here they
// are read as what they are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/table.hpp"
#include "store/object.hpp"

namespace phasic {

/// The columns that all objects have in common; empty where they do not apply.
struct ObjectSummary {
  std::optional<std::uint64_t> vertices;
  std::optional<std::uint64_t> edges;
  std::optional<std::uint64_t> parameters;  ///< of a trace: terms besides the constant, derived ones included
  std::optional<std::uint64_t> multiply_adds;  ///< of a trace: for one mean at one theta
};
/// Throws FormatError for an object of a version that this phasic does not know.
ObjectSummary summary_of(const Object& object);

struct Fact {
  std::string name;  ///< as in JSON: `vertices`, `state_length`
  Cell value;
};
/// Throws FormatError as above.
std::vector<Fact> facts_of(const Object& object);

}  // namespace phasic
