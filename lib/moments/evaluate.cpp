#include "moments/evaluate.hpp"

#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "moments/attempt.hpp"
#include "moments/pack_attempt.hpp"

namespace phasic {

namespace {

// Bits beyond which it is taken that nothing is left at all: the statistic is 0, or has no value.
constexpr unsigned most_bits_against_cancellation = 4096;

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

  template <class Scalar, class Arithmetic>
  std::unique_ptr<Attempts<Scalar>> attempts(Scalar zero, Arithmetic arithmetic) {
    if (task.plan.is_plain())
      return std::make_unique<Attempts<Scalar>>(task, zero, make_replay(task.trace, arithmetic), nullptr);
    return std::make_unique<Attempts<Scalar>>(task, zero, nullptr, make_solver(task.trace, arithmetic));
  }

  Attempt with_mpfr(std::span<const double> theta, unsigned bits) {
    if (!mpfr || mpfr_bits != bits) {
      mpfr = attempts(Mpfr(bits), static_cast<mpfr_prec_t>(bits));
      mpfr_bits = bits;
    }
    return mpfr->at(theta);
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
    if (!plain) plain = attempts(0.0, task.question.simd);
    Attempt attempt = plain->at(theta);
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
      pack = make_pack_attempt(task);
    }
    return pack.get();
  }

  Task task;
  std::unique_ptr<Attempts<double>> plain;
  std::unique_ptr<Attempts<Mpfr>> mpfr;
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
