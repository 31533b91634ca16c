#include "trace/trace.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "trace/format.hpp"

namespace phasic {

namespace {

void require(bool holds, const char* otherwise) {
  if (!holds) throw FormatError({"", std::string("not a valid trace: ") + otherwise, "", {}});
}

void check_pattern(const Pattern& pattern) {
  const auto size = static_cast<std::uint32_t>(pattern.size());
  require(pattern.upper.size() == size, "L and U of a pattern differ in size");
  for (std::uint32_t i = 0; i < size; ++i) {
    const auto ascending_within = [](std::span<const std::uint32_t> row, std::uint32_t least,
                                     std::uint32_t end) {
      return std::ranges::all_of(row, [&, next = least](std::uint32_t column) mutable {
        const bool fits = column >= next && column < end;
        next = column + 1;
        return fits;
      });
    };
    require(ascending_within(pattern.lower[i], 0, i), "a row of L is out of order or range");
    require(ascending_within(pattern.upper[i], i + 1, size), "a row of U is out of order or range");
  }
}

void check_components(const TraceParts& parts) {
  require(parts.component_offsets.size() == parts.component_patterns.size() + 1, "components lack patterns");
  require(parts.component_offsets.front() == 0 && parts.component_offsets.back() == parts.vertices.size(),
          "its components do not cover its positions");
  for (std::size_t c = 0; c + 1 < parts.component_offsets.size(); ++c) {
    const std::uint32_t first = parts.component_offsets[c];
    const std::uint32_t last = parts.component_offsets[c + 1];
    require(first < last, "a component is empty");
    const std::uint32_t number = parts.component_patterns[c];
    require(number < parts.patterns.size(), "a pattern is missing");
    require(last - first == 1 ? number == 0 : parts.patterns[number].size() == last - first,
            "a component and its pattern differ in size");
  }
}

void check_vertices(const TraceParts& parts) {
  std::vector<bool> seen(parts.vertices.size() + 1, false);
  for (const std::uint32_t vertex : parts.vertices) {
    require(vertex >= 1 && vertex < seen.size() && !seen[vertex], "its positions are no permutation");
    seen[vertex] = true;
  }
}

void check_row(const TraceParts& parts, std::size_t row, std::uint32_t end, std::uint32_t self) {
  const auto n = static_cast<std::uint32_t>(parts.vertices.size());
  const std::uint64_t columns = std::uint64_t{n} + parts.absorbing_count;
  std::uint64_t least = 0;
  for (const std::uint32_t column : parts.rows[row]) {
    require(column >= least && column < columns && column != self, "a column is out of order or range");
    require(column < end || column >= n, "an edge leads to a later component");
    least = std::uint64_t{column} + 1;
  }
}

void check_rows(const TraceParts& parts) {
  const auto n = static_cast<std::uint32_t>(parts.vertices.size());
  require(parts.rows.size() == std::size_t{n} + 1, "it has no row per position and one for the start");
  require(parts.edge_classes.size() == parts.rows.targets.size(), "edges and classes differ in number");
  for (std::size_t c = 0; c + 1 < parts.component_offsets.size(); ++c) {
    for (std::uint32_t i = parts.component_offsets[c]; i < parts.component_offsets[c + 1]; ++i) {
      check_row(parts, i, parts.component_offsets[c + 1], i);
    }
  }
  check_row(parts, n, n, n + parts.absorbing_count);
  const std::size_t classes = parts.coefficients.size() / parts.term_count;
  require(std::ranges::all_of(parts.edge_classes, [&](ClassId c) { return c < classes; }),
          "a class is out of range");
}

void check(const TraceParts& parts) {
  require(parts.term_count >= 1 && parts.coefficients.size() % parts.term_count == 0,
          "its coefficients are no whole vectors");
  require(std::ranges::all_of(parts.coefficients, [](double c) { return std::isfinite(c); }),
          "a coefficient is not finite");
  require(!parts.patterns.empty() && parts.patterns[0].size() == 0, "pattern 0 is not empty");
  for (const Pattern& pattern : parts.patterns) check_pattern(pattern);
  check_vertices(parts);
  check_components(parts);
  check_rows(parts);
}

}  // namespace

Trace Trace::make(TraceParts parts) {
  check(parts);
  parts.error_counts = count_errors(parts);
  Object object = trace_format::encode(parts);
  return {std::move(parts), std::move(object)};
}

Trace Trace::decode(const Object& object) {
  TraceParts parts = trace_format::decode(object);
  check(parts);
  require(parts.error_counts == count_errors(parts), "its error counts are not those of its elimination");
  return {std::move(parts), object};
}

std::size_t Trace::largest_component() const {
  std::uint32_t largest = 0;
  for (std::size_t c = 0; c < component_count(); ++c) {
    largest = std::max(largest, parts_.component_offsets[c + 1] - parts_.component_offsets[c]);
  }
  return largest;
}

std::uint64_t Trace::multiply_add_count() const {
  std::uint64_t count = class_count() * term_count() + parts_.rows[transient_count()].size();
  for (std::size_t c = 0; c < component_count(); ++c) {
    const std::uint32_t first = parts_.component_offsets[c];
    for (std::uint32_t i = first; i < parts_.component_offsets[c + 1]; ++i) {
      const auto row = parts_.rows[i];
      count += static_cast<std::uint64_t>(std::ranges::lower_bound(row, first) - row.begin());
    }
    if (const Pattern* inner = pattern(c); inner != nullptr) count += multiply_adds(*inner);
  }
  return count;
}

std::uint64_t Trace::division_count() const {
  std::uint64_t count = 0;
  for (std::size_t c = 0; c < component_count(); ++c) {
    const Pattern* inner = pattern(c);
    count += inner == nullptr ? 1 : divisions(*inner);
  }
  return count;
}

}  // namespace phasic
