// What the entries of a state count, by name: the layout that a model's indexer gave them. It lets a user ask
// for a count as a reward, without the model. Not part of a graph's structure: names decide no number.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace phasic {

/// A property of the things that a state counts. What a state has of it is the sum of `value` times its entry
/// over the property's entries; an entry with a name of its own (a slot) is a property of one entry, value 1.
struct StateProperty {
  struct Entry {
    std::uint32_t index;  ///< of the state's entries, from 0
    std::int32_t value;   ///< of the property, for each thing counted there
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  std::string name;
  std::vector<Entry> entries;  ///< ascending by index
  friend bool operator==(const StateProperty&, const StateProperty&) = default;
};

/// Checks names (non-empty, distinct, no control characters) and entries (at least one, ascending, each index
/// below `state_length`). Throws InputError.
void check(std::span<const StateProperty> properties, std::size_t state_length);

}  // namespace phasic
