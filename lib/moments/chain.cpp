#include "moments/chain.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "trace/components.hpp"

namespace phasic {

namespace {

constexpr double most_states = 1e8;

double reward_of(std::span<const double> rewards, std::size_t position) {
  return rewards.empty() ? 1.0 : rewards[position];
}

/// The start and the positions that go on, as rows that can be eliminated from. Row n is the start's.
class Elimination {
 public:
  Elimination(const Trace& trace, std::span<const double> weights, std::span<const double> rewards,
              const std::vector<Fate>& fates)
      : trace_(trace), weights_(weights), rewards_(rewards), rows_(trace.transient_count() + 1) {
    const auto n = static_cast<std::uint32_t>(trace.transient_count());
    const bool some_earn_nothing = std::ranges::any_of(rewards, [](double reward) { return reward == 0; });
    if (some_earn_nothing) before_.resize(n);
    const Adjacency& edges = trace.rows();
    for (std::uint32_t i = 0; i <= n; ++i) {
      Row& row = rows_[i];
      double sum = 0;
      for (std::uint32_t e = edges.offsets[i]; e < edges.offsets[i + 1]; ++e) {
        const double weight = weights[trace.edge_classes()[e]];
        const std::uint32_t target = edges.targets[e];
        sum += weight;
        if (weight == 0) continue;
        if (target >= n || (!fates.empty() && fates[target] == Fate::settled)) {
          row.exit += weight;
        } else {
          row.rates.emplace_back(target, weight);
          if (some_earn_nothing) before_[target].insert(i);
        }
      }
      if (trace.time() == TimeKind::discrete && i < n) row.stay = std::max(0.0, 1 - sum);
    }
    if (!some_earn_nothing) return;
    // The order of the trace is one in which little fills in.
    for (std::uint32_t k = 0; k < n; ++k) {
      if (rewards[k] == 0) eliminate(k);
    }
  }

  Chain finish() && {
    const std::size_t n = trace_.transient_count();
    const std::vector<bool> reached = reached_rows();
    std::vector<std::uint32_t> first(n);  // the state that entering a position leads to
    double count = 0;
    Chain chain;
    chain.time = trace_.time();
    for (std::uint32_t i = 0; i < n; ++i) {
      if (!reached[i]) continue;
      first[i] = static_cast<std::uint32_t>(count);
      count += repeats(i);
      if (count > most_states) {
        throw LimitError({"--reward",
                          "the rewards of all states add up to more than 100,000,000",
                          "in discrete time, a state of reward r is r steps; use a coarser unit",
                          {}});
      }
    }
    chain.start.assign(static_cast<std::size_t>(count), 0.0);
    for (std::uint32_t i = 0; i < n; ++i) {
      if (reached[i]) append(chain, i, first);
    }
    for (const auto& [target, probability] : rows_[n].rates) chain.start[first[target]] = probability;
    chain.atom = rows_[n].exit + missing_start(trace_, weights_);
    return chain;
  }

 private:
  struct Row {
    std::vector<std::pair<std::uint32_t, double>> rates;  // by target, ascending
    double exit = 0;
    double stay = 0;

    [[nodiscard]] auto place_of(std::uint32_t target) {
      return std::ranges::lower_bound(rates, target, {}, [](const auto& rate) { return rate.first; });
    }
    void add(std::uint32_t target, double rate) {
      const auto place = place_of(target);
      if (place != rates.end() && place->first == target)
        place->second += rate;
      else
        rates.emplace(place, target, rate);
    }
    double take(std::uint32_t target) {
      const auto place = place_of(target);
      const double rate = place->second;
      rates.erase(place);
      return rate;
    }
  };

