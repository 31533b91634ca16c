#include "replay/pack_program.hpp"

#include <algorithm>
#include <map>

namespace phasic {

namespace {

// Measured: lists are faster below, in spite of their length.
constexpr std::uint64_t most_products_in_list = 300'000;

bool goes_by_panels(const Pattern& pattern) {
  return PackSlots(pattern).count() > std::size_t{1} << 16U || multiply_adds(pattern) > most_products_in_list;
}

std::size_t most_slots(const Trace& trace) {
  std::size_t most = 1;
  for (std::size_t c = 0; c < trace.component_count(); ++c) {
    if (const Pattern* pattern = trace.pattern(c); pattern != nullptr)
      most = std::max(most, PackSlots(*pattern).count());
  }
  return most;
}

/// The slot of each edge within the component, row after row.
std::vector<std::uint32_t> edge_slots(const Trace& trace, std::size_t component, const Panels& panels) {
  const std::uint32_t first = trace.component_offsets()[component];
  const std::uint32_t last = trace.component_offsets()[component + 1];
  std::vector<std::uint32_t> slots;
  for (std::uint32_t i = first; i < last; ++i) {
    for (const std::uint32_t column : trace.rows()[i]) {
      if (column >= first && column < last)
        slots.push_back(static_cast<std::uint32_t>(panels.slot(i - first, column - first)));
    }
  }
  return slots;
}

/// Writes one component's program, a row at a time.
class Compiler {
 public:
  Compiler(const Trace& trace, std::size_t component)
      : trace_(trace),
        pattern_(*trace.pattern(component)),
        slots_(pattern_),
        first_(trace.component_offsets()[component]),
        start_(pattern_.size(), static_cast<std::uint32_t>(trace.class_count())),
        products_(pattern_.size()) {}

  PackProgram::Component run() {
    for (std::uint32_t i = 0; i < pattern_.size(); ++i) add_row(i);
    result_.slot_count = slots_.count();
    return std::move(result_);
  }

 private:
  void add_row(std::uint32_t i) {
    const auto& [lower, upper] = pattern_;
    const auto fill_in = static_cast<std::uint32_t>(trace_.class_count());
    for (const auto row : {lower[i], upper[i]}) {
      for (const std::uint32_t column : row) {
        start_[column] = fill_in;
        products_[column].clear();
      }
    }
    const Adjacency& rows = trace_.rows();
    for (std::uint32_t e = rows.offsets[first_ + i]; e < rows.offsets[first_ + i + 1]; ++e) {
      const std::uint32_t column = rows.targets[e] - first_;  // wraps for earlier components: then too large
      if (column < pattern_.size()) start_[column] = trace_.edge_classes()[e];
    }
    for (std::uint32_t entry = lower.offsets[i]; entry < lower.offsets[i + 1]; ++entry) {
      const std::uint32_t k = lower.targets[entry];
      finish(k);
      for (std::uint32_t u = upper.offsets[k]; u < upper.offsets[k + 1]; ++u) {
        products_[upper.targets[u]].push_back(
            {static_cast<std::uint16_t>(slots_.lower(entry)), static_cast<std::uint16_t>(slots_.upper(u))});
      }
    }
    for (const std::uint32_t column : upper[i]) finish(column);
    products_[i].clear();  // what leads back to the row itself
  }

  void finish(std::uint32_t column) {
    result_.start_classes.push_back(start_[column]);
    result_.product_counts.push_back(static_cast<std::uint32_t>(products_[column].size()));
    result_.products.insert(result_.products.end(), products_[column].begin(), products_[column].end());
  }

  const Trace& trace_;
  const Pattern& pattern_;
  PackSlots slots_;
  std::uint32_t first_;
  std::vector<std::uint32_t> start_;                         // by column
  std::vector<std::vector<PackProgram::Product>> products_;  // by column
  PackProgram::Component result_;
};

}  // namespace

PackProgram::PackProgram(const Trace& trace) : components_(trace.component_count()) {
  std::map<const Pattern*, std::shared_ptr<const Panels>> panels;
  for (std::size_t c = 0; c < trace.component_count(); ++c) {
    const Pattern* pattern = trace.pattern(c);
    if (pattern == nullptr) continue;
    if (!goes_by_panels(*pattern)) {
      components_[c] = Compiler(trace, c).run();
      continue;
    }
    std::shared_ptr<const Panels>& shared = panels[pattern];
    if (!shared) shared = std::make_shared<const Panels>(make_panels(*pattern));
    components_[c].panels = shared;
    components_[c].slot_count = shared->slot_count;
    components_[c].edge_slots = edge_slots(trace, c, *shared);
  }
}

std::size_t PackProgram::vectors_worth_using(const Trace& trace) {
  // Measured with 1 and 2 MB of second-level cache: the factors may be five times as large with four vectors
  // of eight, ten times with two.
  constexpr std::size_t bytes_per_vector = 64;
  constexpr std::size_t megabyte = std::size_t{1} << 20U;
  const std::size_t vector_of_slots = most_slots(trace) * bytes_per_vector;
  if (4 * vector_of_slots <= 5 * megabyte) return 4;
  return 2 * vector_of_slots <= 10 * megabyte ? 2 : 1;
}

}  // namespace phasic
