#include "moments/chain.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "moments/missing_start.hpp"
#include "replay/tracked.hpp"

namespace phasic {

namespace {

constexpr double most_states = 1e8;

double reward_of(std::span<const double> rewards, std::size_t position) {
  return rewards.empty() ? 1.0 : rewards[position];
}

/// A number and its derivative by one parameter.
struct Sloped {
  double value = 0;
  double slope = 0;
};
Sloped& operator+=(Sloped& a, const Sloped& b) {
  a.value += b.value;
  a.slope += b.slope;
  return a;
}
Sloped operator*(const Sloped& a, const Sloped& b) {
  return {a.value * b.value, a.slope * b.value + a.value * b.slope};
}
Sloped operator/(const Sloped& a, const Sloped& b) {
  const double quotient = a.value / b.value;
  return {quotient, (a.slope - quotient * b.slope) / b.value};
}
Sloped operator/(const Sloped& a, double b) {
  return {a.value / b, a.slope / b};
}

/// The same with what is known of their errors: the same operations in the same order.
struct TrackedSloped {
  TrackedSloped() : TrackedSloped(0) {}
  explicit TrackedSloped(double exact) : value(exact), slope(0.0) {}
  TrackedSloped(const Tracked<double>& of, const Tracked<double>& with_slope)
      : value(of), slope(with_slope) {}
  Tracked<double> value;
  Tracked<double> slope;
};
TrackedSloped& operator+=(TrackedSloped& a, const TrackedSloped& b) {
  add(a.value, b.value);
  add(a.slope, b.slope);
  return a;
}
Tracked<double> product(Tracked<double> a, const Tracked<double>& b) {
  multiply(a, b);
  return a;
}
TrackedSloped operator*(const TrackedSloped& a, const TrackedSloped& b) {
  TrackedSloped result(product(a.value, b.value), product(a.slope, b.value));
  add(result.slope, product(a.value, b.slope));
  return result;
}
TrackedSloped operator/(const TrackedSloped& a, const TrackedSloped& b) {
  TrackedSloped quotient = a;
  divide(quotient.value, b.value);
  Tracked<double> less = product(quotient.value, b.slope);
  multiply(less, -1.0);
  add(quotient.slope, less);
  divide(quotient.slope, b.value);
  return quotient;
}
TrackedSloped operator/(TrackedSloped a, double b) {
  divide(a.value, b);
  divide(a.slope, b);
  return a;
}

double rest_of_one(double sum) {
  return std::max(0.0, 1 - sum);
}
Sloped rest_of_one(const Sloped& sum) {
  return {rest_of_one(sum.value), -sum.slope};
}
TrackedSloped rest_of_one(const TrackedSloped& sum) {
  TrackedSloped rest(1);
  multiply(rest.value, -1.0);
  add(rest.value, sum.value);
  multiply(rest.value, -1.0);
  rest.slope = sum.slope;
  multiply(rest.slope, -1.0);
  return rest;
}
double value_of(const Sloped& number) {
  return number.value;
}
double slope_of(const Sloped& number) {
  return number.slope;
}
double slope_error_of(const TrackedSloped& number) {
  const double error = number.slope.scale * slack;
  return error >= 0 ? error : std::numeric_limits<double>::infinity();
}

/// Weights by class, and which of them make an edge.
template <class Number>
struct Weights {
  std::span<const Number> by_class;
  std::vector<bool> make_edges;
};

/// The start and the positions that go on, as rows that can be eliminated from. Row n is the start's. Number
/// is double or Sloped: which edges there are does not depend on it.
template <class Number>
class Elimination {
 public:
  Elimination(const Trace& trace, const Weights<Number>& weights, std::span<const double> rewards,
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
      if (count > most_states) {
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
      const Number rate = place->second;
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

  /// How many steps a visit takes: 1 in continuous time, where rates are divided instead.
  [[nodiscard]] double repeats(std::uint32_t position) const {
    return trace_.time() == TimeKind::discrete ? reward_of(rewards_, position) : 1.0;
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
    const double scale = is_discrete ? 1.0 : reward_of(rewards_, position);
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
  static bool may_stay(double stay) { return stay > 0; }
  static bool may_stay(const Sloped& /*stay*/) { return true; }
  static bool may_stay(const TrackedSloped& /*stay*/) { return true; }

  const Trace& trace_;
  std::span<const double> rewards_;
  std::vector<Row> rows_;
  std::vector<std::set<std::uint32_t>> before_;  // by position: the rows that lead to it; where needed
  double longest_ = 0;                           // edges of a row
  double eliminated_ = 0;
  double eliminated_roundings_ = 0;
};

/// One part of each number.
template <class Number>
ChainNumbers numbers_of(const typename Elimination<Number>::Numbers& numbers,
                        double (*part_of)(const Number&)) {
  const auto parts_of = [&](const std::vector<Number>& all) {
    std::vector<double> parts;
    parts.reserve(all.size());
    for (const Number& number : all) parts.push_back(part_of(number));
    return parts;
  };
  return {parts_of(numbers.rates), parts_of(numbers.exits), parts_of(numbers.stays), parts_of(numbers.start),
          part_of(numbers.atom)};
}

}  // namespace

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
  std::vector<bool> make_edges;
  for (const double weight : weights) make_edges.push_back(weight != 0);
  Chain chain;
  auto numbers = Elimination<double>(trace, {weights, make_edges}, rewards, fates).finish(chain);
  chain.rates = std::move(numbers.rates);
  chain.exits = std::move(numbers.exits);
  chain.stays = std::move(numbers.stays);
  chain.start = std::move(numbers.start);
  chain.atom = numbers.atom + missing_start(trace, weights);
  return chain;
}

namespace {

/// Which classes are edges at a theta or next to it.
std::vector<bool> edge_makers(std::span<const double> weights, std::span<const std::vector<double>> slopes) {
  std::vector<bool> make_edges;
  for (std::size_t c = 0; c < weights.size(); ++c) {
    const auto changes = [c](const std::vector<double>& by_class) { return by_class[c] != 0; };
    make_edges.push_back(weights[c] != 0 || std::ranges::any_of(slopes, changes));
  }
  return make_edges;
}

}  // namespace

ChainGradient make_chain_gradient(const Trace& trace, std::span<const double> weights,
                                  std::span<const std::vector<double>> slopes,
                                  std::span<const double> rewards, const std::vector<Fate>& fates) {
  const std::vector<bool> make_edges = edge_makers(weights, slopes);
  ChainGradient result;
  std::vector<Sloped> sloped(weights.size());
  for (const std::vector<double>& by_class : slopes) {
    for (std::size_t c = 0; c < sloped.size(); ++c) sloped[c] = {weights[c], by_class[c]};
    const auto numbers =
        Elimination<Sloped>(trace, {sloped, make_edges}, rewards, fates).finish(result.chain);
    static_cast<ChainNumbers&>(result.chain) = numbers_of<Sloped>(numbers, value_of);
    result.slopes.push_back(numbers_of<Sloped>(numbers, slope_of));
  }
  result.chain.atom += missing_start(trace, weights);
  return result;
}

std::vector<ChainNumbers> slope_errors(const Trace& trace, std::span<const double> weights,
                                       std::span<const std::vector<double>> slopes,
                                       const WeightCounts& counts, std::span<const double> rewards,
                                       const std::vector<Fate>& fates) {
  const std::vector<bool> make_edges = edge_makers(weights, slopes);
  std::vector<ChainNumbers> errors;
  for (std::size_t p = 0; p < slopes.size(); ++p) {
    std::vector<TrackedSloped> sloped;
    for (std::size_t c = 0; c < weights.size(); ++c) {
      sloped.emplace_back(with_count(weights[c], counts.weights),
                          with_count(slopes[p][c], counts.slope(p, c)));
    }
    Chain chain;
    const auto numbers =
        Elimination<TrackedSloped>(trace, {sloped, make_edges}, rewards, fates).finish(chain);
    errors.push_back(numbers_of<TrackedSloped>(numbers, slope_error_of));
  }
  return errors;
}

}  // namespace phasic