  void eliminate(std::uint32_t k) {
    const Row row = std::move(rows_[k]);
    rows_[k] = {};
    double total = row.exit;
    for (const auto& [target, rate] : row.rates) total += rate;
    for (const std::uint32_t i : before_[k]) {
      Row& from = rows_[i];
      const double share = from.take(k) / total;
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

  /// How many steps a visit takes: 1 in continuous time, where rates are divided instead.
  [[nodiscard]] double repeats(std::uint32_t position) const {
    return trace_.time() == TimeKind::discrete ? reward_of(rewards_, position) : 1.0;
  }

  void append(Chain& chain, std::uint32_t position, const std::vector<std::uint32_t>& first) const {
    const Row& row = rows_[position];
    for (double left = repeats(position); left > 1; --left) {
      chain.rows.targets.push_back(static_cast<std::uint32_t>(chain.size() + 1));
      chain.rows.offsets.push_back(static_cast<std::uint32_t>(chain.rows.targets.size()));
      chain.rates.push_back(1);
      chain.exits.push_back(0);
      chain.stays.push_back(0);
      chain.positions.push_back(position);
    }
    const bool is_discrete = trace_.time() == TimeKind::discrete;
    const double scale = is_discrete ? 1.0 : reward_of(rewards_, position);
    for (const auto& [target, rate] : row.rates) {
      chain.rows.targets.push_back(first[target]);
      chain.rates.push_back(rate / scale);
    }
    // Staying put earns the reward again: back to the first of the states in a row.
    const bool comes_back = is_discrete && chain.size() != first[position] && row.stay > 0;
    if (comes_back) {
      chain.rows.targets.push_back(first[position]);
      chain.rates.push_back(row.stay);
    }
    chain.rows.offsets.push_back(static_cast<std::uint32_t>(chain.rows.targets.size()));
    chain.exits.push_back(row.exit / scale);
    chain.stays.push_back(is_discrete && !comes_back ? row.stay : 0.0);
    chain.positions.push_back(position);
  }

  const Trace& trace_;
  std::span<const double> weights_;
  std::span<const double> rewards_;
  std::vector<Row> rows_;
  std::vector<std::set<std::uint32_t>> before_;  // by position: the rows that lead to it; where needed
};

Adjacency positive_edges(const Trace& trace, std::span<const double> weights) {
  const auto n = static_cast<std::uint32_t>(trace.transient_count());
  const Adjacency& rows = trace.rows();
  Adjacency result;
  for (std::uint32_t i = 0; i < n; ++i) {
    for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e) {
      if (weights[trace.edge_classes()[e]] > 0) result.targets.push_back(std::min(rows.targets[e], n));
    }
    result.offsets.push_back(static_cast<std::uint32_t>(result.targets.size()));
  }
  result.offsets.push_back(result.offsets.back());
  return result;
}

}  // namespace

std::vector<Fate> find_fates(const Trace& trace, std::span<const double> weights,
                             std::span<const double> rewards) {
  if (std::ranges::all_of(weights, [](double weight) { return weight > 0; })) return {};
  const auto n = static_cast<std::uint32_t>(trace.transient_count());
  const Adjacency graph = positive_edges(trace, weights);
  const Components components = strongly_connected_components(graph);
  std::vector<Fate> fates(n, Fate::goes_on);
  for (std::size_t c = 0; c < components.count(); ++c) {
    const auto members = components[c];
    if (members.front() == n) continue;
    const bool is_closed = std::ranges::all_of(members, [&](std::uint32_t member) {
      return std::ranges::all_of(
          graph[member], [&](std::uint32_t target) { return std::ranges::binary_search(members, target); });
    });
    if (!is_closed) continue;
    const bool earns =
        std::ranges::any_of(members, [&](std::uint32_t member) { return reward_of(rewards, member) > 0; });
    for (const std::uint32_t member : members) fates[member] = earns ? Fate::endless : Fate::settled;
  }
  return fates;
}

std::vector<bool> settled_among(const std::vector<Fate>& fates) {
  std::vector<bool> settled;
  settled.reserve(fates.size());
  for (const Fate fate : fates) settled.push_back(fate == Fate::settled);
  return settled;
}

double missing_start(const Trace& trace, std::span<const double> weights) {
  const Adjacency& rows = trace.rows();
  const std::size_t n = trace.transient_count();
  double sum = 0;
  for (std::uint32_t e = rows.offsets[n]; e < rows.offsets[n + 1]; ++e)
    sum += weights[trace.edge_classes()[e]];
  constexpr double rounding = 1e-14;  // 0.1 ten times over is 1
  return sum < 1 - rounding ? 1 - sum : 0;
}

double Chain::largest_rate() const {
  if (time == TimeKind::discrete) return 1;
  double largest = 0;
  for (std::size_t i = 0; i < size(); ++i) {
    double sum = exits[i];
    for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e) sum += rates[e];
    largest = std::max(largest, sum);
  }
  return largest;
}

Chain make_chain(const Trace& trace, std::span<const double> weights, std::span<const double> rewards,
                 const std::vector<Fate>& fates) {
  return Elimination(trace, weights, rewards, fates).finish();
}

Chain make_chain_with_absorbing_states(const Trace& trace, std::span<const double> weights) {
  const std::size_t n = trace.transient_count();
  const std::size_t count = n + trace.absorbing_count();
  const Adjacency& rows = trace.rows();
  Chain chain;
  chain.time = trace.time();
  chain.rows.targets.assign(rows.targets.begin(), rows.targets.begin() + rows.offsets[n]);
  chain.rows.offsets.assign(rows.offsets.begin(), rows.offsets.begin() + static_cast<std::ptrdiff_t>(n) + 1);
  chain.rows.offsets.resize(count + 1, rows.offsets[n]);
  chain.exits.assign(count, 0.0);
  chain.stays.assign(count, 1.0);
  chain.start.assign(count, 0.0);
  for (std::uint32_t e = 0; e < rows.offsets[n]; ++e) chain.rates.push_back(weights[trace.edge_classes()[e]]);
  for (std::uint32_t i = 0; i < count; ++i) {
    chain.positions.push_back(i);
    double sum = 0;
    for (std::uint32_t e = chain.rows.offsets[i]; e < chain.rows.offsets[i + 1]; ++e) sum += chain.rates[e];
    chain.stays[i] = std::max(0.0, 1 - sum);
  }
  for (std::uint32_t e = rows.offsets[n]; e < rows.offsets[n + 1]; ++e)
    chain.start[rows.targets[e]] += weights[trace.edge_classes()[e]];
  return chain;
}

}  // namespace phasic
