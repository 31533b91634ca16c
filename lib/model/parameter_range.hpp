// `-p n=4:10:2`: several values for one parameter. Only integers and numbers have ranges; a string may
// contain colons.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "model/parameter.hpp"

namespace phasic {

class ParameterRange {
 public:
  /// Reads `first:last` (in steps of 1) or `first:last:step` as values of the type of `pattern`; nothing
  /// where the text is no range or the type has none. The last value is the last that does not pass `last`.
  /// Throws InputError for a step of 0 or that leads away from `last`, and for more than a million values.
  static std::optional<ParameterRange> read(const Assignment& assignment, const ParameterValue& pattern);

  [[nodiscard]] std::size_t size() const { return size_; }
  /// Value `number` < size(). A decimal is the one nearest to what would be written: 0.1:0.5:0.1 has 0.3.
  [[nodiscard]] ParameterValue operator[](std::size_t number) const;

 private:
  ParameterRange() = default;
  bool is_integral_ = true;
  double scale_ = 1;        // numbers are integers divided by it, where they are decimals of few digits
  std::int64_t first_ = 0;  // scaled
  std::int64_t step_ = 1;   // scaled
  std::size_t size_ = 1;
};

/// How many values an assignment has: those of its range, else 1.
std::size_t count_values(const Assignment& assignment, const ParameterValue& pattern);

}  // namespace phasic
