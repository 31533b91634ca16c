#include "replay/panels.hpp"

#include <algorithm>
#include <iterator>
#include <span>

namespace phasic {

namespace {

using Columns = std::vector<std::uint32_t>;  // ascending

constexpr std::uint32_t most_rows = 16;

Columns united(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  Columns result;
  std::ranges::set_union(a, b, std::back_inserter(result));
  return result;
}
Columns from(const Columns& columns, std::uint32_t first) {
  return {std::ranges::lower_bound(columns, first), columns.end()};
}

class Builder {
 public:
  explicit Builder(const Pattern& pattern) : pattern_(pattern) {}

  Panels run() {
    const auto size = static_cast<std::uint32_t>(pattern_.size());
    result_.panel_of_row.resize(size);
    for (std::uint32_t first = 0, end = 0; first < size; first = end) {
      end = end_of_panel(first);
      add(first, end);
    }
    result_.pivot_slot = result_.slot_count;
    result_.slot_count += size;
    return std::move(result_);
  }

 private:
  /// The next row joins where this one leads to it, and rows would hold few entries that they lack.
  std::uint32_t end_of_panel(std::uint32_t first) const {
    Columns all = united(pattern_.lower[first], pattern_.upper[first]);
    std::size_t entries = all.size();
    std::uint32_t end = first + 1;
    for (; end < pattern_.size() && end - first < most_rows; ++end) {
      const auto upper = pattern_.upper[end - 1];
      if (upper.empty() || upper.front() != end) break;
      Columns more = united(all, united(pattern_.lower[end], pattern_.upper[end]));
      const std::size_t more_entries = entries + pattern_.lower[end].size() + pattern_.upper[end].size();
      const std::size_t slots = more.size() * (end + 1 - first);
      if (2 * slots > 3 * more_entries + 16) break;
      all = std::move(more);
      entries = more_entries;
    }
    return end;
  }

  void add(std::uint32_t first, std::uint32_t end) {
    const auto number = static_cast<std::uint32_t>(result_.panels.size());
    Columns all;
    for (std::uint32_t i = first; i < end; ++i) {
      result_.panel_of_row[i] = number;
      all = united(all, united(pattern_.lower[i], pattern_.upper[i]));
    }
    const Columns lower = closed(all, first);
    Panels::Panel panel{first, end - first,       static_cast<std::uint32_t>(lower.size()), 0, 0, 0,
                        0,     result_.slot_count};
    const Columns upper = from(all, end);
    panel.upper_begin = static_cast<std::uint32_t>(result_.upper_columns.size());
    result_.upper_columns.insert(result_.upper_columns.end(), upper.begin(), upper.end());
    panel.upper_end = static_cast<std::uint32_t>(result_.upper_columns.size());
    panel.source_begin = static_cast<std::uint32_t>(result_.sources.size());
    for (std::uint32_t at = 0; at < lower.size();) at = add_source(panel, lower, at);
    panel.source_end = static_cast<std::uint32_t>(result_.sources.size());
    result_.slot_count += std::size_t{panel.size} * panel.width();
    result_.panels.push_back(panel);
  }

  /// Whole panels only, with all that they lead to: adds that to `all`, and returns the columns of L.
  Columns closed(Columns& all, std::uint32_t first) const {
    for (std::size_t at = 0; at < all.size() && all[at] < first;) {
      const Panels::Panel& source = result_.panels[result_.panel_of_row[all[at]]];
      Columns rows;
      for (std::uint32_t k = source.first; k < source.first + source.size; ++k) rows.push_back(k);
      all = united(all, united(rows, upper_of(source)));
      while (at < all.size() && all[at] < source.first + source.size) ++at;
    }
    return {all.begin(), std::ranges::lower_bound(all, first)};
  }

  [[nodiscard]] std::span<const std::uint32_t> upper_of(const Panels::Panel& panel) const {
    return std::span(result_.upper_columns).subspan(panel.upper_begin, panel.upper_count());
  }

  /// Returns where the next source's columns begin.
  std::uint32_t add_source(const Panels::Panel& panel, const Columns& lower, std::uint32_t at) {
    const std::uint32_t number = result_.panel_of_row[lower[at]];
    const Panels::Panel& source = result_.panels[number];
    result_.sources.push_back(
        {number, at, static_cast<std::uint32_t>(result_.places.size()), rows_from(panel, source)});
    for (const std::uint32_t column : upper_of(source)) result_.places.push_back(place(panel, lower, column));
    result_.places.push_back(panel.width() - 1);
    return at + source.size;
  }

  /// The rows of the panel that have entries in columns of the source, as bits.
  [[nodiscard]] std::uint32_t rows_from(const Panels::Panel& panel, const Panels::Panel& source) const {
    std::uint32_t rows = 0;
    for (std::uint32_t i = 0; i < panel.size; ++i) {
      const auto lower = pattern_.lower[panel.first + i];
      const auto first = std::ranges::lower_bound(lower, source.first);
      if (first != lower.end() && *first < source.first + source.size) rows |= std::uint32_t{1} << i;
    }
    return rows;
  }

  [[nodiscard]] std::uint32_t place(const Panels::Panel& panel, std::span<const std::uint32_t> lower,
                                    std::uint32_t column) const {
    const auto in = [](std::span<const std::uint32_t> columns, std::uint32_t one) {
      return static_cast<std::uint32_t>(std::ranges::lower_bound(columns, one) - columns.begin());
    };
    if (column < panel.first) return in(lower, column);
    if (column < panel.first + panel.size) return panel.lower_count + column - panel.first;
    return panel.lower_count + panel.size + in(upper_of(panel), column);
  }

  const Pattern& pattern_;
  Panels result_;
};

}  // namespace

std::size_t Panels::slot(std::uint32_t row, std::uint32_t column) const {
  const Panel& panel = panels[panel_of_row[row]];
  const std::size_t begin = panel.slot + std::size_t{row - panel.first} * panel.width();
  if (column >= panel.first + panel.size) {
    const auto upper = std::span(upper_columns).subspan(panel.upper_begin, panel.upper_count());
    return begin + panel.lower_count + panel.size +
           static_cast<std::size_t>(std::ranges::lower_bound(upper, column) - upper.begin());
  }
  if (column >= panel.first) return begin + panel.lower_count + column - panel.first;
  const auto source = std::find_if(sources.begin() + panel.source_begin, sources.begin() + panel.source_end,
                                   [&](const Source& one) { return one.panel == panel_of_row[column]; });
  return begin + source->lower + column - panels[source->panel].first;
}

Panels make_panels(const Pattern& pattern) {
  return Builder(pattern).run();
}

}  // namespace phasic
