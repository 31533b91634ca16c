#include "model/parameter_range.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/number_text.hpp"

namespace phasic {

namespace {

constexpr std::int64_t most_values = 1'000'000;
constexpr std::int64_t most_digits = 15;  // integers of so many digits are doubles
constexpr double largest_scaled = 1e15;

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> pieces;
  for (std::size_t colon = text.find(':'); colon != std::string_view::npos; colon = text.find(':')) {
    pieces.push_back(text.substr(0, colon));
    text.remove_prefix(colon + 1);
  }
  pieces.push_back(text);
  return pieces;
}

// Digits behind the point of a number as its shortest text has it.
std::int64_t decimals_of(double number) {
  const std::string text = fmt::format("{:.15f}", number);
  const std::size_t last = text.find_last_not_of('0');
  return static_cast<std::int64_t>(last - text.find('.'));
}

struct Bounds {
  std::int64_t first;
  std::int64_t last;
  std::int64_t step;
  double scale;
};

std::optional<Bounds> read_integers(const std::vector<std::string_view>& pieces) {
  std::vector<std::int64_t> values;
  for (const std::string_view piece : pieces) {
    const auto value = parse_integer(piece);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  return Bounds{values[0], values[1], values.size() == 3 ? values[2] : 1, 1};
}

// As integers, by the power of ten that makes all of them whole.
std::optional<Bounds> read_decimals(const std::vector<std::string_view>& pieces,
                                    const Assignment& assignment) {
  std::vector<double> values;
  std::int64_t decimals = 0;
  for (const std::string_view piece : pieces) {
    const auto value = parse_double(piece);
    if (!value) return std::nullopt;
    values.push_back(*value);
    decimals = std::max(decimals, decimals_of(*value));
  }
  if (values.size() == 2) values.push_back(1);
  const double scale = std::pow(10.0, static_cast<double>(decimals));
  for (const double value : values) {
    const double scaled = std::round(value * scale);
    if (decimals > most_digits || std::abs(scaled) > largest_scaled || scaled / scale != value) {
      throw InputError({fmt::format("-p {}={}", assignment.name, assignment.text),
                        "the numbers of this range have too many digits",
                        "give decimals of at most 15 digits, point and all",
                        {}});
    }
  }
  const auto whole = [&](double value) { return static_cast<std::int64_t>(std::round(value * scale)); };
  return Bounds{whole(values[0]), whole(values[1]), whole(values[2]), scale};
}

std::size_t count_steps(const Bounds& bounds, const Assignment& assignment) {
  const auto complain = [&](const char* what, const char* remedy) {
    throw InputError({fmt::format("-p {}={}", assignment.name, assignment.text), what, remedy, {}});
  };
  const double distance = static_cast<double>(bounds.last) - static_cast<double>(bounds.first);
  if (bounds.step == 0) complain("a range with a step of 0", "write first:last:step, such as 4:10:2");
  if (distance != 0 && (distance < 0) != (bounds.step < 0)) {
    complain("the step leads away from the last value", "write first:last:step, such as 4:10:2 or 10:4:-2");
  }
  if (std::abs(distance) / std::abs(static_cast<double>(bounds.step)) >= most_values) {
    complain("a range of more than 1000000 values", "take a larger step");
  }
  const auto modulo = [](std::int64_t value) { return static_cast<std::uint64_t>(value); };
  const bool rises = bounds.step > 0;
  const std::uint64_t whole =
      rises ? modulo(bounds.last) - modulo(bounds.first) : modulo(bounds.first) - modulo(bounds.last);
  return static_cast<std::size_t>(whole / (rises ? modulo(bounds.step) : 0 - modulo(bounds.step))) + 1;
}

}  // namespace

std::optional<ParameterRange> ParameterRange::read(const Assignment& assignment,
                                                   const ParameterValue& pattern) {
  const bool is_integral = std::holds_alternative<std::int64_t>(pattern);
  if (!is_integral && !std::holds_alternative<double>(pattern)) return std::nullopt;
  const auto pieces = split(assignment.text);
  if (pieces.size() != 2 && pieces.size() != 3) return std::nullopt;
  const auto bounds = is_integral ? read_integers(pieces) : read_decimals(pieces, assignment);
  if (!bounds) return std::nullopt;
  ParameterRange range;
  range.is_integral_ = is_integral;
  range.scale_ = bounds->scale;
  range.first_ = bounds->first;
  range.step_ = bounds->step;
  range.size_ = count_steps(*bounds, assignment);
  return range;
}

ParameterValue ParameterRange::operator[](std::size_t number) const {
  // Modulo 2^64: the way between two integers may be longer than the longest integer.
  const auto value = static_cast<std::int64_t>(static_cast<std::uint64_t>(first_) +
                                               std::uint64_t{number} * static_cast<std::uint64_t>(step_));
  if (is_integral_) return value;
  return static_cast<double>(value) / scale_;
}

std::size_t count_values(const Assignment& assignment, const ParameterValue& pattern) {
  const auto range = ParameterRange::read(assignment, pattern);
  return range ? range->size() : 1;
}

}  // namespace phasic
