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

template <class Scalar>
Scalar exact_zero();
template <>
double exact_zero() {
  return 0;
}
template <>
Mpfr exact_zero() {
  return Mpfr(least_mpfr_bits);
}

/// The same with what is known of their errors. A zero, which is exact, takes the bits of what is added to
/// it.
template <class Scalar>
struct TrackedSloped {
  TrackedSloped() : TrackedSloped(0) {}
  explicit TrackedSloped(double exact) { set(value, exact); }
  TrackedSloped(Tracked<Scalar> of, Tracked<Scalar> with_slope)
      : value(std::move(of)), slope(std::move(with_slope)) {}
  Tracked<Scalar> value{exact_zero<Scalar>()};
  Tracked<Scalar> slope{exact_zero<Scalar>()};
};
template <class Scalar>
TrackedSloped<Scalar>& operator+=(TrackedSloped<Scalar>& a, const TrackedSloped<Scalar>& b) {
  if (is_zero(a.value) && is_zero(a.slope)) return a = b;
  add(a.value, b.value);
  add(a.slope, b.slope);
  return a;
}
template <class Scalar>
Tracked<Scalar> product(Tracked<Scalar> a, const Tracked<Scalar>& b) {
  multiply(a, b);
  return a;
}
template <class Scalar>
TrackedSloped<Scalar> operator*(const TrackedSloped<Scalar>& a, const TrackedSloped<Scalar>& b) {
  TrackedSloped<Scalar> result(product(a.value, b.value), product(a.slope, b.value));
  add(result.slope, product(a.value, b.slope));
  return result;
}
template <class Scalar>
TrackedSloped<Scalar> operator/(const TrackedSloped<Scalar>& a, const TrackedSloped<Scalar>& b) {
  TrackedSloped<Scalar> quotient = a;
  divide(quotient.value, b.value);
  Tracked<Scalar> less = product(quotient.value, b.slope);
  multiply(less, -1.0);
  add(quotient.slope, less);
  divide(quotient.slope, b.value);
  return quotient;
}
template <class Scalar>
TrackedSloped<Scalar> operator/(TrackedSloped<Scalar> a, double b) {
  divide(a.value, b);
  divide(a.slope, b);
  return a;
}

/// An MPFR number with operators. A result has the bits of that operand that has more.
struct Wide {
  Mpfr value{MPFR_PREC_MIN};

  Wide() = default;
  explicit Wide(int number) : value(MPFR_PREC_MIN, number) {}
  explicit Wide(const Mpfr& number) : value(number) {}
};
mpfr_prec_t more_bits(const Wide& a, const Wide& b) {
  return std::max(a.value.bits(), b.value.bits());
}
Wide& operator+=(Wide& a, const Wide& b) {
  mpfr_prec_round(a.value.get(), more_bits(a, b), MPFR_RNDN);
  mpfr_add(a.value.get(), a.value.get(), b.value.get(), MPFR_RNDN);
  return a;
}
Wide operator*(const Wide& a, const Wide& b) {
  Wide product{Mpfr(more_bits(a, b))};
  mpfr_mul(product.value.get(), a.value.get(), b.value.get(), MPFR_RNDN);
  return product;
}
Wide operator/(const Wide& a, const Wide& b) {
  Wide quotient{Mpfr(more_bits(a, b))};
  mpfr_div(quotient.value.get(), a.value.get(), b.value.get(), MPFR_RNDN);
  return quotient;
}
Wide operator/(Wide a, double b) {
  mpfr_div_d(a.value.get(), a.value.get(), b, MPFR_RNDN);
  return a;
}

double rest_of_one(double sum) {
  return std::max(0.0, 1 - sum);
}
Wide rest_of_one(Wide sum) {
  mpfr_ui_sub(sum.value.get(), 1, sum.value.get(), MPFR_RNDN);
  if (mpfr_sgn(sum.value.get()) < 0) mpfr_set_zero(sum.value.get(), 1);
  return sum;
}
Sloped rest_of_one(const Sloped& sum) {
  return {rest_of_one(sum.value), -sum.slope};
}
template <class Scalar>
TrackedSloped<Scalar> rest_of_one(TrackedSloped<Scalar> sum) {
  Tracked<Scalar> one = sum.value;
  set(one, 1.0);
  multiply(sum.value, -1.0);
  add(sum.value, one);
  multiply(sum.slope, -1.0);
  return sum;
}
double value_of(const Sloped& number) {
  return number.value;
}
double slope_of(const Sloped& number) {
  return number.slope;
}
double slope_of(const TrackedSloped<double>& number) {
  return number.slope.value;
}
double slope_of(const TrackedSloped<Mpfr>& number) {
  return number.slope.value.to_double();
}
/// In units of a double's roundoff, what rounding to one does included.
template <class Scalar>
double slope_error_of(const TrackedSloped<Scalar>& number) {
  Scalar error = number.slope.scale;
  multiply_by_unit(error, number.slope.value);
  double in_doubles = 0;
  set(in_doubles, error);
  in_doubles =
      slack * (std::ldexp(in_doubles, std::numeric_limits<double>::digits) + std::fabs(slope_of(number)));
  return in_doubles >= 0 ? in_doubles : std::numeric_limits<double>::infinity();
}

