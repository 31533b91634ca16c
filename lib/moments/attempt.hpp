// One attempt at one theta, in any scalar: terms, weights, solves, columns.
#pragma once

#include <algorithm>
#include <cfenv>
#include <iterator>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "moments/complaint.hpp"
#include "moments/solutions.hpp"
#include "moments/summary.hpp"
#include "moments/task.hpp"
#include "moments/zero_rates.hpp"
#include "replay/replay.hpp"
#include "replay/terms.hpp"

namespace phasic {

/// The plan's ingredients at one theta, and the derivatives of each by every parameter.
template <class Scalar>
struct Ingredients {
  std::vector<Tracked<Scalar>> values;
  std::vector<std::vector<Tracked<Scalar>>> derivatives;  ///< by parameter
};

/// Sum over classes of the weight's derivative times what a change of the weight does; one lane of it.
template <class Scalar>
Tracked<Scalar> derivative(const ClassSums<Scalar>& sums, const std::vector<Scalar>& weights,
                           std::size_t lane, std::size_t lanes) {
  Scalar zero = weights.front();
  set(zero, 0.0);
  Tracked<Scalar> sum(zero);
  Scalar slope = zero;
  for (std::size_t c = 0; c < weights.size(); ++c) {
    if (is_zero(weights[c])) continue;
    const Scalar& gained = sums.gained[c * lanes + lane];
    const Scalar& lost = sums.lost[c * lanes + lane];
    set(slope, weights[c]);
    add_product(sum.value, slope, gained);
    multiply(slope, -1.0);
    add_product(sum.value, slope, lost);
    take_magnitude(slope);
    add_product(sum.scale, slope, gained);
    add_product(sum.scale, slope, lost);
  }
  return sum;
}

template <class Scalar>
Tracked<Scalar> difference(const Scalar& gained, Scalar lost) {
  Tracked<Scalar> result(gained);
  add(result.scale, lost);
  multiply(lost, -1.0);
  add(result.value, lost);
  return result;
}

template <class Scalar>
Ingredients<Scalar> ingredients_in(const Task& task, const Solution<Scalar>& solution,
                                   const std::vector<std::vector<Scalar>>& weight_gradients, std::size_t row,
                                   std::size_t lane, std::size_t lanes) {
  Ingredients<Scalar> result;
  for (const std::vector<Scalar>& values : solution.ingredients)
    result.values.emplace_back(values[row * lanes + lane]);
  if (!task.plan.has_gradients()) return result;
  for (const auto& changes : solution.changes) {
    auto& derivatives = result.derivatives.emplace_back();
    for (const auto& change : changes)
      derivatives.push_back(difference(change.gained[row], change.lost[row]));
  }
  if (!solution.changes.empty()) return result;
  for (const std::vector<Scalar>& weights : weight_gradients) {
    auto& derivatives = result.derivatives.emplace_back();
    for (const ClassSums<Scalar>& sums : solution.sensitivities)
      derivatives.push_back(derivative(sums, weights, lane, lanes));
  }
  return result;
}

/// The columns, from their ingredients.
template <class Scalar>
class Summary {
 public:
  Summary(const Task& task, Ingredients<Scalar> ingredients, const ZeroRates& zero_rates, std::size_t row = 0)
      : task_(task), ingredients_(std::move(ingredients)), zero_rates_(zero_rates), row_(row) {
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
        attempt.answer.values.push_back(Number{value_at_infinity(column), ""});
        continue;
      }
      if (column.parameter && has_no_gradient(column)) {
        attempt.answer.values.push_back(Number{std::numeric_limits<double>::quiet_NaN(), ""});
        continue;
      }
      const Tracked<Scalar> found = evaluate(column);
      if (found.is_doubtful) attempt.doubt = Doubt::cancellation;
      attempt.answer.values.push_back(to_number(found.value));
    }
    if (range_of(ingredients_.values.front().value) == Range::left) attempt.doubt = Doubt::range;
    return attempt;
  }

 private:
  [[nodiscard]] Tracked<Scalar> evaluate(const Statistic& column) const {
    if (!column.parameter) {
      return result_of(
          column_value(column, task_.plan, std::span<const Tracked<Scalar>>(ingredients_.values)));
    }
    return result_of(
        column_value(column, task_.plan, std::span<const Dual<Tracked<Scalar>>>(duals_[*column.parameter])));
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
  std::size_t row_;
  std::vector<std::vector<Dual<Tracked<Scalar>>>> duals_;
};

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

  Attempt at(std::span<const double> theta) {
    std::feclearexcept(FE_ALL_EXCEPT);
    const std::vector<Scalar> terms = evaluate_terms(task_.graph.terms(), theta, zero_);
    weights_ = class_weights(task_.trace, std::span<const Scalar>(terms));
    if (range_of(zero_) == Range::left) return {{}, Doubt::range};
    if (std::string error = complaint_about(task_.graph, task_.trace, weights_); !error.empty()) {
      return {task_.bad(std::move(error)), Doubt::none};
    }
    zero_rates_ = {};
    slopes_.clear();
    if (task_.plan.has_gradients())
      slopes_ = weight_gradients(task_.trace, task_.graph.terms(), theta, zero_);
    return task_.plan.is_plain() ? Summary<Scalar>(task_, replayed(), zero_rates_).run() : solved();
  }

 private:
  Ingredients<Scalar> replayed() {
    auto moments = replay_->moments(weights_, task_.plan.reward(0), task_.plan.order(0), {});
    if (moments.met_closed_state) {
      cut();
      moments = replay_->moments(weights_, task_.plan.reward(0), task_.plan.order(0), zero_rates_.cuts);
    }
    Ingredients<Scalar> result;
    for (Scalar& number : moments.scaled) result.values.emplace_back(std::move(number));
    return result;
  }

  Attempt solved() {
    if (solver_->factor(weights_, zero_rates_.cuts)) {
      cut();
      static_cast<void>(solver_->factor(weights_, zero_rates_.cuts));
    }
    const Solution<Scalar> solution =
        Solutions<Scalar>(task_.plan, task_.trace, *solver_, weights_, zero_rates_.cuts, slopes_).run();
    Attempt attempt;
    for (std::size_t row = 0; row < task_.row_count; ++row) {
      Ingredients<Scalar> found = ingredients_in(task_, solution, slopes_, row, 0, 1);
      Attempt part = Summary<Scalar>(task_, std::move(found), zero_rates_, row).run();
      std::ranges::move(part.answer.values, std::back_inserter(attempt.answer.values));
      attempt.answer.infinite = attempt.answer.infinite || part.answer.infinite;
      if (part.doubt != Doubt::none) attempt.doubt = part.doubt;
    }
    return attempt;
  }

  /// What was computed so far is void.
  void cut() {
    std::vector<std::vector<bool>> varies;
    for (const std::vector<Scalar>& slopes : slopes_) varies.push_back(not_zero(slopes));
    zero_rates_ = examine_zero_rates(task_, not_zero(weights_), varies);
    std::feclearexcept(FE_ALL_EXCEPT);
  }

  const Task& task_;
  Scalar zero_;
  std::unique_ptr<Replay<Scalar>> replay_;
  std::unique_ptr<Solver<Scalar>> solver_;
  std::vector<Scalar> weights_;
  std::vector<std::vector<Scalar>> slopes_;  // by parameter, by class
  ZeroRates zero_rates_;
};

}  // namespace phasic
