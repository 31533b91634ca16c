#include "model/parameter.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <system_error>
#include <tuple>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/spelling.hpp"
#include "model/parameter_range.hpp"

namespace phasic {

namespace {

// In double quotes, with what would break a line or a record written out.
std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      result += fmt::format("\\{}", c);
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      result += fmt::format("\\x{:02x}", c);
    else
      result += c;
  }
  return result + '"';
}

std::string with_point(const std::string& number) {
  return number.find_first_of(".enai") == std::string::npos ? number + ".0" : number;
}

std::string_view expectation(const ParameterValue& pattern) {
  switch (pattern.index()) {
    case 0:
      return "give an integer, such as -p {}=6";
    case 1:
      return "give a finite decimal number, such as -p {}=0.5";
    default:
      return "give -p {0}=true or -p {0}=false";
  }
}

// Whether the text is a number of the pattern's type, but too large or too small to be held.
bool is_beyond_range(std::string_view text, const ParameterValue& pattern) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const char* const end = text.data() + text.size();
  const auto overflows = [&](auto number) {
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    return rest == end && error == std::errc::result_out_of_range;
  };
  if (std::holds_alternative<std::int64_t>(pattern)) return overflows(std::int64_t{});
  return std::holds_alternative<double>(pattern) && overflows(double{});
}

std::string_view range_of(const ParameterValue& pattern) {
  return std::holds_alternative<double>(pattern)
             ? "numbers other than 0 are between about 5e-324 and 1.8e308 in size"
             : "integers run from -9223372036854775808 to 9223372036854775807";
}

// A bound's type is its parameter's, so a number needs no point.
std::string bound_text(const ParameterValue& bound) {
  const auto* const number = std::get_if<double>(&bound);
  return number != nullptr ? shortest_text(*number) : value_text(bound);
}

}  // namespace

std::string_view type_name(const ParameterValue& value) {
  switch (value.index()) {
    case 0:
      return "integer";
    case 1:
      return "number";
    case 2:
      return "boolean";
    default:
      return "string";
  }
}

std::string value_text(const ParameterValue& value) {
  switch (value.index()) {
    case 0:
      return std::to_string(std::get<std::int64_t>(value));
    case 1:
      return with_point(shortest_text(std::get<double>(value)));
    case 2:
      return std::get<bool>(value) ? "true" : "false";
    default:
      return in_quotes(std::get<std::string>(value));
  }
}

bool is_within_bounds(const Parameter& parameter) {
  const bool is_low = parameter.minimum && !(parameter.value >= *parameter.minimum);
  const bool is_high = parameter.maximum && !(parameter.value <= *parameter.maximum);
  return !is_low && !is_high;
}

std::string bounds_text(const Parameter& parameter) {
  const auto& [low, high] = std::tie(parameter.minimum, parameter.maximum);
  if (low && high) return fmt::format("from {} to {}", bound_text(*low), bound_text(*high));
  if (low) return fmt::format("at least {}", bound_text(*low));
  return high ? fmt::format("at most {}", bound_text(*high)) : "";
}

Assignment parse_assignment(std::string_view argument) {
  const std::size_t equals = argument.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    throw UsageError({fmt::format("-p {}", argument), "is no assignment", "write -p name=value", {}});
  }
  return {std::string(argument.substr(0, equals)), std::string(argument.substr(equals + 1))};
}

ParameterValue read_value(const Assignment& assignment, const ParameterValue& pattern) {
  const std::string& text = assignment.text;
  if (const auto range = ParameterRange::read(assignment, pattern)) return (*range)[assignment.point];
  if (std::holds_alternative<std::int64_t>(pattern)) {
    if (const auto number = parse_integer(text)) return *number;
  } else if (std::holds_alternative<double>(pattern)) {
    if (const auto number = parse_double(text)) return *number;
  } else if (std::holds_alternative<bool>(pattern)) {
    if (text == "true" || text == "false") return text == "true";
  } else {
    return text;
  }
  if (is_beyond_range(text, pattern)) {
    throw InputError({fmt::format("-p {}={}", assignment.name, text),
                      "the number is out of range",
                      std::string(range_of(pattern)),
                      {}});
  }
  throw InputError({fmt::format("-p {}={}", assignment.name, text),
                    fmt::format("{} is declared as {} {}", assignment.name, pattern.index() == 0 ? "an" : "a",
                                type_name(pattern)),
                    fmt::format(fmt::runtime(expectation(pattern)), assignment.name),
                    {}});
}

const Assignment* find_assignment(std::span<const Assignment> assignments, std::string_view name) {
  const auto found = std::find_if(assignments.rbegin(), assignments.rend(),
                                  [&](const Assignment& assignment) { return assignment.name == name; });
  return found == assignments.rend() ? nullptr : &*found;
}

void require_declared(std::span<const Assignment> assignments, std::span<const Parameter> parameters,
                      const std::string& where) {
  for (const Assignment& assignment : assignments) {
    const auto matches = [&](const Parameter& parameter) { return parameter.name == assignment.name; };
    if (std::any_of(parameters.begin(), parameters.end(), matches)) continue;
    std::vector<std::string> details;
    std::vector<std::string> names;
    for (const Parameter& parameter : parameters) {
      names.push_back(parameter.name);
      details.push_back(fmt::format("{} = {} ({}){}{}", parameter.name, value_text(parameter.value),
                                    type_name(parameter.value), parameter.help.empty() ? "" : ": ",
                                    parameter.help));
    }
    std::string remedy = "it declares these:";
    if (names.empty())
      remedy = "it declares none; declare one with param(name, default)";
    else if (const auto meant = nearest_spelling(assignment.name, names)) {
      remedy = fmt::format("did you mean {}? It declares these:", *meant);
    }
    throw InputError({fmt::format("-p {}={}", assignment.name, assignment.text),
                      fmt::format("{} declares no parameter '{}'", where, assignment.name), std::move(remedy),
                      std::move(details)});
  }
}

}  // namespace phasic
