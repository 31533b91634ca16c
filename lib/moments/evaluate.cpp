#include "moments/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "base/error.hpp"
#include "moments/attempt.hpp"
#include "moments/enough_bits.hpp"
#include "moments/pack_attempt.hpp"

namespace phasic {

namespace {

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

  Attempt with_mpfr(const Theta& theta, unsigned bits, Chance chance) {
    if (!mpfr || mpfr_bits != bits) {
      mpfr = attempts(Mpfr(bits), static_cast<mpfr_prec_t>(bits));
      mpfr_bits = bits;
    }
    return mpfr->at(theta, chance);
  }

  // As many bits as it takes.
  Answer with_enough_bits(const Theta& theta, unsigned bits, Doubt reason) {
    const Precision& precision = task.question.precision;
    const double most = most_bits(precision);
    const auto chance = [&] { return bits >= most ? Chance::last : Chance::another; };
    Attempt attempt = with_mpfr(theta, bits, chance());
    while (attempt.doubt != Doubt::none && chance() == Chance::another) {
      reason = attempt.doubt;
      bits = more_bits(2.0 * bits, bits + attempt.missing_bits);
      attempt = with_mpfr(theta, bits, chance());
    }
    // What is lost with so many bits is taken to be 0: an answer.
    if (attempt.is_imprecise) attempt.answer.shortfall = reason_of(Doubt::imprecise, precision);
    if (reason != Doubt::none)
      attempt.answer.escalation = reason_of(reason, precision) + ": computed in mpfr:" + std::to_string(bits);
    return std::move(attempt.answer);
  }

  Answer answer(const Theta& theta) {
    const Precision& precision = task.question.precision;
    if (precision.kind == Precision::Kind::mpfr)
      return with_enough_bits(theta, more_bits(precision.bits, bits_asked(precision)), Doubt::none);
    if (precision.kind == Precision::Kind::doubles) return in_doubles(theta);
    if (precision.digits > most_double_digits)
      return with_enough_bits(theta, more_bits(default_mpfr_bits, bits_asked(precision)), Doubt::imprecise);
    const Attempt attempt = plain_attempts().at(theta, Chance::another);
    if (attempt.doubt == Doubt::none) return attempt.answer;
    constexpr double bits = std::numeric_limits<double>::digits;
    return with_enough_bits(theta, more_bits(default_mpfr_bits, bits + attempt.missing_bits), attempt.doubt);
  }

  Answer in_doubles(const Theta& theta) {
    const Precision& precision = task.question.precision;
    Attempt attempt = plain_attempts().at(theta, Chance::last);
    if (attempt.doubt == Doubt::range)
      return task.bad(reason_of(attempt.doubt, precision) + "; --precision auto computes it");
    attempt.answer.shortfall = reason_of(attempt.doubt, precision);
    if (attempt.doubt == Doubt::cancellation && attempt.is_imprecise)
      attempt.answer.shortfall += ", and " + reason_of(Doubt::imprecise, precision);
    return std::move(attempt.answer);
  }

  Attempts<double>& plain_attempts() {
    if (!plain) plain = attempts(0.0, task.question.simd);
    return *plain;
  }

  std::vector<Answer> answers(std::span<const Theta> thetas) {
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
    const Precision& precision = task.question.precision;
    if (thetas < fewest || precision.kind == Precision::Kind::mpfr || precision.digits > most_double_digits)
      return nullptr;
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

Answer Evaluator::answer(const Theta& theta) {
  return implementation_->answer(theta);
}

std::vector<Answer> Evaluator::answers(std::span<const Theta> thetas) {
  return implementation_->answers(thetas);
}

}  // namespace phasic
