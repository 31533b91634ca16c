#include "moments/evaluate.hpp"

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <limits>
#include <optional>

#include "base/error.hpp"
#include "moments/complaint.hpp"
#include "moments/summary.hpp"
#include "replay/cuts.hpp"
#include "replay/replay.hpp"
#include "replay/terms.hpp"

namespace phasic {

namespace {

// What is left of the largest addend: less, and a double has lost seven of its sixteen digits.
constexpr double least_share_in_doubles = 1e-7;
// Bits beyond which it is taken that nothing is left at all: the statistic is 0, or has no value.
constexpr unsigned most_bits_against_cancellation = 4096;

double least_share(double) {
  return least_share_in_doubles;
}
double least_share(const Mpfr& number) {
  // A double's 53 bits, and 20 for the rounding of the addends.
  return std::min(least_share_in_doubles, std::exp2(73.0 - static_cast<double>(number.bits())));
}

enum class Range { kept, left };

// What doubles cannot hold leaves its mark in the processor; MPFR's range is never left.
Range range_of(double) {
  return std::fetestexcept(FE_OVERFLOW | FE_UNDERFLOW) != 0 ? Range::left : Range::kept;
}
Range range_of(const Mpfr&) {
  return Range::kept;
}

unsigned highest_order(const std::vector<Statistic>& statistics) {
  unsigned order = 1;
  for (const Statistic& statistic : statistics) order = std::max(order, order_needed(statistic));
  return order;
}

/// What is fixed from theta to theta.
struct Task {
  Task(const Graph& graph_in, const Trace& trace_in, Question question_in)
      : graph(graph_in),
        trace(trace_in),
        question(std::move(question_in)),
        order(highest_order(question.statistics)) {
    if (question.reward.empty()) return;
    for (const VertexId vertex : trace.vertices()) {
      rewards.push_back(question.reward[vertex]);
      has_reward.push_back(question.reward[vertex] > 0);
    }
  }

  [[nodiscard]] Answer all(double value) const {
    return {std::vector<Number>(question.statistics.size(), Number{value, ""}), false, "", ""};
  }
  [[nodiscard]] Answer bad(std::string error) const {
    Answer answer = all(std::numeric_limits<double>::quiet_NaN());
    answer.error = std::move(error);
    return answer;
  }
  [[nodiscard]] Answer infinite() const {
    Answer answer = all(std::numeric_limits<double>::infinity());
    answer.infinite = true;
    return answer;
  }

  const Graph& graph;
  const Trace& trace;
  Question question;
  unsigned order;
  std::vector<double> rewards;   // by position; empty: 1 everywhere
  std::vector<bool> has_reward;  // by position; empty: all
};

enum class Doubt { none, range, cancellation };

struct Attempt {
  Answer answer;
  Doubt doubt = Doubt::none;  ///< why another arithmetic has to be asked
};

template <class Scalar>
Attempt summarise(const Task& task, const std::vector<Scalar>& scaled) {
  Attempt attempt;
  for (const Statistic& statistic : task.question.statistics) {
    const Estimate<Scalar> found = estimate(statistic, scaled, least_share(scaled[0]));
    if (found.is_doubtful) attempt.doubt = Doubt::cancellation;
    attempt.answer.values.push_back(to_number(found.value));
  }
  if (range_of(scaled[0]) == Range::left) attempt.doubt = Doubt::range;
  return attempt;
}

template <class Scalar>
std::vector<bool> positive(const std::vector<Scalar>& weights) {
  std::vector<bool> result;
  for (const Scalar& weight : weights) result.push_back(!is_zero(weight));
  return result;
}

template <class Scalar>
Attempt attempt_at(const Task& task, std::span<const double> theta, Replay<Scalar>& replay,
                   const Scalar& zero) {
  std::feclearexcept(FE_ALL_EXCEPT);
  const std::vector<Scalar> terms = evaluate_terms(task.graph.terms(), theta, zero);
  const std::vector<Scalar> weights = class_weights(task.trace, std::span<const Scalar>(terms));
  if (range_of(zero) == Range::left) return {{}, Doubt::range};
  if (std::string error = complaint_about(task.graph, task.trace, weights); !error.empty()) {
    return {task.bad(std::move(error)), Doubt::none};
  }
  auto moments = replay.moments(weights, task.rewards, task.order, {});
  if (moments.met_closed_state) {
    const Cuts cuts = find_cuts(task.trace, positive(weights), task.has_reward);
    if (cuts.infinite) return {task.infinite(), Doubt::none};
    std::feclearexcept(FE_ALL_EXCEPT);
    moments = replay.moments(weights, task.rewards, task.order, cuts.positions);
  }
  return summarise(task, moments.scaled);
}

/// Thetas side by side. Lanes in which anything is out of the ordinary are left to a single attempt.
class PackAttempt {
 public:
  PackAttempt(const Task& task, std::unique_ptr<PackReplay> replay)
      : task_(task), replay_(std::move(replay)), weights_(task.trace.class_count() * lanes()) {}

