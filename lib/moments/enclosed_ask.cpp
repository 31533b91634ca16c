#include "moments/enclosed_ask.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "moments/complaint.hpp"
#include "moments/enough_bits.hpp"

namespace phasic {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr mpfr_prec_t reward_bits = std::numeric_limits<double>::digits;

/// Weights of classes at one theta, with their derivatives where these are asked for.
struct FoundWeights {
  MpfrWeights weights;
  std::vector<std::vector<Tracked<Mpfr>>> slopes;  // by parameter
  std::vector<double> slope_counts;                // by parameter, of the worst

  [[nodiscard]] SlopedWeights by(std::size_t parameter) const {
    return {weights, slopes[parameter], slope_counts[parameter]};
  }
};

FoundWeights with_counts(Rates<Mpfr> rates, unsigned bits) {
  FoundWeights found{{std::move(rates.weights), rates.count, static_cast<mpfr_prec_t>(bits)}, {}, {}};
  for (std::size_t p = 0; p < rates.slopes.size(); ++p) {
    auto& slopes = found.slopes.emplace_back();
    double& worst = found.slope_counts.emplace_back(0);
    for (std::size_t c = 0; c < rates.slopes[p].size(); ++c) {
      const double count = rates.slope_counts.empty() ? 0 : rates.slope_counts[p][c];
      slopes.push_back(with_count(std::move(rates.slopes[p][c]), count));
      worst = std::max(worst, count);
    }
  }
  return found;
}

/// Where there are none, `tried` says why.
std::optional<FoundWeights> find_weights(const EnclosedSubject& subject, const Theta& theta, unsigned bits,
                                         Chance chance, Tried& tried) {
  Rates<Mpfr> found = subject.rates.at(theta, Mpfr(bits), chance);
  // A rate that may be 0, or of which few digits are known: more bits have to decide.
  const auto is_known = [&](double count) {
    constexpr double most = 0x1p-20;
    return std::ldexp(count, -static_cast<int>(bits)) <= most;
  };
  if (!is_known(std::max(found.count, found.slope_count)) && chance == Chance::another) {
    tried.doubt = Doubt::cancellation;
    return std::nullopt;
  }
  tried.error = complaint_about(subject.graph, subject.trace, found.weights);
  if (tried.error.empty() && !is_known(found.count))
    tried.error = "a rate cancels, and thousands of bits leave nothing of it";
  if (tried.error.empty() && !is_known(found.slope_count))
    tried.error = "the derivative of a rate cancels, and thousands of bits leave nothing of it";
  if (!tried.error.empty()) return std::nullopt;
  return with_counts(std::move(found), bits);
}

EnclosedNumber find(EnclosedDistribution& distribution, const Ask& ask) {
  using Part = EnclosedDistribution::Part;
  const Written at{ask.at, ask.decimal};
  switch (ask.kind) {
    case AskKind::density:
      return distribution.at(at, Part::density);
    case AskKind::distribution:
      return distribution.at(at, Part::distribution);
    case AskKind::survival:
      return distribution.at(at, Part::survival);
    case AskKind::quantile:
      return distribution.quantile(at);
    case AskKind::laplace:
      break;
  }
  return distribution.laplace(at);
}

EnclosedSlope find_slope(EnclosedDerivative& derivative, const Ask& ask) {
  using Part = EnclosedDistribution::Part;
  const Written at{ask.at, ask.decimal};
  switch (ask.kind) {
    case AskKind::density:
      return derivative.at(at, Part::density);
    case AskKind::distribution:
      return derivative.at(at, Part::distribution);
    case AskKind::survival:
      return derivative.at(at, Part::survival);
    default:
      break;
  }
  return derivative.laplace(at);
}

Bounded unknown(Standing standing) {
  Bounded result{to_number(nan), to_bound(infinity)};
  result.standing = standing;
  return result;
}

/// Of numbers that are not far.
Bounded judged(const EnclosedNumber& found, const Precision& precision, Chance chance) {
  if (found.finding == Finding::undecided) return unknown(Standing::lost);
  if (found.is_infinite) return {to_number(infinity), {}};
  return bounded(tracked(found.number), {}, precision, chance);
}
Bounded judged(const EnclosedSlope& found, Yardstick yardstick, const Precision& precision, Chance chance) {
  if (!found.has_value) return unknown(Standing::proven);
  if (found.finding == Finding::undecided) return unknown(Standing::lost);
  return bounded(tracked(found.number), yardstick, precision, chance);
}

/// Of a derivative that is not told from 0, where many bits more than were asked do not: what it is taken for
/// if an attempt in more is out of reach.
std::optional<Bounded> taken_for_zero(const EnclosedSlope& found, const Bounded& as_judged,
                                      const Precision& precision, mpfr_prec_t bits) {
  constexpr double many = 512;
  if (found.finding != Finding::known || as_judged.standing != Standing::lost ||
      static_cast<double>(bits) < bits_asked(precision) + many)
    return std::nullopt;
  Bounded zero = judged(found, {}, precision, Chance::last);
  zero.standing = Standing::proven;
  return zero;
}

/// Derivatives change sign: near that, each is compared with what it is of, by the part of theta.
Yardstick yardstick_of(const Bounded& value, double parameter) {
  return {parameter == 0 ? 0 : std::fabs(value.value.value / parameter)};
}

std::string far_text(const std::string& what) {
  return what + " is out of reach: too many jumps to follow in so many digits";
}
std::string undecided_text(const std::string& what) {
  return what + " depends on a difference that thousands of bits do not tell from 0";
}
const char* const derivative_of = "the derivative of ";

/// Answers at one theta, attempt after attempt: what is proven once need not be computed again.
class Attempts {
 public:
  Attempts(const EnclosedSubject& subject, const std::vector<Ask>& asks, const Theta& theta)
      : subject_(subject),
        asks_(asks),
        theta_(theta),
        values_(asks.size()),
        slopes_(asks.size() * subject.parameter_count),
        zeros_(slopes_.size()) {}

