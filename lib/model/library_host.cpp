#include "model/library_host.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <new>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "model/names.hpp"
#include "model/parameter_range.hpp"

namespace phasic {

namespace {

constexpr std::size_t most_parts = std::size_t{1} << 24;  // of any list that a library hands over

[[noreturn]] void refuse(std::string what, std::string remedy) {
  throw InputError({"", std::move(what), std::move(remedy), {}});
}

std::string text_at(const char* text) {
  return text == nullptr ? "" : text;
}

std::string name_at(const char* text, std::string_view what) {
  std::string name = text_at(text);
  if (!is_name(name))
    refuse(fmt::format("{} is '{}'", what, name), "use letters, digits and _, and no digit first");
  return name;
}

template <class T>
std::span<const T> list_at(const T* first, std::size_t count, std::string_view what) {
  if (count > most_parts) refuse(fmt::format("{} are {} in number", what, count), "see phasic/model.h");
  if (first == nullptr && count != 0) refuse(fmt::format("{} are NULL", what), "see phasic/model.h");
  return {first, count};
}

ParameterValue value_at(const phasic_value& value) {
  switch (value.type) {
    case PHASIC_INTEGER:
      return value.integer;
    case PHASIC_NUMBER:
      return value.number;
    case PHASIC_BOOLEAN:
      return value.boolean != 0;
    case PHASIC_STRING:
      return text_at(value.string);
    default:
      refuse(fmt::format("a value has the type {}", value.type), "types are PHASIC_INTEGER to PHASIC_STRING");
  }
}

std::optional<ParameterValue> bound_at(const phasic_value* bound, const Parameter& parameter,
                                       const char* which) {
  if (bound == nullptr) return std::nullopt;
  ParameterValue value = value_at(*bound);
  if (value.index() > 1 || value.index() != parameter.standard.index()) {
    refuse(fmt::format("the {} of param '{}' is a {}", which, parameter.name, type_name(value)),
           "bounds are integers or numbers, as the default is");
  }
  return value;
}

Parameter parameter_at(const phasic_param& param) {
  Parameter parameter;
  parameter.name = name_at(param.name, "the name of a param");
  if (!is_ascii(parameter.name)) {
    refuse(fmt::format("the name of a param is '{}'", parameter.name),
           "use A to Z, a to z, digits and _, so that it can stand on any command line");
  }
  parameter.standard = parameter.value = value_at(param.standard);
  if (const auto* number = std::get_if<double>(&parameter.standard);
      number != nullptr && std::isnan(*number)) {
    refuse(fmt::format("the default of param '{}' is not a number (nan)", parameter.name), "give one");
  }
  parameter.help = text_at(param.help);
  parameter.minimum = bound_at(param.minimum, parameter, "min");
  parameter.maximum = bound_at(param.maximum, parameter, "max");
  if (parameter.minimum && parameter.maximum && !(*parameter.minimum <= *parameter.maximum)) {
    refuse(fmt::format("param '{}' has bounds {}", parameter.name, bounds_text(parameter)),
           "the first is the smaller one");
  }
  return parameter;
}

// Thrown about the command line, and not about a line of the model.
struct CommandLineError {
  Complaint complaint;
};

void take_assignment(Parameter& parameter, const Assignment* given) {
  if (given != nullptr) {
    try {
      parameter.value = read_value(*given, parameter.standard);
      parameter.value_count = count_values(*given, parameter.standard);
    } catch (const InputError& error) {
      throw CommandLineError{error.complaint()};
    }
  }
  if (is_within_bounds(parameter)) return;
  const std::string remedy = fmt::format("{} is {}", parameter.name, bounds_text(parameter));
  if (given == nullptr) {
    refuse(fmt::format("the default of param '{}', {}, is out of range", parameter.name,
                       value_text(parameter.value)),
           remedy);
  }
  throw CommandLineError{{fmt::format("-p {}={}", parameter.name, value_text(parameter.value)),
                          fmt::format("{} is out of range", parameter.name),
                          remedy,
                          {}}};
}

phasic_value value_for_library(const ParameterValue& value, std::deque<std::string>& texts) {
  phasic_value result{};
  result.type = static_cast<std::uint32_t>(value.index());
  if (const auto* integer = std::get_if<std::int64_t>(&value)) result.integer = *integer;
  if (const auto* number = std::get_if<double>(&value)) result.number = *number;
  if (const auto* flag = std::get_if<bool>(&value)) result.boolean = *flag ? 1 : 0;
  if (const auto* text = std::get_if<std::string>(&value)) result.string = texts.emplace_back(*text).c_str();
  return result;
}

PropertyGroup group_at(const phasic_group& told, std::size_t group_count) {
  PropertyGroup group;
  const bool is_plain = group_count == 1 && text_at(told.name).empty();
  if (!is_plain) group.name = name_at(told.name, "the name of a group");
  for (const phasic_property& property : list_at(told.properties, told.property_count, "the properties")) {
    group.properties.push_back(
        {name_at(property.name, "the name of a property"), property.minimum, property.maximum});
  }
  return group;
}

FormulaRecorder::Node record(FormulaRecorder& recorder, std::span<const FormulaRecorder::Node> before,
                             const phasic_node& node, std::size_t theta_count) {
  const auto count = operand_count(node.operation);
  if (!count) refuse(fmt::format("a formula has the operation {}", node.operation), "see phasic/model.h");
  const auto operation = static_cast<Operation>(node.operation);
  if (operation == Operation::constant) return recorder.constant(node.value);
  if (operation == Operation::parameter) {
    if (node.operands[0] >= theta_count) {
      refuse(fmt::format("a formula reads parameter {} of theta", node.operands[0]),
             fmt::format("theta has {}", theta_count));
    }
    return recorder.parameter(node.operands[0]);
  }
  std::array<FormulaRecorder::Node, 4> operands{};
  for (std::size_t i = 0; i < *count; ++i) {
    if (node.operands[i] >= before.size()) {
      refuse("a formula uses a node that is not before it", "operands are numbers of earlier nodes");
    }
    operands[i] = before[node.operands[i]];
  }
  switch (*count) {
    case 1:
      return recorder.apply(operation, {operands[0]});
    case 2:
      return recorder.apply(operation, {operands[0], operands[1]});
    default:
      return recorder.apply(operation, {operands[0], operands[1], operands[2], operands[3]});
  }
}

// Code that we compiled knows no path: its model's name is empty, and others' are relative to the model's
// directory. Another library's is as its compiler saw it.
std::string path_of(const std::string& file, const std::string& where) {
  if (file.empty()) return where;
  const std::filesystem::path beside = std::filesystem::path(where).parent_path() / file;
  std::error_code unknown;
  return std::filesystem::exists(beside, unknown) ? beside.string() : file;
}

}  // namespace

LibraryHost::LibraryHost(std::string where, std::span<const Assignment> assignments)
    : where_(std::move(where)),
      assignments_(assignments.begin(), assignments.end()),
      table_(make_table(this)) {
  declaration_.where = where_;
  declaration_.first_index = 0;
}

std::string LibraryHost::text_of(const phasic_place& place) const {
  if (place.file == nullptr) return where_;
  const std::string file = path_of(place.file, where_);
  return place.line == 0 ? file : fmt::format("{}:{}", file, place.line);
}

void LibraryHost::keep(const Error& error, const phasic_place& place) {
  if (failure_) return;
  const Complaint& complaint = error.complaint();
  const std::string text =
      complaint.remedy.empty() ? complaint.what : fmt::format("{}; {}", complaint.what, complaint.remedy);
  failure_ = Failure{text_of(place), PHASIC_WRONG, text, std::nullopt};
}

// No exception may leave it: a library calls.
template <class Body>
int LibraryHost::answer(phasic_host* table, phasic_place place, Body body) noexcept {
  LibraryHost& host = *reinterpret_cast<Table*>(table)->host;
  if (host.failure_) return 1;
  try {
    if (host.phase_ != Phase::declaring) {
      refuse("the model is declared in a callback", "declarations belong to define");
    }
    body(host);
    return 0;
  } catch (const Error& error) {
    host.keep(error, place);
  } catch (const CommandLineError& error) {
    host.failure_ = Failure{"", PHASIC_WRONG, "", error.complaint};
  } catch (const std::bad_alloc&) {
    host.failure_ = Failure{host.where_, PHASIC_OUT_OF_MEMORY, "out of memory", std::nullopt};
  }
  return 1;
}

LibraryHost::Table LibraryHost::make_table(LibraryHost* host) {
  phasic_host functions{};
  functions.abi = PHASIC_MODEL_ABI;
  functions.size = sizeof(phasic_host);
  functions.fail = [](phasic_host* table, phasic_place place, std::uint32_t kind, const char* text) noexcept {
    LibraryHost& self = *reinterpret_cast<Table*>(table)->host;
    if (!self.failure_) self.failure_ = Failure{self.text_of(place), kind, text_at(text), std::nullopt};
    return 1;
  };
  functions.check_failed = [](phasic_host* table, phasic_place place, const char* message) noexcept {
    return answer(table, place,
                  [&](LibraryHost& self) { refuse(text_at(message) + self.values_of_parameters(), ""); });
  };
  functions.param = [](phasic_host* table, phasic_place place, const phasic_param* param,
                       phasic_value* effective) noexcept {
    return answer(table, place, [&](LibraryHost& self) {
      if (param == nullptr || effective == nullptr) refuse("a param is NULL", "see phasic/model.h");
      self.declare_param(*param, *effective);
    });
  };
  functions.time = [](phasic_host* table, phasic_place place, std::uint32_t kind) noexcept {
    return answer(table, place, [&](LibraryHost& self) { self.declare_time(kind); });
  };
  functions.indexer = [](phasic_host* table, phasic_place place, const phasic_group* groups,
                         std::size_t group_count, const char* const* slots, std::size_t slot_count) noexcept {
    return answer(table, place, [&](LibraryHost& self) {
      self.declare_indexer(list_at(groups, group_count, "the groups"),
                           list_at(slots, slot_count, "the slots"));
    });
  };
  functions.parameters = [](phasic_host* table, phasic_place place, const char* const* names,
                            std::size_t count) noexcept {
    return answer(table, place, [&](LibraryHost& self) {
      self.declare_parameters(list_at(names, count, "the names of theta"));
    });
  };
  functions.derived = [](phasic_host* table, phasic_place place, const char* name, const phasic_node* nodes,
                         std::size_t node_count, std::uint32_t result) noexcept {
    return answer(table, place, [&](LibraryHost& self) {
      self.declare_derived(name, list_at(nodes, node_count, "the nodes of a formula"), result);
    });
  };
  functions.initial = [](phasic_host* table, phasic_place place, double probability,
                         const phasic_entry* entries, std::size_t entry_count) noexcept {
    return answer(table, place, [&](LibraryHost& self) {
      self.declare_initial(self.text_of(place), probability,
                           list_at(entries, entry_count, "the entries of an initial state"));
    });
  };
  functions.reward = [](phasic_host* table, phasic_place place, const char* name) noexcept {
    return answer(table, place, [&](LibraryHost& self) { self.declare_reward(name); });
  };
  functions.transitions = [](phasic_host* table, phasic_place place) noexcept {
    return answer(table, place, [&](LibraryHost& self) { self.declaration_.where = self.text_of(place); });
  };
  return {functions, host};
}

void LibraryHost::require_success(int answer, const std::string& suffix) {
  if (!failure_) {
    if (answer == 0) return;
    throw InputError(
        {where_ + suffix, "the model failed without a reason", "it says one with host->fail", {}});
  }
  const Failure failure = *std::exchange(failure_, std::nullopt);
  if (failure.complaint) throw InputError(*failure.complaint);
  if (failure.kind == PHASIC_OUT_OF_MEMORY) throw LimitError({failure.where + suffix, failure.text, "", {}});
  if (failure.kind == PHASIC_THROWN) {
    throw InputError({failure.where + suffix, "the model threw an exception: " + failure.text, "", {}});
  }
  throw InputError({failure.where + suffix, failure.text, "", {}});
}

void LibraryHost::declare_param(const phasic_param& param, phasic_value& effective) {
  Parameter parameter = parameter_at(param);
  if (std::ranges::count(declaration_.parameters, parameter.name, &Parameter::name) != 0) {
    refuse(fmt::format("param '{}' is declared twice", parameter.name), "keep its value in a variable");
  }
  take_assignment(parameter, find_assignment(assignments_, parameter.name));
  effective = value_for_library(parameter.value, texts_);
  declaration_.parameters.push_back(std::move(parameter));
}

std::string LibraryHost::values_of_parameters() const {
  std::string values;
  for (const Parameter& parameter : declaration_.parameters) {
    values += fmt::format("{}{} = {}", values.empty() ? "; here " : ", ", parameter.name,
                          value_text(parameter.value));
  }
  return values;
}

void LibraryHost::declare_time(std::uint32_t kind) {
  if (std::exchange(has_time_, Once::yes) == Once::yes)
    refuse("time was called twice", "a model has one kind of time");
  if (kind > PHASIC_DISCRETE) {
    refuse(fmt::format("the kind of time is {}", kind), "it is PHASIC_CONTINUOUS or PHASIC_DISCRETE");
  }
  declaration_.time = kind == PHASIC_DISCRETE ? TimeKind::discrete : TimeKind::continuous;
}

void LibraryHost::declare_indexer(std::span<const phasic_group> groups, std::span<const char* const> slots) {
  if (indexer_)
    refuse("a second indexer", "a model has one indexer; put several sets of properties into groups");
  std::vector<PropertyGroup> kept;
  for (const phasic_group& group : groups) kept.push_back(group_at(group, groups.size()));
  std::vector<std::string> names;
  for (const char* const slot : slots) names.push_back(name_at(slot, "the name of a slot"));
  indexer_.emplace(std::move(kept), std::move(names));
}

void LibraryHost::declare_parameters(std::span<const char* const> names) {
  if (std::exchange(has_parameters_, Once::yes) == Once::yes) {
    refuse("parameters was called twice", "name all of theta at once");
  }
  if (!terms_.derived.empty()) {
    refuse("parameters comes after derived", "derived terms are formulas of it, so it comes first");
  }
  for (const char* const text : names) {
    std::string name = name_at(text, "the name of a parameter");
    if (terms_.find(name))
      refuse(fmt::format("'{}' is there twice among the parameters", name), "name each once");
    terms_.parameters.push_back(std::move(name));
  }
}

void LibraryHost::declare_derived(const char* name, std::span<const phasic_node> nodes,
                                  std::uint32_t result) {
  DerivedTerm term;
  term.name = name_at(name, "the name of a derived term");
  if (terms_.find(term.name)) {
    refuse(fmt::format("'{}' is already a parameter or derived term", term.name), "choose another name");
  }
  if (result >= nodes.size()) {
    refuse(fmt::format("derived term '{}': its formula has {} nodes, and node {} is its value", term.name,
                       nodes.size(), result),
           "see phasic/model.h");
  }
  std::vector<FormulaRecorder::Node> kept;
  for (const phasic_node& node : nodes)
    kept.push_back(record(recorder_, kept, node, terms_.parameters.size()));
  term.formula = recorder_.formula_of(kept[result]);
  terms_.derived.push_back(std::move(term));
}

void LibraryHost::declare_initial(const std::string& where, double probability,
                                  std::span<const phasic_entry> entries) {
  if (entries.empty()) refuse("the initial state is empty", "name an index and a count");
  if (!(probability >= 0 && probability <= 1)) {
    refuse(fmt::format("an initial state has probability {}", shortest_text(probability)),
           "it is at least 0 and at most 1");
  }
  for (const phasic_entry& entry : entries) {
    if (entry.index >= most_parts) {
      refuse(fmt::format("initial names index {}", entry.index),
             fmt::format("a state has at most {} entries", most_parts));
    }
  }
  std::vector<std::size_t> indices;
  for (const phasic_entry& entry : entries) indices.push_back(entry.index);
  std::ranges::sort(indices);
  if (const auto twin = std::ranges::adjacent_find(indices); twin != indices.end()) {
    refuse(fmt::format("initial names index {} twice", *twin), "name each once");
  }
  starts_.push_back({where, probability, {entries.begin(), entries.end()}});
}

void LibraryHost::declare_reward(const char* text) {
  std::string name = name_at(text, "the name of a reward");
  if (std::ranges::count(declaration_.rewards, name) != 0) {
    refuse(fmt::format("reward '{}' is declared twice", name), "choose another name");
  }
  declaration_.rewards.push_back(std::move(name));
}

std::size_t LibraryHost::state_length() const {
  if (indexer_) return indexer_->size();
  std::size_t length = 0;
  for (const Start& start : starts_) {
    for (const phasic_entry& entry : start.entries) length = std::max(length, entry.index + 1);
  }
  return length;
}

void LibraryHost::finish() {
  phase_ = Phase::running;
  require_declared(assignments_, declaration_.parameters, where_);
  if (starts_.empty()) throw InputError({where_, "the model has no initial state", "call initial", {}});
  declaration_.theta = terms_.parameters;
  for (const DerivedTerm& term : terms_.derived) declaration_.derived.push_back(term.name);
  declaration_.state_length = state_length();
  if (indexer_) declaration_.properties = properties_of(*indexer_);
  double sum = 0;
  for (const Start& start : starts_) {
    StartState state{start.probability, std::vector<std::int32_t>(declaration_.state_length, 0)};
    for (const phasic_entry& entry : start.entries) {
      if (entry.index >= state.entries.size()) {
        throw InputError(
            {start.where,
             fmt::format("initial names index {}, and the indexer has {}", entry.index, state.entries.size()),
             "indices come from the indexer, and count from 0",
             {}});
      }
      state.entries[entry.index] = entry.count;
    }
    sum += start.probability;
    if (start.probability > 0) declaration_.start.push_back(std::move(state));
  }
  if (sum == 0) {
    throw InputError(
        {starts_[0].where, "every initial state has probability 0", "give one of them more", {}});
  }
  if (sum > 1 + 1e-12) {
    throw InputError({starts_[0].where,
                      fmt::format("the initial probabilities sum to {}", shortest_text(sum)),
                      "at most 1 is right (less leaves an atom at 0)",
                      {}});
  }
}

}  // namespace phasic
