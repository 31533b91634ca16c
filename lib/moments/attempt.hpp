// One attempt at one theta, in any scalar: terms, weights, solves, columns.
#pragma once

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <iterator>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "moments/bounded.hpp"
#include "moments/complaint.hpp"
#include "moments/solutions.hpp"
#include "moments/summary.hpp"
#include "moments/task.hpp"
#include "moments/zero_rates.hpp"
#include "replay/replay.hpp"

namespace phasic {

/// The plan's ingredients at one theta, and the derivatives of each by every parameter.
template <class Scalar>
struct Ingredients {
  std::vector<Tracked<Scalar>> values;
  std::vector<std::vector<Tracked<Scalar>>> derivatives;  ///< by parameter
  std::vector<double> theta;                              ///< where there are derivatives
};

/// Sum over classes of the weight's derivative times what a change of the weight does; one lane of it.
/// `counts` of the derivatives, empty where they are exact; `count` of the sums.
template <class Scalar>
Tracked<Scalar> derivative(const ClassSums<Scalar>& sums, const std::vector<Scalar>& slopes,
                           std::span<const double> counts, double count, std::size_t lane,
                           std::size_t lanes) {
  Scalar zero = slopes.front();
  set(zero, 0.0);
  Tracked<Scalar> sum(zero);
  for (std::size_t c = 0; c < slopes.size(); ++c) {
    Tracked<Scalar> slope = with_count(slopes[c], counts.empty() ? 0 : counts[c]);
    if (is_zero(slope)) continue;
    add_product(sum, slope, with_count(sums.gained[c * lanes + lane], count));
    multiply(slope, -1.0);
    add_product(sum, slope, with_count(sums.lost[c * lanes + lane], count));
  }
  return sum;
}

template <class Scalar>
Tracked<Scalar> difference(const Scalar& gained, const Scalar& lost, double count) {
  Tracked<Scalar> result = with_count(gained, count);
  Tracked<Scalar> less = with_count(lost, count);
  multiply(less, -1.0);
  add(result, less);
  return result;
}

/// Whether the solves rounded at all: a double cannot tell.
enum class Solves { exact, rounded };

/// `lane` of one row. The counts are those of the plan, at the rates' exactness.
template <class Scalar>
Ingredients<Scalar> ingredients_in(const Task& task, const Solution<Scalar>& solution,
                                   const Rates<Scalar>& rates, Solves solves, std::size_t row,
                                   std::size_t lane, std::size_t lanes) {
  const auto at = [&](Count count) {
    if (solves == Solves::exact) count.fixed = 0;
    return count.at(rates.count, rates.slope_count);
  };
  Ingredients<Scalar> result;
  for (std::size_t q = 0; q < solution.ingredients.size(); ++q) {
    const Scalar& value = solution.ingredients[q][row * lanes + lane];
    result.values.push_back(with_count(value, at(task.roundings.values[q])));
  }
  if (!task.plan.has_gradients()) return result;
  result.theta = rates.theta;
  for (const auto& changes : solution.changes) {
    auto& derivatives = result.derivatives.emplace_back();
    for (std::size_t q = 0; q < changes.size(); ++q) {
      derivatives.push_back(
          difference(changes[q].gained[row], changes[q].lost[row], at(task.roundings.changes[q])));
    }
  }
  if (!solution.changes.empty()) return result;
  for (std::size_t p = 0; p < rates.slopes.size(); ++p) {
    auto& derivatives = result.derivatives.emplace_back();
    const auto counts = rates.slope_counts.empty() ? std::span<const double>{} : rates.slope_counts[p];
    for (std::size_t q = 0; q < solution.sensitivities.size(); ++q) {
      derivatives.push_back(derivative(solution.sensitivities[q], rates.slopes[p], counts,
                                       at(task.roundings.changes[q]), lane, lanes));
    }
  }
  return result;
}

/// The columns, from their ingredients.
template <class Scalar>
class Summary {
 public:
  Summary(const Task& task, Ingredients<Scalar> ingredients, const ZeroRates& zero_rates, Chance chance,
          std::size_t row = 0)
      : task_(task),
        ingredients_(std::move(ingredients)),
        zero_rates_(zero_rates),
        chance_(chance),
        row_(row) {
    for (const auto& derivatives : ingredients_.derivatives) {
      auto& duals = duals_.emplace_back();
      for (std::size_t q = 0; q < derivatives.size(); ++q)
        duals.push_back({ingredients_.values[q], derivatives[q]});
    }
  }

