// Names for the entries of a state. Groups of properties lie end to end, each with the first property
// fastest; single named slots follow. All of it are values: copy them into the functions that use them.
#pragma once

#include <phasic/model_basics.hpp>

#include <cstring>
#include <initializer_list>
#include <vector>

namespace phasic {
inline namespace model_abi_1 {

/// A property takes the values minimum..maximum.
struct Property {
  std::string name;
  Integer minimum;
  Integer maximum;
};

inline Property property(std::string name, Whole minimum, Whole maximum) {
  return {static_cast<std::string&&>(name), minimum.value, maximum.value};
}

/// `{"loc1", 2}`: what a property is to be.
struct Setting {
  const char* property;
  Whole value;
};

class Group {
 public:
  Group(std::string name, std::vector<Property> properties)
      : name_(static_cast<std::string&&>(name)),
        properties_(static_cast<std::vector<Property>&&>(properties)) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::vector<Property>& properties() const { return properties_; }
  /// Index of its first combination; the others follow.
  [[nodiscard]] std::size_t first() const { return first_; }
  /// Number of combinations.
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool contains(Index index) const {
    return index.value >= static_cast<Integer>(first_) && index.value < static_cast<Integer>(first_ + size_);
  }

  /// The index of a combination, by position: `lineage({1, 0})`.
  std::size_t operator()(std::initializer_list<Whole> values, Place where = {}) const {
    if (values.size() != properties_.size()) refuse_count(values.size(), where);
    std::size_t index = first_;
    std::size_t stride = 1;
    const Whole* value = values.begin();
    for (const Property& property : properties_) {
      index += stride * offset(property, value->value, where);
      stride *= radix(property);
      ++value;
    }
    return index;
  }

  /// The index of a combination, by name: `lineage({{"loc1", 1}, {"loc2", 0}})`.
  std::size_t operator()(std::initializer_list<Setting> settings, Place where = {}) const {
    const std::vector<const Setting*> wanted = sorted(settings, where);
    std::size_t index = first_;
    std::size_t stride = 1;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const Property& property = properties_[i];
      if (wanted[i] == nullptr)
        detail::refuse(where, {"property '", property.name, "' is missing; name every property"});
      index += stride * offset(property, wanted[i]->value.value, where);
      stride *= radix(property);
    }
    return index;
  }

  /// All indices with these properties, ascending: `lineage.all({{"loc1", 2}})`.
  [[nodiscard]] std::vector<std::size_t> all(std::initializer_list<Setting> settings = {},
                                             Place where = {}) const {
    const std::vector<const Setting*> wanted = sorted(settings, where);
    std::vector<std::size_t> indices;
    for (std::size_t index = first_; index < first_ + size_; ++index) {
      const std::vector<Integer> present = values(index);
      bool matches = true;
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        matches = matches && (wanted[i] == nullptr || wanted[i]->value.value == present[i]);
      }
      if (matches) indices.push_back(index);
    }
    return indices;
  }

  /// The properties at an index, in their order.
  [[nodiscard]] std::vector<Integer> values(Index index) const {
    std::size_t rest = place_of(index);
    std::vector<Integer> present;
    for (const Property& property : properties_) {
      present.push_back(property.minimum + static_cast<Integer>(rest % radix(property)));
      rest /= radix(property);
    }
    return present;
  }

  /// One property at an index: `lineage.value(i, "loc1")`.
  [[nodiscard]] Integer value(Index index, Name name) const {
    std::size_t rest = place_of(index);
    for (const Property& property : properties_) {
      if (property.name == name.text) return property.minimum + static_cast<Integer>(rest % radix(property));
      rest /= radix(property);
    }
    refuse_name(name.text, name.where);
  }

 private:
  friend class Indexer;

  static std::size_t radix(const Property& property) {
    return static_cast<std::size_t>(property.maximum - property.minimum) + 1;
  }

  static std::size_t offset(const Property& property, Integer value, Place where) {
    if (value < property.minimum || value > property.maximum) refuse_value(property, value, where);
    return static_cast<std::size_t>(value - property.minimum);
  }

