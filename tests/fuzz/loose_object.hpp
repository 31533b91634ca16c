// An object in pieces, to be changed and put together again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/object.hpp"

namespace phasic::fuzz {

struct LooseSection {
  std::string name;
  ElementType type{};
  std::string bytes;
};

struct LooseObject {
  ObjectType type{};
  std::uint32_t type_version = 0;
  std::vector<LooseSection> sections;
};

/// Throws FormatError where `bytes` are no object.
LooseObject taken_apart(std::string_view bytes);

/// With offsets, lengths and checksum as they should be. Bytes that are no whole element are dropped.
std::string put_together(const LooseObject& loose);

/// The object with this section's bytes replaced; `bytes` are an object that has it.
std::string with_section(std::string_view bytes, std::string_view name, std::string_view content);

}  // namespace phasic::fuzz
