#include "replay/columns.hpp"

#include <algorithm>
#include <map>

namespace phasic {

namespace {

/// `counts` by column: where each column's list begins.
std::vector<std::uint32_t> offsets_of(const std::vector<std::uint32_t>& counts) {
  std::vector<std::uint32_t> offsets{0};
  offsets.reserve(counts.size() + 1);
  for (const std::uint32_t count : counts) offsets.push_back(offsets.back() + count);
  return offsets;
}

Columns::Lists<Columns::Entry> transposed(const Adjacency& rows) {
  std::vector<std::uint32_t> counts(rows.size(), 0);
  for (const std::uint32_t column : rows.targets) ++counts[column];
  Columns::Lists<Columns::Entry> columns{offsets_of(counts), {}};
  columns.items.resize(rows.targets.size());
  std::vector<std::uint32_t> next(columns.offsets);
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    for (std::uint32_t entry = rows.offsets[i]; entry < rows.offsets[i + 1]; ++entry)
      columns.items[next[rows.targets[entry]]++] = {i, entry};
  }
  return columns;
}

Columns::OfPattern transposed(const Pattern& pattern) {
  Columns::OfPattern columns{transposed(pattern.upper), transposed(pattern.lower)};
  auto& [offsets, items] = columns.lower;
  for (std::size_t j = 0; j + 1 < offsets.size(); ++j)
    std::reverse(items.begin() + offsets[j], items.begin() + offsets[j + 1]);
  return columns;
}

}  // namespace

Columns::Columns(const Trace& trace) : pattern_of_component_(trace.component_count()) {
  std::map<const Pattern*, std::size_t> numbers;
  for (std::size_t c = 0; c < trace.component_count(); ++c) {
    const Pattern* pattern = trace.pattern(c);
    if (pattern == nullptr) continue;
    const auto [found, is_new] = numbers.try_emplace(pattern, patterns_.size());
    if (is_new) patterns_.push_back(transposed(*pattern));
    pattern_of_component_[c] = found->second;
  }
}

}  // namespace phasic
