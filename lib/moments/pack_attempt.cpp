#include "moments/pack_attempt.hpp"

#include <algorithm>
#include <cfenv>
#include <cmath>

#include "moments/attempt.hpp"

namespace phasic {

std::vector<std::optional<Answer>> PackAttempt::run(std::span<const std::span<const double>> thetas) {
  std::vector<std::optional<Answer>> answers(thetas.size());
  std::vector<bool> sound(thetas.size());
  std::feclearexcept(FE_ALL_EXCEPT);
  for (std::size_t lane = 0; lane < lanes(); ++lane) {
    // Lanes without a theta repeat the first one.
    const bool is_sound = load(lane, thetas[lane < thetas.size() ? lane : 0]);
    if (lane < thetas.size()) sound[lane] = is_sound;
  }
  if (range_of(0.0) == Range::left) return answers;
  const std::vector<double> scaled = replay_->moments(weights_, task_.plan.reward(0), task_.plan.order(0));
  if (range_of(0.0) == Range::left) return answers;
  for (std::size_t lane = 0; lane < thetas.size(); ++lane) {
    if (sound[lane]) answers[lane] = answer_in(lane, scaled);
  }
  return answers;
}

bool PackAttempt::load(std::size_t lane, std::span<const double> theta) {
  const auto terms = evaluate_terms(task_.graph.terms(), theta, 0.0);
  const auto weights = class_weights(task_.trace, std::span<const double>(terms));
  const bool is_sound = std::ranges::all_of(weights, [](double w) { return w >= 0 && std::isfinite(w); });
  // A lane without meaning must not disturb its neighbours' floating-point flags.
  for (std::size_t c = 0; c < weights.size(); ++c) weights_[c * lanes() + lane] = is_sound ? weights[c] : 1.0;
  return is_sound;
}

std::optional<Answer> PackAttempt::answer_in(std::size_t lane, const std::vector<double>& packed) const {
  Ingredients<double> ingredients;
  for (unsigned k = 0; k < task_.plan.order(0); ++k) {
    const double moment = packed[k * lanes() + lane];
    if (!(moment > 0) || !std::isfinite(moment)) return std::nullopt;
    ingredients.values.emplace_back(moment);
  }
  Attempt attempt = Summary<double>(task_, ingredients, {}).run();
  if (attempt.doubt != Doubt::none) return std::nullopt;
  return std::move(attempt.answer);
}

std::unique_ptr<PackAttempt> make_pack_attempt(const Task& task) {
  if (!task.plan.is_plain()) return nullptr;
  auto replay = make_pack_replay(task.trace, task.question.simd);
  return replay == nullptr ? nullptr : std::make_unique<PackAttempt>(task, std::move(replay));
}

}  // namespace phasic
