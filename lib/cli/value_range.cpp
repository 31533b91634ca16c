#include "cli/value_range.hpp"

#include <fmt/core.h>

#include <cmath>
#include <cstdint>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/text.hpp"

namespace phasic {

namespace {

constexpr std::uint64_t most_points = 100'000'000;

class RangeReader {
 public:
  RangeReader(std::string_view text, const std::string& where, const std::string& remedy)
      : text_(text), where_(where), remedy_(remedy) {}

  std::vector<double> read() const {
    const auto parts = split(text_, ':');
    if (parts.size() == 1) return {read_number(parts[0])};
    if (parts.size() < 3 || parts.size() > 4) refuse(fmt::format("'{}' is no range", text_));
    const double low = read_number(parts[0]);
    const double high = read_number(parts[1]);
    const std::uint64_t count = read_count(parts[2]);
    const bool is_logarithmic = parts.size() == 4;
    if (is_logarithmic && parts[3] != "log") refuse(fmt::format("'{}' is not log", parts[3]));
    if (is_logarithmic && !(low > 0 && high > 0))
      refuse(fmt::format("'{}' has a bound without a logarithm", text_));
    std::vector<double> values{low};
    for (std::uint64_t i = 1; i < count; ++i) {
      const double share = static_cast<double>(i) / static_cast<double>(count - 1);
      values.push_back(i + 1 == count   ? high
                       : is_logarithmic ? low * std::pow(high / low, share)
                                        : low + share * (high - low));
    }
    return values;
  }

 private:
  [[noreturn]] void refuse(std::string what) const {
    throw UsageError({where_, std::move(what), remedy_, {}});
  }
  double read_number(std::string_view text) const {
    const auto number = parse_double(text);
    if (!number) refuse(fmt::format("'{}' is no number that doubles hold", text));
    return *number;
  }
  std::uint64_t read_count(std::string_view text) const {
    const auto count = parse_unsigned(text);
    if (!count || *count < 1 || *count > most_points)
      refuse(fmt::format("'{}' is no number of points from 1 to {}", text, most_points));
    return *count;
  }

  std::string_view text_;
  const std::string& where_;
  const std::string& remedy_;
};

}  // namespace

std::vector<double> read_value_range(std::string_view text, const std::string& where,
                                     const std::string& remedy) {
  return RangeReader(text, where, remedy).read();
}

}  // namespace phasic