  Tried attempt(unsigned bits, Chance chance) {
    Tried tried;
    const auto weights = find_weights(subject_, theta_, bits, chance, tried);
    if (!weights) return tried;
    Distributions distributions(subject_.rewards.size());
    for (std::size_t i = 0; i < asks_.size() && tried.error.empty(); ++i) {
      if (!is_proven(values_[i])) find_value(i, distributions, *weights, chance, tried);
    }
    for (std::size_t p = 0; p < subject_.parameter_count && tried.error.empty(); ++p)
      find_slopes(p, distributions, *weights, chance, tried);
    return tried;
  }

  [[nodiscard]] bool is_infinite() const { return is_infinite_; }
  /// Values, then slopes.
  std::vector<Bounded> take() && {
    std::vector<Bounded> all;
    for (auto* const numbers : {&values_, &slopes_}) {
      for (std::optional<Bounded>& number : *numbers) all.push_back(std::move(*number));
    }
    return all;
  }

 private:
  using Distributions = std::vector<std::optional<EnclosedDistribution>>;

  static bool is_proven(const std::optional<Bounded>& number) {
    return number && number->standing == Standing::proven;
  }
  [[nodiscard]] const std::vector<double>& reward_of(const Ask& ask) const {
    return subject_.rewards[ask.reward].values;
  }
  EnclosedNumber number_of(const Ask& ask, Distributions& distributions, const FoundWeights& weights,
                           Chance chance) const {
    auto& distribution = distributions[ask.reward];
    if (!distribution)
      distribution.emplace(subject_.graph, subject_.trace, reward_of(ask), weights.weights, chance);
    return find(*distribution, ask);
  }
  /// Whether there is something to judge.
  static bool is_found(Finding finding, const std::string& what, Chance chance, Tried& tried) {
    if (finding == Finding::far) tried.error = far_text(what);
    if (finding == Finding::undecided && chance == Chance::last) tried.error = undecided_text(what);
    return tried.error.empty();
  }

  void find_value(std::size_t i, Distributions& distributions, const FoundWeights& weights, Chance chance,
                  Tried& tried) {
    const EnclosedNumber number = number_of(asks_[i], distributions, weights, chance);
    if (!is_found(number.finding, asked_text(asks_[i]), chance, tried)) return;
    is_infinite_ = is_infinite_ || number.is_infinite;
    values_[i] = judged(number, subject_.precision, chance);
    tried.add(*values_[i]);
  }

