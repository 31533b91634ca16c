#include "moments/enclosed_states.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "moments/ask.hpp"

namespace phasic {

namespace {

constexpr mpfr_prec_t reward_bits = std::numeric_limits<double>::digits;

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
