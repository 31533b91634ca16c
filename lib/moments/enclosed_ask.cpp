#include "moments/enclosed_ask.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "moments/complaint.hpp"
#include "moments/enough_bits.hpp"

namespace phasic {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Weights of classes at one theta; where there are none, `tried` says why.
std::optional<MpfrWeights> find_weights(const EnclosedSubject& subject, const Theta& theta, unsigned bits,
                                        Chance chance, Tried& tried) {
  Rates<Mpfr> found = subject.rates.at(theta, Mpfr(bits), chance);
  // A rate that may be 0, or of which few digits are known: more bits have to decide.
  constexpr double most = 0x1p-20;
  const bool is_known = std::ldexp(found.count, -static_cast<int>(bits)) <= most;
  if (!is_known && chance == Chance::another) {
    tried.doubt = Doubt::cancellation;
    return std::nullopt;
  }
  tried.error = complaint_about(subject.graph, subject.trace, found.weights);
  if (tried.error.empty() && !is_known)
    tried.error = "a rate cancels, and thousands of bits leave nothing of it";
  if (!tried.error.empty()) return std::nullopt;
  return MpfrWeights{std::move(found.weights), found.count, static_cast<mpfr_prec_t>(bits)};
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

/// Of a number that is not far.
Bounded judged(const EnclosedNumber& found, const Precision& precision, Chance chance) {
  if (found.finding == Finding::undecided) {
    Bounded result{to_number(nan), to_bound(infinity)};
    result.standing = Standing::lost;
    return result;
  }
  if (found.is_infinite) return {to_number(infinity), {}};
  return bounded(tracked(found.number), {}, precision, chance);
}

}  // namespace

Answer EnclosedAnswerer::answer(const Theta& theta) const {
  // What is proven once need not be computed again.
  std::vector<std::optional<Bounded>> found(asks_.size());
  Answer answer;
  const Escalation way = escalate(subject_.precision, [&](unsigned bits, Chance chance) {
    Tried tried;
    const auto weights = find_weights(subject_, theta, bits, chance, tried);
    if (!weights) return tried;
    std::vector<std::optional<EnclosedDistribution>> distributions(subject_.rewards.size());
    for (std::size_t i = 0; i < asks_.size(); ++i) {
      if (found[i] && found[i]->standing == Standing::proven) continue;
      auto& distribution = distributions[asks_[i].reward];
      if (!distribution)
        distribution.emplace(subject_.graph, subject_.trace, subject_.rewards[asks_[i].reward].values,
                             *weights, chance);
      const EnclosedNumber number = find(*distribution, asks_[i]);
      if (number.finding == Finding::far) {
        tried.error = asked_text(asks_[i]) + " is out of reach: too many jumps to follow in so many digits";
        return tried;
      }
      if (number.finding == Finding::undecided && chance == Chance::last) {
        tried.error =
            asked_text(asks_[i]) + " depends on a difference that thousands of bits do not tell from 0";
        return tried;
      }
      answer.infinite = answer.infinite || number.is_infinite;
      found[i] = judged(number, subject_.precision, chance);
      tried.add(*found[i]);
    }
    return tried;
  });
  const bool has_bounds = subject_.precision.bounds == Precision::Bounds::told;
  if (!way.error.empty()) {
    answer = {std::vector<Number>(asks_.size(), to_number(nan))};
    answer.error = way.error;
    if (has_bounds) answer.bounds = answer.values;
    return answer;
  }
  for (std::optional<Bounded>& number : found) {
    answer.values.push_back(std::move(number->value));
    if (has_bounds) answer.bounds.push_back(std::move(number->error));
  }
  answer.escalation = way.escalation;
  answer.shortfall = way.shortfall;
  return answer;
}

EnclosedStates::Found EnclosedStates::answer(const Theta& theta) const {
  Found found;
  Escalation way = escalate(subject_.precision, [&](unsigned bits, Chance chance) {
    Tried tried;
    found.columns.clear();
    const auto weights = find_weights(subject_, theta, bits, chance, tried);
    if (!weights) return tried;
    EnclosedDistribution distribution(subject_.graph, subject_.trace, {}, *weights, chance);
    const auto take = [&](const std::vector<Enclosure>& numbers) {
      std::vector<Bounded>& column = found.columns.emplace_back();
      for (const Enclosure& number : numbers) {
        column.push_back(bounded(tracked(number), {}, subject_.precision, chance));
        tried.add(column.back());
      }
    };
    const auto far = [&](std::string_view option, const Written& t) {
      tried.error =
          asked_text(option, t.number) + " is out of reach: too many jumps to follow in so many digits";
      return tried;
    };
    for (const Written& t : asks_.probabilities) {
      const auto numbers = distribution.state_probabilities(t);
      if (!numbers) return far("state-probabilities", t);
      take(*numbers);
    }
    for (const Written& t : asks_.times) {
      const auto numbers = distribution.state_times(t);
      if (!numbers) return far("state-times", t);
      for (const Reward& reward : subject_.rewards) {
        std::vector<Enclosure> earned = *numbers;
        for (std::size_t v = 0; v < reward.values.size(); ++v) multiply(earned[v], reward.values[v]);
        take(earned);
      }
    }
    return tried;
  });
  found.error = std::move(way.error);
  found.escalation = std::move(way.escalation);
  found.shortfall = std::move(way.shortfall);
  return found;
}

}  // namespace phasic