  /// Of all that is asked by one parameter: what is remembered of a walk is dropped before the next.
  void find_slopes(std::size_t parameter, Distributions& distributions, const FoundWeights& weights,
                   Chance chance, Tried& tried) {
    std::vector<std::optional<EnclosedDerivative>> derivatives(subject_.rewards.size());
    for (std::size_t i = 0; i < asks_.size(); ++i) {
      std::optional<Bounded>& slope = slopes_[i * subject_.parameter_count + parameter];
      if (is_proven(slope)) continue;
      const Ask& ask = asks_[i];
      auto& derivative = derivatives[ask.reward];
      if (!derivative)
        derivative.emplace(subject_.graph, subject_.trace, reward_of(ask), weights.by(parameter));
      const EnclosedSlope found =
          ask.kind == AskKind::quantile
              ? derivative->of_quantile(number_of(ask, distributions, weights, chance))
              : find_slope(*derivative, ask);
      std::optional<Bounded>& zero = zeros_[i * subject_.parameter_count + parameter];
      if (found.finding == Finding::far && zero) {
        slope = zero;
        continue;
      }
      if (!is_found(found.finding, derivative_of + asked_text(ask), chance, tried)) return;
      slope = judged(found, yardstick_of(*values_[i], theta_.numbers[parameter]), subject_.precision, chance);
      tried.add(*slope);
      zero = taken_for_zero(found, *slope, subject_.precision, weights.weights.bits);
    }
  }

  const EnclosedSubject& subject_;
  const std::vector<Ask>& asks_;
  const Theta& theta_;
  std::vector<std::optional<Bounded>> values_;
  std::vector<std::optional<Bounded>> slopes_;  // by ask, then by parameter
  std::vector<std::optional<Bounded>> zeros_;   // of those that are lost: what they are taken for
  bool is_infinite_ = false;
};

}  // namespace

EnclosedAnswerer::EnclosedAnswerer(const Graph& graph, const Trace& trace, std::span<const Reward> rewards,
                                   Asking asking, const Precision& precision)
    : subject_(graph, trace, rewards, precision, asking.derivatives), asks_(std::move(asking.asks)) {
  check_derivatives({asks_, asking.derivatives}, trace.time());
}

Answer EnclosedAnswerer::answer(const Theta& theta) const {
  Attempts attempts(subject_, asks_, theta);
  const Escalation way = escalate(
      subject_.precision, [&](unsigned bits, Chance chance) { return attempts.attempt(bits, chance); });
  const bool has_bounds = subject_.precision.bounds == Precision::Bounds::told;
  if (!way.error.empty()) {
    Answer answer{std::vector<Number>(column_count(), to_number(nan))};
    answer.error = way.error;
    if (has_bounds) answer.bounds = answer.values;
    return answer;
  }
  Answer answer;
  answer.infinite = attempts.is_infinite();
  for (Bounded& number : std::move(attempts).take()) {
    answer.values.push_back(std::move(number.value));
    if (has_bounds) answer.bounds.push_back(std::move(number.error));
  }
  answer.escalation = way.escalation;
  answer.shortfall = way.shortfall;
  return answer;
}

namespace {

/// One column for each of `numbers`, by vertex, that is asked for: with several rewards, one for each.
template <class Numbers>
std::vector<Numbers> earned(std::span<const Reward> rewards, const Numbers& numbers) {
  std::vector<Numbers> all;
  for (const Reward& reward : rewards) {
    Numbers& earned = all.emplace_back(numbers);
    for (std::size_t v = 0; v < reward.values.size(); ++v)
      multiply(earned[v], Enclosure(reward_bits, reward.values[v]));
  }
  return all;
}

/// All that is asked of where a chain is, of a distribution or of its derivative. Nothing where no route gets
/// there, and `far` says to what.
template <class Numbers, class Source>
std::optional<std::vector<Numbers>> find_columns(Source& source, const StateAsks& asks,
                                                 std::span<const Reward> rewards, std::string& far) {
  std::vector<Numbers> columns;
  for (const Written& t : asks.probabilities) {
    auto numbers = source.state_probabilities(t);
    if (!numbers) {
      far = asked_text("state-probabilities", t.number);
      return std::nullopt;
    }
    columns.push_back(std::move(*numbers));
  }
  for (const Written& t : asks.times) {
    const auto numbers = source.state_times(t);
    if (!numbers) {
      far = asked_text("state-times", t.number);
      return std::nullopt;
    }
    for (Numbers& column : earned(rewards, *numbers)) columns.push_back(std::move(column));
  }
  return columns;
}

using Columns = std::vector<std::vector<Bounded>>;

bool is_proven(const Columns& columns) {
  return !columns.empty() && std::ranges::all_of(columns, [](const std::vector<Bounded>& column) {
    return std::ranges::all_of(column, [](const Bounded& n) { return n.standing == Standing::proven; });
  });
}

/// As Attempts, of columns by vertex.
class StateAttempts {
 public:
  StateAttempts(const EnclosedSubject& subject, const StateAsks& asks, const Theta& theta)
      : subject_(subject),
        asks_(asks),
        theta_(theta),
        slopes_(subject.parameter_count),
        zeros_(subject.parameter_count) {}

