// What a model file declares with `param` and what `-p name=value` makes of it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace phasic {

/// The type of the default is the type of the parameter.
using ParameterValue = std::variant<std::int64_t, double, bool, std::string>;

/// "integer", "number", "boolean" or "string".
std::string_view type_name(const ParameterValue& value);

/// `6`, `0.5`, `true`, `"text"`: as a request's part shows it.
std::string value_text(const ParameterValue& value);

struct Parameter {
  std::string name;
  ParameterValue value;  ///< the effective one
  std::string help;
  ParameterValue standard{};                ///< the default
  std::size_t value_count = 1;              ///< how many values the command line gives: a range has several
  std::optional<ParameterValue> minimum{};  ///< of the default's type
  std::optional<ParameterValue> maximum{};
};

/// Whether the value keeps to the bounds, if there are any.
bool is_within_bounds(const Parameter& parameter);
/// `at least 1`, `at most 100`, `from 1 to 100`, or nothing.
std::string bounds_text(const Parameter& parameter);

/// One `-p name=value`, unread.
struct Assignment {
  std::string name;
  std::string text;
  std::size_t point = 0;  ///< which value of a range (`4:10:2`) is meant
};

/// Splits at the first `=`. Throws UsageError if there is none or the name is empty.
Assignment parse_assignment(std::string_view argument);

/// `text`, or its range's value `point`, read as the type of `pattern`. Throws InputError: `-p n=6.5` for an
/// integer.
ParameterValue read_value(const Assignment& assignment, const ParameterValue& pattern);

/// The last assignment to a name wins; nothing if there is none.
const Assignment* find_assignment(std::span<const Assignment> assignments, std::string_view name);

/// Throws InputError naming the first assignment that no parameter takes, and what is declared.
void require_declared(std::span<const Assignment> assignments, std::span<const Parameter> parameters,
                      const std::string& where);

}  // namespace phasic
