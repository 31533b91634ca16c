#include "model/indexer.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"

namespace phasic {

namespace {

constexpr std::uint64_t most_entries = std::uint64_t{1} << 24;

[[noreturn]] void fail(std::string what, std::string remedy) {
  throw InputError({"", std::move(what), std::move(remedy), {}});
}

void check_range(const Property& property, std::int64_t value) {
  if (value >= property.minimum && value <= property.maximum) return;
  fail(fmt::format("{} = {} is out of range", property.name, value),
       fmt::format("{} runs from {} to {}", property.name, property.minimum, property.maximum));
}

void check_property(const Property& property) {
  if (property.name.empty()) fail("a property has no name", "write property(\"name\", minimum, maximum)");
  if (property.minimum > property.maximum) {
    fail(fmt::format("property '{}' runs from {} to {}", property.name, property.minimum, property.maximum),
         "the minimum comes first and is at most the maximum");
  }
  if (property.minimum < INT32_MIN || property.maximum > INT32_MAX) {
    fail(fmt::format("property '{}' runs from {} to {}", property.name, property.minimum, property.maximum),
         "values of properties are integers of 32 bits");
  }
  const auto span =
      static_cast<std::uint64_t>(property.maximum) - static_cast<std::uint64_t>(property.minimum);
  if (span >= most_entries) {
    fail(fmt::format("property '{}' runs from {} to {}", property.name, property.minimum, property.maximum),
         fmt::format("an indexer has at most {} entries", most_entries));
  }
}

void require_fitting(std::uint64_t size) {
  if (size > most_entries)
    fail("the indexer is too large", fmt::format("it may have at most {} entries", most_entries));
}

void check_distinct(std::vector<std::string> names, std::string_view kind) {
  std::sort(names.begin(), names.end());
  const auto twin = std::adjacent_find(names.begin(), names.end());
  if (twin != names.end())
    fail(fmt::format("{} '{}' is named twice", kind, *twin), "give each a name of its own");
}

}  // namespace

StateIndexer::StateIndexer(std::vector<PropertyGroup> groups, std::vector<std::string> slots)
    : groups_(std::move(groups)), slots_(std::move(slots)) {
  std::uint64_t size = 0;
  std::vector<std::string> names = slots_;
  for (PropertyGroup& group : groups_) {
    if (group.properties.empty()) {
      fail(fmt::format("group '{}' has no property", group.name),
           "write property(\"name\", minimum, maximum)");
    }
    std::uint64_t count = 1;
    std::vector<std::string> properties;
    for (const Property& property : group.properties) {
      check_property(property);
      properties.push_back(property.name);
      count *= property.radix();
      if (count > most_entries) break;
    }
    check_distinct(properties, "property");
    names.push_back(group.name);
    group.first = static_cast<std::size_t>(size);
    group.size = static_cast<std::size_t>(count);
    size += count;
    require_fitting(size);
  }
  check_distinct(names, "group or slot");
  require_fitting(size + slots_.size());
  size_ = static_cast<std::size_t>(size) + slots_.size();
  if (size_ == 0) fail("the indexer is empty", "give it properties, groups or slots");
}

std::size_t StateIndexer::index_of(const PropertyGroup& group, std::span<const std::int64_t> values) const {
  std::size_t index = group.first;
  std::size_t stride = 1;
  for (std::size_t i = 0; i < group.properties.size(); ++i) {
    const Property& property = group.properties[i];
    check_range(property, values[i]);
    index += stride * static_cast<std::size_t>(values[i] - property.minimum);
    stride *= static_cast<std::size_t>(property.radix());
  }
  return index;
}

std::optional<std::size_t> StateIndexer::find_slot(std::string_view name) const {
  const auto found = std::find(slots_.begin(), slots_.end(), name);
  if (found == slots_.end()) return std::nullopt;
  return size_ - slots_.size() + static_cast<std::size_t>(found - slots_.begin());
}

const PropertyGroup* StateIndexer::group_of(std::size_t index) const {
  const auto contains = [&](const PropertyGroup& group) {
    return index >= group.first && index - group.first < group.size;
  };
  const auto found = std::find_if(groups_.begin(), groups_.end(), contains);
  return found == groups_.end() ? nullptr : &*found;
}

std::vector<std::int64_t> StateIndexer::values_at(const PropertyGroup& group, std::size_t index) const {
  std::vector<std::int64_t> values;
  std::size_t rest = index - group.first;
  for (const Property& property : group.properties) {
    const auto radix = static_cast<std::size_t>(property.radix());
    values.push_back(property.minimum + static_cast<std::int64_t>(rest % radix));
    rest /= radix;
  }
  return values;
}

std::vector<std::size_t> StateIndexer::matching(const PropertyGroup& group, const Wanted& wanted) const {
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i]) check_range(group.properties[i], *wanted[i]);
  }
  std::vector<std::size_t> indices;
  for (std::size_t index = group.first; index < group.first + group.size; ++index) {
    const std::vector<std::int64_t> values = values_at(group, index);
    bool matches = true;
    for (std::size_t i = 0; i < wanted.size(); ++i) matches &= !wanted[i] || *wanted[i] == values[i];
    if (matches) indices.push_back(index);
  }
  return indices;
}

std::vector<StateProperty> properties_of(const StateIndexer& indexer) {
  std::vector<StateProperty> properties;
  const auto named = [&](const std::string& name) -> StateProperty& {
    const auto found = std::ranges::find(properties, name, &StateProperty::name);
    return found != properties.end() ? *found : properties.emplace_back(StateProperty{name, {}});
  };
  for (const PropertyGroup& group : indexer.groups()) {
    std::size_t stride = 1;
    for (const Property& property : group.properties) {
      auto& entries = named(property.name).entries;
      const auto radix = static_cast<std::size_t>(property.radix());
      for (std::size_t i = 0; i < group.size; ++i) {
        const std::int64_t value = property.minimum + static_cast<std::int64_t>((i / stride) % radix);
        entries.push_back({static_cast<std::uint32_t>(group.first + i), static_cast<std::int32_t>(value)});
      }
      stride *= radix;
    }
  }
  for (const std::string& slot : indexer.slots()) {
    named(slot).entries.push_back({static_cast<std::uint32_t>(*indexer.find_slot(slot)), 1});
  }
  return properties;
}

}  // namespace phasic