  Tried attempt(unsigned bits, Chance chance) {
    Tried tried;
    const auto weights = find_weights(subject_, theta_, bits, chance, tried);
    if (!weights) return tried;
    if (!is_proven(values_)) find_values(*weights, chance, tried);
    for (std::size_t p = 0; p < subject_.parameter_count && tried.error.empty(); ++p) {
      if (!is_proven(slopes_[p])) find_slopes(p, *weights, chance, tried);
    }
    return tried;
  }
  /// Values, then the derivatives of each.
  Columns take() && {
    const std::size_t count = values_.size();
    Columns all = std::move(values_);
    for (std::size_t i = 0; i < count; ++i) {
      for (Columns& slopes : slopes_) {
        if (i < slopes.size()) all.push_back(std::move(slopes[i]));
      }
    }
    return all;
  }

 private:
  void find_values(const FoundWeights& weights, Chance chance, Tried& tried) {
    values_.clear();
    std::string far;
    EnclosedDistribution distribution(subject_.graph, subject_.trace, {}, weights.weights, chance);
    const auto values = find_columns<std::vector<Enclosure>>(distribution, asks_, subject_.rewards, far);
    if (!values) {
      tried.error = far_text(far);
      return;
    }
    for (const std::vector<Enclosure>& column : *values) {
      auto& judged_column = values_.emplace_back();
      for (const Enclosure& number : column) {
        judged_column.push_back(bounded(tracked(number), {}, subject_.precision, chance));
        tried.add(judged_column.back());
      }
    }
  }

  void find_slopes(std::size_t parameter, const FoundWeights& weights, Chance chance, Tried& tried) {
    std::string far;
    EnclosedDerivative derivative(subject_.graph, subject_.trace, {}, weights.by(parameter));
    const auto slopes = find_columns<std::vector<SignedEnclosure>>(derivative, asks_, subject_.rewards, far);
    if (!slopes) {
      slopes_[parameter] = std::move(zeros_[parameter]);
      if (slopes_[parameter].empty()) tried.error = far_text(derivative_of + far);
      return;
    }
    slopes_[parameter].clear();
    zeros_[parameter].clear();
    for (std::size_t i = 0; i < slopes->size(); ++i) {
      auto& column = slopes_[parameter].emplace_back();
      auto& settled = zeros_[parameter].emplace_back();
      for (std::size_t v = 0; v < (*slopes)[i].size(); ++v) {
        const SignedEnclosure& number = (*slopes)[i][v];
        const EnclosedSlope found{is_finite(number) ? Finding::known : Finding::undecided, number};
        const Yardstick yardstick = yardstick_of(values_[i][v], theta_.numbers[parameter]);
        column.push_back(judged(found, yardstick, subject_.precision, chance));
        tried.add(column.back());
        settled.push_back(taken_for_zero(found, column.back(), subject_.precision, weights.weights.bits)
                              .value_or(column.back()));
      }
    }
    if (!is_proven(zeros_[parameter])) zeros_[parameter].clear();
  }

  const EnclosedSubject& subject_;
  const StateAsks& asks_;
  const Theta& theta_;
  Columns values_;
  std::vector<Columns> slopes_;  // by parameter
  std::vector<Columns> zeros_;   // the same with what is lost taken for 0, where all else is proven
};

}  // namespace

EnclosedStates::Found EnclosedStates::answer(const Theta& theta) const {
  StateAttempts attempts(subject_, asks_, theta);
  Escalation way = escalate(subject_.precision,
                            [&](unsigned bits, Chance chance) { return attempts.attempt(bits, chance); });
  return {std::move(attempts).take(), std::move(way.error), std::move(way.escalation),
          std::move(way.shortfall)};
}

}  // namespace phasic