  [[nodiscard]] std::size_t lanes() const { return replay_->lanes(); }

  /// At most `lanes()` thetas; nothing where one has to be asked alone.
  std::vector<std::optional<Answer>> run(std::span<const std::span<const double>> thetas) {
    std::vector<std::optional<Answer>> answers(thetas.size());
    std::vector<bool> sound(thetas.size());
    std::feclearexcept(FE_ALL_EXCEPT);
    for (std::size_t lane = 0; lane < lanes(); ++lane) {
      // Lanes without a theta repeat the first one.
      const bool is_sound = load(lane, thetas[lane < thetas.size() ? lane : 0]);
      if (lane < thetas.size()) sound[lane] = is_sound;
    }
    if (range_of(0.0) == Range::left) return answers;
    const std::vector<double> scaled = replay_->moments(weights_, task_.rewards, task_.order);
    if (range_of(0.0) == Range::left) return answers;
    for (std::size_t lane = 0; lane < thetas.size(); ++lane) {
      if (sound[lane]) answers[lane] = answer_in(lane, scaled);
    }
    return answers;
  }

 private:
  bool load(std::size_t lane, std::span<const double> theta) {
    const auto terms = evaluate_terms(task_.graph.terms(), theta, 0.0);
    const auto weights = class_weights(task_.trace, std::span<const double>(terms));
    const bool is_sound = std::ranges::all_of(weights, [](double w) { return w >= 0 && std::isfinite(w); });
    // A lane without meaning must not disturb its neighbours' floating-point flags.
    for (std::size_t c = 0; c < weights.size(); ++c)
      weights_[c * lanes() + lane] = is_sound ? weights[c] : 1.0;
    return is_sound;
  }

  std::optional<Answer> answer_in(std::size_t lane, const std::vector<double>& packed) const {
    std::vector<double> scaled(task_.order);
    for (unsigned k = 0; k < task_.order; ++k) scaled[k] = packed[k * lanes() + lane];
    if (!std::ranges::all_of(scaled, [](double m) { return m > 0 && std::isfinite(m); })) return std::nullopt;
    Attempt attempt = summarise(task_, scaled);
    if (attempt.doubt != Doubt::none) return std::nullopt;
    return std::move(attempt.answer);
  }

  const Task& task_;
  std::unique_ptr<PackReplay> replay_;
  std::vector<double> weights_;
};

// Before the first use: a trace that came down a pipe says itself whose it is.
const Trace& require_trace_of(const Graph& graph, const Trace& trace) {
  if (graph.structure_hash() != trace.structure_hash() || graph.terms().count() != trace.term_count() ||
      graph.transient_count() != trace.transient_count() || graph.class_count() != trace.class_count()) {
    throw InternalError({"", "the trace is not one of this graph", "", {}});
  }
  return trace;
}

}  // namespace

struct Evaluator::Implementation {
  Implementation(const Graph& graph, const Trace& trace, Question question)
      : task(graph, trace, std::move(question)) {}

