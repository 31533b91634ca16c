#include "trace/error_counts.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "trace/trace.hpp"

namespace phasic {

namespace {

std::uint64_t sum_or_most(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::uint64_t>::max() : sum;
}
std::uint64_t product_or_most(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<std::uint64_t>::max() : product;
}

/// G of a component, and what stands in its place for a transposed solve.
struct Elimination {
  std::uint64_t solve = 1;  // a single state: one division
  std::uint64_t transposed = 3;
};

Elimination count_elimination(const Pattern& pattern) {
  std::vector<std::uint64_t> led_from(pattern.size(), 0);
  for (const std::uint32_t k : pattern.lower.targets) ++led_from[k];
  Elimination count{0, 0};
  for (std::uint32_t k = 0; k < pattern.size(); ++k) {
    const std::uint64_t upper = pattern.upper[k].size();
    const std::uint64_t rows = product_or_most(2 * led_from[k], upper + 2);
    count.solve = sum_or_most(count.solve, sum_or_most(rows, 2 * upper + 1));
    count.transposed = sum_or_most(count.transposed, sum_or_most(rows, 2 * upper + 3 + led_from[k]));
  }
  return count;
}

/// One pass over the components in either direction.
class PathSums {
 public:
  explicit PathSums(const TraceParts& parts)
      : parts_(parts), component_of_(parts.vertices.size()), entered_(parts.vertices.size(), 0) {
    for (std::uint32_t c = 0; c < count(); ++c) {
      for (std::uint32_t i = first(c); i < first(c + 1); ++i) component_of_[i] = c;
    }
    for (const Pattern& pattern : parts.patterns) eliminations_.push_back(count_elimination(pattern));
    eliminations_[0] = Elimination{};
    for (std::uint32_t c = 0; c < count(); ++c) {
      for_each_successor(c, [&](std::uint32_t column) { ++entered_[column]; });
    }
  }

  ErrorCounts run() {
    ErrorCounts largest;
    std::vector<ErrorCounts> sums(count());
    for (std::uint32_t c = 0; c < count(); ++c) {
      ErrorCounts& sum = sums[c];
      for_each_successor(c, [&](std::uint32_t column) {
        const ErrorCounts& later = sums[component_of_[column]];
        sum.solve = std::max(sum.solve, later.solve);
        sum.rates = std::max(sum.rates, later.rates);
      });
      sum.solve = sum_or_most(sum.solve, sum_or_most(elimination(c).solve, row_sums(c)));
      sum.rates += 2 * std::uint64_t{size(c)};
      largest.solve = std::max(largest.solve, sum.solve);
      largest.rates = std::max(largest.rates, sum.rates);
    }
    for (std::uint32_t c = count(); c-- > 0;) {
      std::uint64_t& sum = sums[c].transposed;
      sum = sum_or_most(sum, sum_or_most(elimination(c).transposed, row_sums(c)));
      sum = sum_or_most(sum, most_entered(c));
      largest.transposed = std::max(largest.transposed, sum);
      for_each_successor(c, [&, passed = sum](std::uint32_t column) {
        std::uint64_t& later = sums[component_of_[column]].transposed;
        later = std::max(later, passed);
      });
    }
    return largest;
  }

 private:
  [[nodiscard]] std::uint32_t count() const {
    return static_cast<std::uint32_t>(parts_.component_patterns.size());
  }
  [[nodiscard]] std::uint32_t first(std::uint32_t component) const {
    return parts_.component_offsets[component];
  }
  [[nodiscard]] std::uint32_t size(std::uint32_t component) const {
    return first(component + 1) - first(component);
  }
  [[nodiscard]] const Elimination& elimination(std::uint32_t component) const {
    return eliminations_[parts_.component_patterns[component]];
  }
  /// The columns of edges into earlier components.
  template <class Visit>
  void for_each_successor(std::uint32_t component, Visit visit) const {
    for (std::uint32_t i = first(component); i < first(component + 1); ++i) {
      for (const std::uint32_t column : parts_.rows[i]) {
        if (column >= first(component)) break;
        visit(column);
      }
    }
  }
  /// S: twice the edges that leave the component, and one more for each of its states.
  [[nodiscard]] std::uint64_t row_sums(std::uint32_t component) const {
    std::uint64_t sum = 0;
    for (std::uint32_t i = first(component); i < first(component + 1); ++i) {
      const auto row = parts_.rows[i];
      const auto inner = std::ranges::lower_bound(row, first(component + 1)) -
                         std::ranges::lower_bound(row, first(component));
      sum += 2 * (row.size() - static_cast<std::size_t>(inner) + 1);
    }
    return sum;
  }
  [[nodiscard]] std::uint64_t most_entered(std::uint32_t component) const {
    const auto begin = entered_.begin() + first(component);
    return *std::max_element(begin, begin + size(component));
  }

  const TraceParts& parts_;
  std::vector<std::uint32_t> component_of_;
  std::vector<std::uint64_t> entered_;  // by position: edges from other components
  std::vector<Elimination> eliminations_;
};

}  // namespace

ErrorCounts count_errors(const TraceParts& parts) {
  return PathSums(parts).run();
}

}  // namespace phasic
