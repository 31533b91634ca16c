// Makes the numbers of a chain (chain.hpp) in any scalar of chain_scalars.hpp: takes the states that earn
// nothing out, and lays out what is left. Which edges there are does not depend on the scalar.
#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "moments/chain.hpp"
#include "moments/chain_scalars.hpp"
#include "moments/fates.hpp"
#include "trace/trace.hpp"

namespace phasic {

inline constexpr double most_chain_states = 1e8;

/// Weights by class, and which of them make an edge.
template <class Number>
struct ClassWeights {
  std::span<const Number> by_class;
  std::vector<bool> make_edges;
};

/// Edges at a theta, or next to it where a slope (by class; empty: none) is not 0.
inline std::vector<bool> edge_makers(std::span<const Mpfr> weights, std::span<const Tracked<Mpfr>> slopes) {
  std::vector<bool> make_edges;
  for (std::size_t c = 0; c < weights.size(); ++c)
    make_edges.push_back(!is_zero(weights[c]) || (!slopes.empty() && !is_zero(slopes[c])));
  return make_edges;
}

/// The start and the positions that go on, as rows that can be eliminated from. Row n is the start's.
template <class Number>
class ChainElimination {
 public:
  ChainElimination(const Trace& trace, const ClassWeights<Number>& weights, std::span<const double> rewards,
                   const std::vector<Fate>& fates)
      : trace_(trace), rewards_(rewards), rows_(trace.transient_count() + 1) {
    const auto n = static_cast<std::uint32_t>(trace.transient_count());
    const bool some_earn_nothing = std::ranges::any_of(rewards, [](double reward) { return reward == 0; });
    if (some_earn_nothing) before_.resize(n);
    const Adjacency& edges = trace.rows();
    for (std::uint32_t i = 0; i <= n; ++i) {
      Row& row = rows_[i];
      longest_ = std::max(longest_, static_cast<double>(edges[i].size()));
      Number sum{};
      for (std::uint32_t e = edges.offsets[i]; e < edges.offsets[i + 1]; ++e) {
        const ClassId edge_class = trace.edge_classes()[e];
        const Number& weight = weights.by_class[edge_class];
        const std::uint32_t target = edges.targets[e];
        sum += weight;
        if (!weights.make_edges[edge_class]) continue;
        if (target >= n || (!fates.empty() && fates[target] == Fate::settled)) {
          row.exit += weight;
        } else {
          row.rates.emplace_back(target, weight);
          if (some_earn_nothing) before_[target].insert(i);
        }
      }
      if (trace.time() == TimeKind::discrete && i < n) row.stay = rest_of_one(sum);
    }
    if (!some_earn_nothing) return;
    // The order of the trace is one in which little fills in.
    for (std::uint32_t k = 0; k < n; ++k) {
      if (rewards[k] == 0) eliminate(k);
    }
  }

  /// What the elimination leaves, edges in the order of `chain`.
  struct Numbers {
    std::vector<Number> rates;
    std::vector<Number> exits;
    std::vector<Number> stays;
    std::vector<Number> start;
    Number atom{};
  };
  /// Fills in all but the numbers of `chain`.
  Numbers finish(Chain& chain) && {
    const std::size_t n = trace_.transient_count();
    const std::vector<bool> reached = reached_rows();
    std::vector<std::uint32_t> first(n);  // the state that entering a position leads to
    double count = 0;
    chain = {};
    chain.time = trace_.time();
    chain.roundings = eliminated_roundings_ + longest_ + 1;
    chain.rate_uses = 1 + 2 * eliminated_;
    chain.stay_roundings = longest_ + 1;
    for (std::uint32_t i = 0; i < n; ++i) {
      if (!reached[i]) continue;
      first[i] = static_cast<std::uint32_t>(count);
      count += repeats(i);
      if (count > most_chain_states) {
        throw LimitError({"--reward",
                          "the rewards of all states add up to more than 100,000,000",
                          "in discrete time, a state of reward r is r steps; use a coarser unit",
                          {}});
      }
    }
    Numbers numbers;
    numbers.start.assign(static_cast<std::size_t>(count), Number{});
    for (std::uint32_t i = 0; i < n; ++i) {
      if (reached[i]) append(chain, numbers, i, first);
    }
    for (const auto& [target, probability] : rows_[n].rates) numbers.start[first[target]] = probability;
    numbers.atom = rows_[n].exit;
    return numbers;
  }

