#include "graph/merge_rows.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <span>

#include "base/error.hpp"
#include "base/workers.hpp"

namespace phasic {

namespace {

using Transition = GraphParts::Transition;

enum class Sum : std::uint8_t { finite, zero, not_finite };

Sum sum_kind(std::span<const double> vector) {
  if (std::ranges::all_of(vector, [](double value) { return value == 0; })) return Sum::zero;
  const bool is_finite = std::ranges::all_of(vector, [](double value) { return std::isfinite(value); });
  return is_finite ? Sum::finite : Sum::not_finite;
}

// Rows are short: few are worth a call of std::sort.
void sort_by_target(std::span<Transition> row) {
  constexpr std::size_t shortest_for_sort = 24;
  if (row.size() > shortest_for_sort) {
    std::ranges::sort(row, {}, &Transition::target);
    return;
  }
  for (std::size_t i = 1; i < row.size(); ++i) {
    const Transition moved = row[i];
    std::size_t place = i;
    for (; place > 0 && row[place - 1].target > moved.target; --place) row[place] = row[place - 1];
    row[place] = moved;
  }
}

// Merges the rows of some states. Sums are interned in a table of its own, whose rows are numbered behind
// those of the graph's table.
class RowMerger {
 public:
  RowMerger(GraphParts& parts, const std::vector<std::uint32_t>& rank, std::span<const Sum> kinds)
      : parts_(parts), rank_(rank), kinds_(kinds), sums_(parts.coefficients.width()) {}

  [[nodiscard]] const CoefficientTable& sums() const { return sums_; }

  /// How many edges are left of the state's transitions.
  std::uint32_t merge(std::size_t state) {
    const std::span<Transition> row =
        std::span(parts_.transitions)
            .subspan(parts_.row_offsets[state], parts_.row_offsets[state + 1] - parts_.row_offsets[state]);
    for (Transition& transition : row) transition.target = rank_[transition.target];
    sort_by_target(row);
    std::uint32_t kept = 0;
    for (std::size_t first = 0; first < row.size();) {
      std::size_t last = first + 1;
      while (last < row.size() && row[last].target == row[first].target) ++last;
      const Transition edge = sum(row.subspan(first, last - first));
      first = last;
      if (edge.target == rank_[state] && parts_.time == TimeKind::continuous) {
        throw InputError({name_state(parts_, state),
                          "a transition leads back to the state itself",
                          "leave it out: in continuous time it does nothing",
                          {}});
      }
      const Sum kind = kind_of(edge);
      if (edge.target == rank_[state] || kind == Sum::zero) continue;
      if (kind == Sum::not_finite && (!first_bad_ || rank_[state] < rank_[*first_bad_])) first_bad_ = state;
      row[kept++] = edge;
    }
    return kept;
  }
  /// Of the states that have a coefficient which is not finite, the one that ranks first.
  [[nodiscard]] std::optional<std::size_t> first_bad() const { return first_bad_; }

 private:
  [[nodiscard]] Sum kind_of(const Transition& edge) const {
    if (edge.coefficients < kinds_.size()) return kinds_[edge.coefficients];
    return sum_kinds_[edge.coefficients - kinds_.size()];
  }

  // Floating-point addition does not associate: sorted addends give one sum for every order of emission.
  Transition sum(std::span<const Transition> same) {
    if (same.size() == 1) return same[0];
    total_.resize(parts_.coefficients.width());
    addends_.resize(same.size());
    for (std::size_t term = 0; term < total_.size(); ++term) {
      std::ranges::transform(same, addends_.begin(), [&](const Transition& transition) {
        return parts_.coefficients[transition.coefficients][term];
      });
      std::ranges::sort(addends_);
      total_[term] = std::accumulate(addends_.begin(), addends_.end(), 0.0);
    }
    const std::uint32_t number = sums_.intern(total_);
    if (number == sum_kinds_.size()) sum_kinds_.push_back(sum_kind(total_));
    return {same[0].target, static_cast<std::uint32_t>(kinds_.size()) + number};
  }

  GraphParts& parts_;
  const std::vector<std::uint32_t>& rank_;
  std::span<const Sum> kinds_;
  CoefficientTable sums_;
  std::vector<Sum> sum_kinds_;
  std::optional<std::size_t> first_bad_;
  std::vector<double> total_;
  std::vector<double> addends_;
};

}  // namespace

std::string name_state(const GraphParts& parts, std::size_t state) {
  if (parts.state_length == 0) return "vertex " + std::to_string(state + 1);
  std::vector<std::int32_t> entries(parts.state_length);
  parts.packed_states.packing().unpack(parts.packed_states[state], entries);
  std::string text = "state (";
  for (const auto entry : entries) {
    if (text.back() != '(') text += ", ";
    text += std::to_string(entry);
  }
  return text + ")";
}

std::vector<std::uint32_t> merge_rows(GraphParts& parts, const std::vector<std::uint32_t>& rank,
                                      Workers& workers) {
  const auto base = static_cast<std::uint32_t>(parts.coefficients.size());
  std::vector<Sum> kinds(base);
  for (std::uint32_t row = 0; row < base; ++row) kinds[row] = sum_kind(parts.coefficients[row]);
  std::vector<std::uint32_t> counts(parts.state_count);
  std::vector<RowMerger> mergers(workers.count(), RowMerger(parts, rank, kinds));
  const auto first_of = [&](unsigned worker) { return parts.state_count * worker / workers.count(); };
  workers.run([&](unsigned worker) {
    for (std::size_t s = first_of(worker); s < first_of(worker + 1); ++s) {
      counts[s] = mergers[worker].merge(s);
    }
  });
  std::optional<std::size_t> bad;
  for (const RowMerger& merger : mergers) {
    const auto other = merger.first_bad();
    if (other && (!bad || rank[*other] < rank[*bad])) bad = other;
  }
  if (bad) {
    throw InputError({name_state(parts, *bad),
                      "a rate's coefficient is not finite",
                      "coefficients are finite numbers",
                      {}});
  }
  // Sums become rows of the graph's own table.
  std::vector<std::vector<std::uint32_t>> numbers(mergers.size());
  for (std::size_t i = 0; i < mergers.size(); ++i) {
    for (std::uint32_t row = 0; row < mergers[i].sums().size(); ++row) {
      numbers[i].push_back(parts.coefficients.intern(mergers[i].sums()[row]));
    }
  }
  workers.run([&](unsigned worker) {
    if (numbers[worker].empty()) return;
    for (std::uint64_t e = parts.row_offsets[first_of(worker)]; e < parts.row_offsets[first_of(worker + 1)];
         ++e) {
      std::uint32_t& row = parts.transitions[e].coefficients;
      if (row >= base) row = numbers[worker][row - base];
    }
  });
  return counts;
}

}  // namespace phasic
