#include "moments/enclosed_ask.hpp"

#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace phasic {

namespace {

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
    Answer answer{std::vector<Number>(column_count(), to_number(std::numeric_limits<double>::quiet_NaN()))};
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

}  // namespace phasic