 private:
  struct Row {
    std::vector<std::pair<std::uint32_t, Number>> rates;  // by target, ascending
    Number exit{};
    Number stay{};

    [[nodiscard]] auto place_of(std::uint32_t target) {
      return std::ranges::lower_bound(rates, target, {}, [](const auto& rate) { return rate.first; });
    }
    void add(std::uint32_t target, const Number& rate) {
      const auto place = place_of(target);
      if (place != rates.end() && place->first == target)
        place->second += rate;
      else
        rates.emplace(place, target, rate);
    }
    Number take(std::uint32_t target) {
      const auto place = place_of(target);
      Number rate = std::move(place->second);
      rates.erase(place);
      return rate;
    }
  };

  void eliminate(std::uint32_t k) {
    const Row row = std::move(rows_[k]);
    rows_[k] = {};
    Number total = row.exit;
    for (const auto& [target, rate] : row.rates) total += rate;
    // docs/numerics.md, section 5.
    eliminated_ += 1;
    eliminated_roundings_ +=
        2 * (longest_ + static_cast<double>(before_[k].size()) * (static_cast<double>(row.rates.size()) + 3));
    for (const std::uint32_t i : before_[k]) {
      Row& from = rows_[i];
      const Number share = from.take(k) / total;
      from.exit += share * row.exit;
      for (const auto& [target, rate] : row.rates) {
        if (target == i) {
          from.stay += share * rate;
        } else {
          from.add(target, share * rate);
          before_[target].insert(i);
        }
      }
    }
    for (const auto& [target, rate] : row.rates) before_[target].erase(k);
    before_[k].clear();
  }

  [[nodiscard]] std::vector<bool> reached_rows() const {
    std::vector<bool> reached(rows_.size(), false);
    std::vector<std::uint32_t> open{static_cast<std::uint32_t>(rows_.size() - 1)};
    while (!open.empty()) {
      const Row& row = rows_[open.back()];
      open.pop_back();
      for (const auto& [target, rate] : row.rates) {
        if (reached[target]) continue;
        reached[target] = true;
        open.push_back(target);
      }
    }
    return reached;
  }

  [[nodiscard]] double reward_of(std::uint32_t position) const {
    return rewards_.empty() ? 1.0 : rewards_[position];
  }
  /// How many steps a visit takes: 1 in continuous time, where rates are divided instead.
  [[nodiscard]] double repeats(std::uint32_t position) const {
    return trace_.time() == TimeKind::discrete ? reward_of(position) : 1.0;
  }

  void append(Chain& chain, Numbers& numbers, std::uint32_t position,
              const std::vector<std::uint32_t>& first) const {
    const Row& row = rows_[position];
    for (double left = repeats(position); left > 1; --left) {
      chain.rows.targets.push_back(static_cast<std::uint32_t>(numbers.exits.size() + 1));
      chain.rows.offsets.push_back(static_cast<std::uint32_t>(chain.rows.targets.size()));
      numbers.rates.push_back(Number{1});
      numbers.exits.push_back(Number{});
      numbers.stays.push_back(Number{});
      chain.positions.push_back(position);
    }
    const bool is_discrete = trace_.time() == TimeKind::discrete;
    const double scale = is_discrete ? 1.0 : reward_of(position);
    for (const auto& [target, rate] : row.rates) {
      chain.rows.targets.push_back(first[target]);
      numbers.rates.push_back(rate / scale);
    }
    // Staying put earns the reward again: back to the first of the states in a row.
    const bool comes_back = is_discrete && numbers.exits.size() != first[position] && may_stay(row.stay);
    if (comes_back) {
      chain.rows.targets.push_back(first[position]);
      numbers.rates.push_back(row.stay);
    }
    chain.rows.offsets.push_back(static_cast<std::uint32_t>(chain.rows.targets.size()));
    numbers.exits.push_back(row.exit / scale);
    numbers.stays.push_back(is_discrete && !comes_back ? row.stay : Number{});
    chain.positions.push_back(position);
  }

  const Trace& trace_;
  std::span<const double> rewards_;
  std::vector<Row> rows_;
  std::vector<std::set<std::uint32_t>> before_;  // by position: the rows that lead to it; where needed
  double longest_ = 0;                           // edges of a row
  double eliminated_ = 0;
  double eliminated_roundings_ = 0;
};

}  // namespace phasic
