#include "moments/pack_attempt.hpp"

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <iterator>

namespace phasic {

namespace {

/// Of each order, from numbers lane by lane within the order.
std::vector<std::vector<double>> by_order(const std::vector<double>& numbers, std::size_t lanes) {
  std::vector<std::vector<double>> result;
  for (auto first = numbers.begin(); first != numbers.end(); first += static_cast<std::ptrdiff_t>(lanes))
    result.emplace_back(first, first + static_cast<std::ptrdiff_t>(lanes));
  return result;
}

}  // namespace

PackAttempt::PackAttempt(const Task& task, Arithmetic arithmetic)
    : task_(task),
      arithmetic_(std::move(arithmetic)),
      lanes_(std::visit([](const auto& one) { return one->lanes(); }, arithmetic_)),
      weights_(task.trace.class_count() * lanes_),
      rates_(lanes_),
      is_sound_(lanes_) {}

std::vector<std::optional<Answer>> PackAttempt::run(std::span<const Theta> thetas) {
  std::vector<std::optional<Answer>> answers(thetas.size());
  std::feclearexcept(FE_ALL_EXCEPT);
  // Lanes without a theta repeat the first one.
  for (std::size_t lane = 0; lane < lanes_; ++lane) load(lane, thetas[lane < thetas.size() ? lane : 0]);
  if (range_of(0.0) == Range::left) return answers;
  const Solution<double> found = std::visit([&](auto& one) { return solution_of(*one); }, arithmetic_);
  if (range_of(0.0) == Range::left) return answers;
  for (std::size_t lane = 0; lane < thetas.size(); ++lane) {
    if (is_sound_[lane]) answers[lane] = answer_in(lane, found);
  }
  return answers;
}

void PackAttempt::load(std::size_t lane, const Theta& theta) {
  rates_[lane] = task_.rates.at(theta, 0.0, Chance::another);
  const std::vector<double>& weights = rates_[lane].weights;
  is_sound_[lane] = std::isfinite(rates_[lane].count) && is_right(weights);
  // A lane without meaning must not disturb its neighbours' floating-point flags.
  for (std::size_t c = 0; c < weights.size(); ++c)
    weights_[c * lanes_ + lane] = is_sound_[lane] ? weights[c] : 0.0;
}

bool PackAttempt::is_right(std::span<const double> weights) const {
  const auto is_rate = [](double weight) { return weight >= 0 && std::isfinite(weight); };
  if (!std::ranges::all_of(weights, is_rate)) return false;
  return task_.trace.time() == TimeKind::continuous ||
         complaint_about(task_.graph, task_.trace, weights).empty();
}

Solution<double> PackAttempt::solution_of(PackReplay& replay) {
  return {by_order(replay.moments(weights_, task_.plan.reward(0), task_.plan.order(0)), lanes_), {}, {}};
}

Solution<double> PackAttempt::solution_of(PackGradients& gradients) {
  MomentGradients found = gradients.moments(weights_, task_.plan.reward(0), task_.plan.order(0));
  for (std::size_t lane = 0; lane < lanes_; ++lane)
    is_sound_[lane] = is_sound_[lane] && !found.met_closed_state[lane];
  return {by_order(found.scaled, lanes_), std::move(found.sums), {}};
}

Solution<double> PackAttempt::solution_of(Solver<double>& solver) {
  const std::vector<bool> no_cuts;
  static_cast<void>(solver.factor(weights_, no_cuts));
  for (std::size_t lane = 0; lane < lanes_; ++lane)
    is_sound_[lane] = is_sound_[lane] && !solver.met_closed_state(lane);
  return Solutions<double>(task_.plan, task_.trace, solver, weights_, no_cuts, {}).run();
}

std::optional<Answer> PackAttempt::answer_in(std::size_t lane, const Solution<double>& solution) const {
  Attempt attempt;
  for (std::size_t row = 0; row < task_.row_count; ++row) {
    auto found = ingredients_in(task_, solution, rates_[lane], Solves::rounded, row, lane, lanes_);
    for (const Tracked<double>& number : found.values) {
      if (!std::isfinite(number.value)) return std::nullopt;  // so where a closed state was met
    }
    add_row(Summary<double>(task_, std::move(found), {}, Chance::another, row).run(), attempt);
    if (attempt.doubt != Doubt::none) return std::nullopt;
  }
  return std::move(attempt.answer);
}

std::unique_ptr<PackAttempt> make_pack_attempt(const Task& task) {
  const Simd simd = task.question.simd;
  if (task.plan.is_plain()) {
    if (auto replay = make_pack_replay(task.trace, simd))
      return std::make_unique<PackAttempt>(task, std::move(replay));
  }
  if (task.plan.is_of_moments()) {
    if (auto gradients = make_pack_gradients(task.trace, simd))
      return std::make_unique<PackAttempt>(task, std::move(gradients));
  }
  if (task.plan.rows() != Rows::start && task.plan.has_gradients()) return nullptr;
  auto solver = make_pack_solver(task.trace, simd);
  return solver ? std::make_unique<PackAttempt>(task, std::move(solver)) : nullptr;
}

}  // namespace phasic
