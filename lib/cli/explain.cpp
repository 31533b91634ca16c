#include "cli/explain.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "cli/provenance.hpp"

namespace phasic {

namespace {

using Parts = std::map<std::string, std::string>;

Parts as_map(std::span<const RequestPart> parts) {
  Parts result;
  for (const RequestPart& part : parts) result[part.name] = part.value;
  return result;
}

// A digest says nothing to anybody.
std::string shown(const std::string& value) {
  return parse_hex(value) ? value.substr(0, 8) + "…" : value;
}

// `integer 6 -> integer 8` says the type twice for nothing.
std::string change(std::string_view before, std::string_view now) {
  const std::size_t blank = before.find(' ');
  if (blank != std::string_view::npos && before.substr(0, blank + 1) == now.substr(0, blank + 1)) {
    before.remove_prefix(blank + 1);
    now.remove_prefix(blank + 1);
  }
  return fmt::format("{} -> {}", shown(std::string(before)), shown(std::string(now)));
}

std::vector<std::string> differences(std::span<const RequestPart> cached,
                                     std::span<const RequestPart> asked) {
  const Parts before = as_map(cached);
  const Parts now = as_map(asked);
  std::vector<std::string> lines;
  for (const RequestPart& part : asked) {
    const auto old = before.find(part.name);
    if (old == before.end())
      lines.push_back(fmt::format("{}: {} is new", part.name, shown(part.value)));
    else if (old->second != part.value) {
      lines.push_back(fmt::format("{}: {}", part.name, change(old->second, part.value)));
    }
  }
  for (const RequestPart& part : cached) {
    if (!now.contains(part.name))
      lines.push_back(fmt::format("{}: {} is gone", part.name, shown(part.value)));
  }
  return lines;
}

// Another model altogether is farther than any change of parameters.
auto distance(const Request& request, const Record& record) {
  const std::vector<std::string> lines = differences(record.parts, request.parts);
  const bool other_code =
      std::ranges::any_of(lines, [](const auto& line) { return line.starts_with("code: "); });
  const bool other_model = value_of(record.provenance, "model") != request.model;
  return std::tuple(other_code, other_model, lines.size());
}

}  // namespace

std::vector<std::string> explain_miss(const Request& request, std::span<const Record> cached) {
  if (cached.empty()) return {fmt::format("no {} is cached", request.thing)};
  const auto nearer = [&](const Record& a, const Record& b) {
    const auto left = distance(request, a);
    const auto right = distance(request, b);
    if (left != right) return left < right;
    return value_of(a.provenance, "time") > value_of(b.provenance, "time");
  };
  const Record& nearest = *std::ranges::min_element(cached, nearer);
  std::vector<std::string> lines{fmt::format(
      "the nearest cached request gave {}, built from {} at {}; it differs in:", abbreviated(nearest.object),
      value_of(nearest.provenance, "model"), value_of(nearest.provenance, "time"))};
  for (std::string& line : differences(nearest.parts, request.parts)) lines.push_back("  " + std::move(line));
  if (lines.size() == 1)
    lines[0] = fmt::format("the request is known, but its {} {} is gone or damaged", request.thing,
                           abbreviated(nearest.object));
  return lines;
}

}  // namespace phasic