  Attempt with_mpfr(std::span<const double> theta, unsigned bits) {
    const auto precision = static_cast<mpfr_prec_t>(bits);
    if (!mpfr || mpfr_bits != bits) mpfr = make_replay(task.trace, precision);
    mpfr_bits = bits;
    return attempt_at(task, theta, *mpfr, Mpfr(precision));
  }

  // As many bits as it takes until the cancellation leaves a double's worth.
  Answer with_enough_bits(std::span<const double> theta, unsigned bits, Doubt reason) {
    Attempt attempt = with_mpfr(theta, bits);
    while (attempt.doubt == Doubt::cancellation && bits < most_bits_against_cancellation) {
      reason = Doubt::cancellation;
      attempt = with_mpfr(theta, bits *= 2);
    }
    if (reason != Doubt::none) {
      attempt.answer.escalation =
          std::string(reason == Doubt::range ? "a number is beyond the range of doubles"
                                             : "a statistic cancels") +
          ": computed in mpfr:" + std::to_string(bits);
    }
    return std::move(attempt.answer);
  }

  Answer answer(std::span<const double> theta) {
    if (task.question.precision.kind == Precision::Kind::mpfr) {
      return with_enough_bits(theta, task.question.precision.bits, Doubt::none);
    }
    if (!plain) plain = make_replay(task.trace, task.question.simd);
    Attempt attempt = attempt_at(task, theta, *plain, 0.0);
    if (attempt.doubt != Doubt::none) return with_enough_bits(theta, default_mpfr_bits, attempt.doubt);
    return std::move(attempt.answer);
  }

  std::vector<Answer> answers(std::span<const std::span<const double>> thetas) {
    std::vector<Answer> result;
    result.reserve(thetas.size());
    while (!thetas.empty()) {
      PackAttempt* const packed = pack_for(thetas.size());
      const auto some = thetas.first(packed == nullptr ? 1 : std::min(packed->lanes(), thetas.size()));
      auto found = packed == nullptr ? std::vector<std::optional<Answer>>(1) : packed->run(some);
      for (std::size_t i = 0; i < some.size(); ++i)
        result.push_back(found[i] ? std::move(*found[i]) : answer(some[i]));
      thetas = thetas.subspan(some.size());
    }
    return result;
  }

  // A pack with few lanes in use costs more than single replays.
  PackAttempt* pack_for(std::size_t thetas) {
    constexpr std::size_t fewest = 4;
    if (thetas < fewest || task.question.precision.kind == Precision::Kind::mpfr) return nullptr;
    if (!has_asked_for_pack) {
      has_asked_for_pack = true;
      if (auto replay = make_pack_replay(task.trace, task.question.simd)) {
        pack = std::make_unique<PackAttempt>(task, std::move(replay));
      }
    }
    return pack.get();
  }

  Task task;
  std::unique_ptr<Replay<double>> plain;
  std::unique_ptr<Replay<Mpfr>> mpfr;
  unsigned mpfr_bits = 0;
  std::unique_ptr<PackAttempt> pack;
  bool has_asked_for_pack = false;
};

Evaluator::Evaluator(const Graph& graph, const Trace& trace, Question question)
    : implementation_(
          std::make_unique<Implementation>(graph, require_trace_of(graph, trace), std::move(question))) {}

Evaluator::~Evaluator() = default;
Evaluator::Evaluator(Evaluator&&) noexcept = default;

Answer Evaluator::answer(std::span<const double> theta) {
  return implementation_->answer(theta);
}

std::vector<Answer> Evaluator::answers(std::span<const std::span<const double>> thetas) {
  return implementation_->answers(thetas);
}

}  // namespace phasic