  Attempt run() {
    Attempt attempt;
    attempt.answer.values.reserve(task_.question.columns.size());
    for (const Statistic& column : task_.question.columns) {
      if (is_infinite(column)) {
        attempt.answer.infinite = true;
        take({to_number(value_at_infinity(column)), {}}, attempt);
      } else if (column.parameter && has_no_gradient(column)) {
        take({to_number(std::numeric_limits<double>::quiet_NaN()), {}}, attempt);
      } else {
        take(evaluate(column), attempt);
      }
    }
    if (range_of(ingredients_.values.front().value) == Range::left) attempt.doubt = Doubt::range;
    return attempt;
  }

 private:
  void take(Bounded column, Attempt& attempt) const {
    attempt.answer.values.push_back(std::move(column.value));
    if (task_.question.precision.bounds == Precision::Bounds::told)
      attempt.answer.bounds.push_back(std::move(column.error));
    if (column.standing == Standing::proven) return;
    attempt.doubt =
        std::max(attempt.doubt, column.standing == Standing::lost ? Doubt::cancellation : Doubt::imprecise);
    attempt.missing_bits = std::max(attempt.missing_bits, column.missing_bits);
    attempt.is_imprecise = attempt.is_imprecise || column.standing == Standing::imprecise;
  }
  [[nodiscard]] Bounded evaluate(const Statistic& column) const {
    const Precision& precision = task_.question.precision;
    if (!column.parameter) {
      return bounded(column_value(column, task_.plan, std::span<const Tracked<Scalar>>(ingredients_.values)),
                     {}, precision, chance_);
    }
    const auto dual =
        column_value(column, task_.plan, std::span<const Dual<Tracked<Scalar>>>(duals_[*column.parameter]));
    return bounded(dual.derivative, yardstick_of(dual.value, ingredients_.theta[*column.parameter]),
                   precision, chance_);
  }
  /// Derivatives change sign: near that, each is compared with its statistic, by the part of theta.
  static Yardstick yardstick_of(const Tracked<Scalar>& value, double parameter) {
    if (parameter == 0 || is_lost(value)) return {};
    Scalar one = value.value;
    set(one, parameter);
    return {share(value.value, one)};
  }
  [[nodiscard]] bool is_infinite(const Statistic& column) const {
    if (zero_rates_.infinite.empty()) return false;
    if (column.kind == StatisticKind::sojourn || column.kind == StatisticKind::visits)
      return zero_rates_.endless[row_];
    if (column.kind == StatisticKind::atom || task_.plan.rows() == Rows::absorbing) return false;
    return is_infinite(column.reward) || (takes_two_rewards(column.kind) && is_infinite(column.other));
  }
  [[nodiscard]] bool is_infinite(std::size_t reward) const {
    return task_.plan.rows() == Rows::states ? zero_rates_.infinite_from[reward][row_]
                                             : zero_rates_.infinite[reward];
  }
  /// Not so for the time in a row's state, which is about the chain as it starts.
  [[nodiscard]] bool starts_in_row(StatisticKind kind) const {
    return task_.plan.rows() == Rows::states && !takes_no_reward(kind);
  }
  [[nodiscard]] bool has_no_gradient(const Statistic& column) const {
    if (zero_rates_.without_gradient.empty()) return false;
    return starts_in_row(column.kind) ? zero_rates_.without_gradient_from[*column.parameter][row_]
                                      : zero_rates_.without_gradient[*column.parameter];
  }
  // A moment of what is infinite is so too; what it has in common with others, or how fast, has no value.
  static double value_at_infinity(const Statistic& column) {
    return column.parameter || takes_two_rewards(column.kind) ? std::numeric_limits<double>::quiet_NaN()
                                                              : std::numeric_limits<double>::infinity();
  }

