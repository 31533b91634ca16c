#include "trace/symbolic.hpp"

#include <algorithm>
#include <functional>
#include <queue>

namespace phasic {

namespace {

/// Collects the columns of one row: those below the diagonal come out in ascending order while more are
/// added.
class RowPattern {
 public:
  explicit RowPattern(std::size_t size) : mark_(size, none) {}

  void begin(std::uint32_t row) {
    row_ = row;
    upper_.clear();
    mark_[row] = row;  // the diagonal is no entry
  }
  void add(std::uint32_t column) {
    if (mark_[column] == row_) return;
    mark_[column] = row_;
    if (column < row_)
      pending_.push(column);
    else
      upper_.push_back(column);
  }
  [[nodiscard]] bool has_lower() const { return !pending_.empty(); }
  std::uint32_t take_lower() {
    const std::uint32_t column = pending_.top();
    pending_.pop();
    return column;
  }
  std::vector<std::uint32_t>& sorted_upper() {
    std::ranges::sort(upper_);
    return upper_;
  }

 private:
  static constexpr std::uint32_t none = 0xFFFFFFFFU;
  std::uint32_t row_ = none;
  std::vector<std::uint32_t> mark_;
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> pending_;
  std::vector<std::uint32_t> upper_;
};

void end_row(Adjacency& rows) {
  rows.offsets.push_back(static_cast<std::uint32_t>(rows.targets.size()));
}

}  // namespace

std::uint64_t multiply_adds(const Pattern& pattern) {
  std::uint64_t count = pattern.lower.targets.size() + pattern.upper.targets.size();
  for (const std::uint32_t k : pattern.lower.targets) count += 1 + pattern.upper[k].size();
  return count;
}

std::uint64_t divisions(const Pattern& pattern) {
  return pattern.lower.targets.size() + pattern.size();
}

std::optional<Pattern> factor_symbolically(const Adjacency& graph, std::span<const std::uint32_t> order,
                                           std::uint64_t budget) {
  std::vector<std::uint32_t> place(order.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) place[order[i]] = i;
  Pattern pattern;
  RowPattern row(order.size());
  std::uint64_t spent = 0;
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    row.begin(i);
    for (const std::uint32_t target : graph[order[i]]) row.add(place[target]);
    while (row.has_lower()) {
      const std::uint32_t k = row.take_lower();
      pattern.lower.targets.push_back(k);
      spent += 1 + pattern.upper[k].size();
      for (const std::uint32_t column : pattern.upper[k]) row.add(column);
    }
    if (spent > budget) return std::nullopt;
    const auto& upper = row.sorted_upper();
    pattern.upper.targets.insert(pattern.upper.targets.end(), upper.begin(), upper.end());
    end_row(pattern.lower);
    end_row(pattern.upper);
  }
  return pattern;
}

}  // namespace phasic
