#include "cli/quantity.hpp"

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <ctime>
#include <utility>

#include "base/number_text.hpp"

namespace phasic {

namespace {

// Below this a product with any unit is exact enough, and fits.
constexpr double largest_amount = 9.0e18;

using Unit = std::pair<std::string_view, double>;

template <std::size_t N>
std::optional<double> parse_amount(std::string_view text, const std::array<Unit, N>& units) {
  const std::size_t digits = text.find_first_not_of("0123456789.");
  const auto number = parse_double(text.substr(0, digits));
  const auto name = digits == std::string_view::npos ? std::string_view() : text.substr(digits);
  if (!number) return std::nullopt;
  for (const auto& [unit, factor] : units) {
    if (unit == name && *number * factor < largest_amount) return *number * factor;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
  constexpr double kilo = 1024.0;
  constexpr double mega = kilo * kilo;
  constexpr double giga = mega * kilo;
  constexpr double tera = giga * kilo;
  constexpr std::array<Unit, 14> units{{{"", 1},
                                        {"B", 1},
                                        {"K", kilo},
                                        {"KB", kilo},
                                        {"KiB", kilo},
                                        {"M", mega},
                                        {"MB", mega},
                                        {"MiB", mega},
                                        {"G", giga},
                                        {"GB", giga},
                                        {"GiB", giga},
                                        {"T", tera},
                                        {"TB", tera},
                                        {"TiB", tera}}};
  const auto amount = parse_amount(text, units);
  if (!amount) return std::nullopt;
  return static_cast<std::uint64_t>(std::ceil(*amount));
}

std::optional<std::int64_t> parse_span(std::string_view text) {
  constexpr double second = 1e9;
  constexpr double day = 86'400 * second;
  constexpr std::array<Unit, 6> units{
      {{"", day}, {"s", second}, {"m", 60 * second}, {"h", 3600 * second}, {"d", day}, {"w", 7 * day}}};
  const auto amount = parse_amount(text, units);
  if (!amount) return std::nullopt;
  return static_cast<std::int64_t>(std::ceil(*amount));
}

std::string megabytes_text(std::uint64_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1'048'576.0);
}

std::string count_text(std::uint64_t count, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", count, count == 1 ? singular : plural);
}

std::string time_text(std::int64_t nanoseconds) {
  const auto seconds = static_cast<std::time_t>(nanoseconds / 1'000'000'000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace phasic