  [[nodiscard]] std::size_t place_of(Index index) const {
    if (!contains(index)) {
      detail::refuse(index.where,
                     {"index ", index.value, " is out of range; indices", name_.empty() ? "" : " of ", name_,
                      " run from ", first_, " to ", first_ + size_ - 1});
    }
    return static_cast<std::size_t>(index.value) - first_;
  }

  // A setting, or nothing, for each property.
  [[nodiscard]] std::vector<const Setting*> sorted(std::initializer_list<Setting> settings,
                                                   Place where) const {
    std::vector<const Setting*> result(properties_.size(), nullptr);
    for (const Setting& setting : settings) {
      std::size_t i = 0;
      while (i < properties_.size() && properties_[i].name != setting.property) ++i;
      if (i == properties_.size()) refuse_name(setting.property, where);
      offset(properties_[i], setting.value.value, where);
      result[i] = &setting;
    }
    return result;
  }

  [[noreturn]] static void refuse_value(const Property& property, Integer value, Place where) {
    detail::refuse(where, {property.name, " = ", value, " is out of range; ", property.name, " runs from ",
                           property.minimum, " to ", property.maximum});
  }
  [[noreturn]] void refuse_count(std::size_t count, Place where) const {
    detail::refuse(where, {count, " values for ", properties_.size(),
                           " properties; give one for each, in order, or name them: {{\"",
                           properties_[0].name, "\", value}}"});
  }
  [[noreturn]] void refuse_name(const char* name, Place where) const {
    std::string names;
    for (const Property& property : properties_) detail::append_name(names, property.name);
    detail::refuse(where, {"there is no property '", name, "'; the properties are ", names});
  }

  std::string name_;
  std::vector<Property> properties_;
  std::size_t first_ = 0;
  std::size_t size_ = 1;
};

inline Group group(std::string name, std::vector<Property> properties) {
  return Group(static_cast<std::string&&>(name), static_cast<std::vector<Property>&&>(properties));
}

/// Made by `Model::indexer`. What a Group does, an indexer does for its only group.
class Indexer {
 public:
  Indexer(std::vector<Group> groups, std::vector<std::string> slots)
      : groups_(static_cast<std::vector<Group>&&>(groups)),
        slots_(static_cast<std::vector<std::string>&&>(slots)) {
    for (Group& group : groups_) {
      group.first_ = size_;
      for (const Property& property : group.properties_) group.size_ *= Group::radix(property);
      size_ += group.size_;
    }
    size_ += slots_.size();
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] const std::vector<Group>& groups() const { return groups_; }

  std::size_t operator()(std::initializer_list<Whole> values, Place where = {}) const {
    return only(where)(values, where);
  }
  std::size_t operator()(std::initializer_list<Setting> settings, Place where = {}) const {
    return only(where)(settings, where);
  }
  [[nodiscard]] std::vector<std::size_t> all(std::initializer_list<Setting> settings = {},
                                             Place where = {}) const {
    return only(where).all(settings, where);
  }
  [[nodiscard]] std::vector<Integer> values(Index index) const { return only(index.where).values(index); }
  [[nodiscard]] Integer value(Index index, Name name) const { return only(name.where).value(index, name); }

  [[nodiscard]] const Group& group(Name name) const {
    for (const Group& group : groups_) {
      if (group.name() == name.text) return group;
    }
    detail::refuse(name.where, {"the indexer has no group '", name.text, "'; use a name that you gave"});
  }
  /// The index of a slot.
  [[nodiscard]] std::size_t slot(Name name) const {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if (slots_[i] == name.text) return size_ - slots_.size() + i;
    }
    detail::refuse(name.where, {"the indexer has no slot '", name.text, "'; use a name that you gave"});
  }

 private:
  [[nodiscard]] const Group& only(Place where) const {
    if (groups_.size() == 1) return groups_[0];
    if (groups_.empty())
      detail::refuse(where, {"this indexer has slots only; write slot(\"name\") for the index of one"});
    detail::refuse(where, {"this indexer has several groups; write group(\"", groups_[0].name(), "\")"});
  }

  std::vector<Group> groups_;
  std::vector<std::string> slots_;
  std::size_t size_ = 0;
};

}  // namespace model_abi_1
}  // namespace phasic