/// Weights by class, and which of them make an edge.
template <class Number>
struct Weights {
  std::span<const Number> by_class;
  std::vector<bool> make_edges;
};

/// The start and the positions that go on, as rows that can be eliminated from. Row n is the start's. Number
/// is double, Sloped or Wide: which edges there are does not depend on it.
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
  template <class Scalar>
  static bool may_stay(const TrackedSloped<Scalar>& /*stay*/) {
    return true;
  }
  static bool may_stay(const Wide& /*stay*/) { return true; }

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

std::vector<Mpfr> in_mpfr(std::vector<Wide> numbers) {
  std::vector<Mpfr> result;
  result.reserve(numbers.size());
  for (Wide& number : numbers) result.push_back(std::move(number.value));
  return result;
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

MpfrChain make_chain(const Trace& trace, std::span<const Mpfr> weights, std::span<const double> rewards,
                     const std::vector<Fate>& fates) {
  std::vector<Wide> wide;
  std::vector<bool> make_edges;
  for (const Mpfr& weight : weights) {
    wide.emplace_back(weight);
    make_edges.push_back(mpfr_zero_p(weight.get()) == 0);
  }
  MpfrChain chain;
  auto numbers = Elimination<Wide>(trace, {wide, make_edges}, rewards, fates).finish(chain.shape);
  chain.rates = in_mpfr(std::move(numbers.rates));
  chain.exits = in_mpfr(std::move(numbers.exits));
  chain.stays = in_mpfr(std::move(numbers.stays));
  chain.start = in_mpfr(std::move(numbers.start));
  chain.atom = std::move(numbers.atom.value);
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

namespace {

/// The slopes of a chain by one parameter, and how exact these are.
struct TrackedSlopes {
  ChainNumbers slopes;
  ChainNumbers errors;
};

template <class Scalar>
TrackedSlopes track_slopes(const Trace& trace, const Rates<Scalar>& rates, std::size_t parameter,
                           const std::vector<bool>& make_edges, std::span<const double> rewards,
                           const std::vector<Fate>& fates) {
  const WeightCounts counts{rates.count, rates.slope_counts};
  std::vector<TrackedSloped<Scalar>> sloped;
  for (std::size_t c = 0; c < rates.weights.size(); ++c) {
    sloped.emplace_back(with_count(rates.weights[c], counts.weights),
                        with_count(rates.slopes[parameter][c], counts.slope(parameter, c)));
  }
  Chain chain;
  using Number = TrackedSloped<Scalar>;
  const auto numbers = Elimination<Number>(trace, {sloped, make_edges}, rewards, fates).finish(chain);
  return {numbers_of<Number>(numbers, slope_of), numbers_of<Number>(numbers, slope_error_of<Scalar>)};
}

double sum_of_magnitudes(const ChainNumbers& numbers) {
  double sum = std::fabs(numbers.atom);
  for (const auto* part : {&numbers.rates, &numbers.exits, &numbers.stays, &numbers.start}) {
    for (const double number : *part) sum += std::fabs(number);
  }
  return sum;
}

/// Adds how far one is from the other, in units of roundoff.
void add_distance(ChainNumbers& errors, const ChainNumbers& a, const ChainNumbers& b) {
  const auto add = [](double& error, double x, double y) {
    error += slack * std::ldexp(std::fabs(x - y), std::numeric_limits<double>::digits);
    if (std::isnan(error)) error = std::numeric_limits<double>::infinity();
  };
  const auto add_all = [&](std::vector<double> ChainNumbers::*part) {
    for (std::size_t i = 0; i < (a.*part).size(); ++i) add((errors.*part)[i], (a.*part)[i], (b.*part)[i]);
  };
  add_all(&ChainNumbers::rates);
  add_all(&ChainNumbers::exits);
  add_all(&ChainNumbers::stays);
  add_all(&ChainNumbers::start);
  add(errors.atom, a.atom, b.atom);
}

}  // namespace

void add_errors(ChainGradient& gradient, const Trace& trace, const RatesAt& rates,
                std::span<const double> rewards, const std::vector<Fate>& fates) {
  constexpr mpfr_prec_t most_bits = 4096;
  const bool some_are_eliminated = std::ranges::any_of(rewards, [](double reward) { return reward == 0; });
  const bool may_be_better = some_are_eliminated && std::isfinite(rates.doubles.count);
  const std::vector<bool> make_edges = edge_makers(rates.doubles.weights, rates.doubles.slopes);
  gradient.errors.clear();
  for (std::size_t p = 0; p < gradient.slopes.size(); ++p) {
    TrackedSlopes tracked = track_slopes(trace, rates.doubles, p, make_edges, rewards, fates);
    // Rates are as bad, and count in every step.
    const double enough = gradient.chain.roundings * sum_of_magnitudes(gradient.slopes[p]);
    for (mpfr_prec_t bits = 2 * default_mpfr_bits; may_be_better && bits <= most_bits; bits *= 2) {
      if (sum_of_magnitudes(tracked.errors) <= enough) break;
      tracked = track_slopes(trace, rates.in_bits(bits), p, make_edges, rewards, fates);
    }
    add_distance(tracked.errors, tracked.slopes, gradient.slopes[p]);
    gradient.errors.push_back(std::move(tracked.errors));
  }
}

}  // namespace phasic
