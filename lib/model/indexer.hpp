// The StateIndexer: names for the entries of a state. Groups of properties lie end to end, each in mixed
// radix with the first property fastest; single named slots follow. Indices here are 0-based.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/properties.hpp"

namespace phasic {

/// A property takes the values minimum..maximum.
struct Property {
  std::string name;
  std::int64_t minimum = 0;
  std::int64_t maximum = 0;
  [[nodiscard]] std::uint64_t radix() const { return static_cast<std::uint64_t>(maximum - minimum) + 1; }
};

struct PropertyGroup {
  std::string name;  ///< empty for the only group of an indexer without names
  std::vector<Property> properties;
  std::size_t first = 0;  ///< index of its first combination
  std::size_t size = 0;   ///< number of combinations
};

class StateIndexer {
 public:
  /// Throws InputError on a name used twice or empty, an empty range or group, a value beyond 32 bits, or
  /// more than 2^24 entries.
  StateIndexer(std::vector<PropertyGroup> groups, std::vector<std::string> slots);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] const std::vector<PropertyGroup>& groups() const { return groups_; }
  [[nodiscard]] const std::vector<std::string>& slots() const { return slots_; }

  /// Index of a combination: `values[i]` belongs to property i of the group.
  /// Throws InputError: `loc1 = 7 is out of range; loc1 runs from 0 to 6`.
  [[nodiscard]] std::size_t index_of(const PropertyGroup& group, std::span<const std::int64_t> values) const;
  [[nodiscard]] std::optional<std::size_t> find_slot(std::string_view name) const;

  /// The group that an index lies in; nothing if it is a slot. `index` < size().
  [[nodiscard]] const PropertyGroup* group_of(std::size_t index) const;
  /// The values at an index of `group`, in the order of its properties.
  [[nodiscard]] std::vector<std::int64_t> values_at(const PropertyGroup& group, std::size_t index) const;

  /// Indices of `group` where every property that has a wanted value has it, ascending.
  /// Throws InputError for a value out of range.
  using Wanted = std::vector<std::optional<std::int64_t>>;
  [[nodiscard]] std::vector<std::size_t> matching(const PropertyGroup& group, const Wanted& wanted) const;

 private:
  std::vector<PropertyGroup> groups_;
  std::vector<std::string> slots_;
  std::size_t size_ = 0;
};

/// The layout that a graph keeps: each property with its value at every index of its group, in the order of
/// first mention, then the slots. What has one name is one property, whichever groups and slots it is in.
std::vector<StateProperty> properties_of(const StateIndexer& indexer);

}  // namespace phasic