  const Task& task_;
  const Ingredients<Scalar> ingredients_;
  const ZeroRates& zero_rates_;
  Chance chance_;
  std::size_t row_;
  std::vector<std::vector<Dual<Tracked<Scalar>>>> duals_;
};

/// Appends the answer of a row to those of the rows before it.
inline void add_row(Attempt part, Attempt& all) {
  std::ranges::move(part.answer.values, std::back_inserter(all.answer.values));
  std::ranges::move(part.answer.bounds, std::back_inserter(all.answer.bounds));
  all.answer.infinite = all.answer.infinite || part.answer.infinite;
  all.doubt = std::max(all.doubt, part.doubt);
  all.missing_bits = std::max(all.missing_bits, part.missing_bits);
  all.is_imprecise = all.is_imprecise || part.is_imprecise;
}

template <class Scalar>
std::vector<bool> not_zero(const std::vector<Scalar>& numbers) {
  std::vector<bool> result;
  for (const Scalar& number : numbers) result.push_back(!is_zero(number));
  return result;
}

/// Attempts one theta after another in one arithmetic.
template <class Scalar>
class Attempts {
 public:
  Attempts(const Task& task, Scalar zero, std::unique_ptr<Replay<Scalar>> replay,
           std::unique_ptr<Solver<Scalar>> solver)
      : task_(task), zero_(std::move(zero)), replay_(std::move(replay)), solver_(std::move(solver)) {}

  Attempt at(const Theta& theta, Chance chance) {
    std::feclearexcept(FE_ALL_EXCEPT);
    rates_ = task_.rates.at(theta, zero_, chance);
    if (range_of(zero_) == Range::left) return {{}, Doubt::range};
    // A rate that may be 0, or negative, or neither: more digits have to decide.
    if (std::isinf(rates_.count) && chance == Chance::another) return {{}, Doubt::cancellation};
    if (std::string error = complaint_about(task_.graph, task_.trace, rates_.weights); !error.empty()) {
      return {task_.bad(std::move(error)), Doubt::none};
    }
    zero_rates_ = {};
    forget_rounding(zero_);
    const Solution<Scalar> solution = task_.plan.is_plain() ? replayed() : solved();
    const Solves solves = may_have_rounded(zero_) ? Solves::rounded : Solves::exact;
    return summary(solution, solves, chance);
  }

 private:
  Solution<Scalar> replayed() {
    auto moments = replay_->moments(rates_.weights, task_.plan.reward(0), task_.plan.order(0), {});
    if (moments.met_closed_state) {
      cut();
      moments = replay_->moments(rates_.weights, task_.plan.reward(0), task_.plan.order(0), zero_rates_.cuts);
    }
    Solution<Scalar> solution;
    for (Scalar& number : moments.scaled) solution.ingredients.push_back({std::move(number)});
    return solution;
  }

  Solution<Scalar> solved() {
    if (solver_->factor(rates_.weights, zero_rates_.cuts)) {
      cut();
      static_cast<void>(solver_->factor(rates_.weights, zero_rates_.cuts));
    }
    return Solutions<Scalar>(task_.plan, task_.trace, *solver_, rates_.weights, zero_rates_.cuts,
                             rates_.slopes)
        .run();
  }

  Attempt summary(const Solution<Scalar>& solution, Solves solves, Chance chance) {
    Attempt attempt;
    for (std::size_t row = 0; row < task_.row_count; ++row) {
      Ingredients<Scalar> found = ingredients_in(task_, solution, rates_, solves, row, 0, 1);
      add_row(Summary<Scalar>(task_, std::move(found), zero_rates_, chance, row).run(), attempt);
    }
    return attempt;
  }

  /// What was computed so far is void.
  void cut() {
    std::vector<std::vector<bool>> varies;
    for (const std::vector<Scalar>& slopes : rates_.slopes) varies.push_back(not_zero(slopes));
    zero_rates_ = examine_zero_rates(task_, not_zero(rates_.weights), varies);
    std::feclearexcept(FE_ALL_EXCEPT);
  }

  const Task& task_;
  Scalar zero_;
  std::unique_ptr<Replay<Scalar>> replay_;
  std::unique_ptr<Solver<Scalar>> solver_;
  Rates<Scalar> rates_;
  ZeroRates zero_rates_;
};

}  // namespace phasic
