#include "moments/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <limits>
#include <optional>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "replay/arithmetic.hpp"
#include "replay/cuts.hpp"
#include "replay/replay.hpp"
#include "replay/terms.hpp"

namespace phasic {

namespace {

// A variance below this share of the squared mean has lost seven of a double's sixteen digits.
constexpr double cancellation_limit = 1e-7;
// Rows of probabilities may add up to this much (4 units of roundoff above 1).
constexpr double largest_row_sum = 1 + 2 * std::numeric_limits<double>::epsilon();

double to_double(double number) {
  return number;
}
double to_double(const Mpfr& number) {
  return number.to_double();
}

Number to_number(double number) {
  return {number, ""};
}

Number to_number(const Mpfr& number) {
  Number result{number.to_double(), ""};
  const bool beyond_range = std::isinf(result.value)
                                ? is_finite(number)
                                : std::fabs(result.value) < std::numeric_limits<double>::min();
  if (beyond_range && !is_zero(number)) {
    char* text = nullptr;
    if (mpfr_asprintf(&text, "%.17Rg", number.get()) >= 0) {
      result.decimal = text;
      mpfr_free_str(text);
    }
  }
  return result;
}

unsigned highest_order(const Question& question) {
  unsigned order = 1;
  for (const Statistic& statistic : question.statistics) order = std::max(order, order_needed(statistic));
  return order;
}

/// k! times the scaled moment of order k.
template <class Scalar>
Scalar raw_moment(const std::vector<Scalar>& scaled, unsigned order) {
  Scalar moment = scaled[order - 1];
  for (unsigned k = 2; k <= order; ++k) multiply(moment, static_cast<double>(k));
  return moment;
}

template <class Scalar>
Scalar variance(const std::vector<Scalar>& scaled) {
  Scalar result = raw_moment(scaled, 2);
  Scalar negated_mean = scaled[0];
  multiply(negated_mean, -1.0);
  add_product(result, negated_mean, scaled[0]);
  return result;
}

template <class Scalar>
Scalar value_of(const Statistic& statistic, const std::vector<Scalar>& scaled) {
  return statistic.kind == StatisticKind::variance ? variance(scaled)
                                                   : raw_moment(scaled, order_needed(statistic));
}

/// `1 - 2 coalescence`, for messages.
std::string formula_text(const Terms& terms, std::span<const double> coefficients) {
  std::string text;
  for (std::size_t t = 0; t < coefficients.size(); ++t) {
    const double c = coefficients[t];
    if (c == 0) continue;
    text += text.empty() ? (c < 0 ? "-" : "") : (c < 0 ? " - " : " + ");
    const std::size_t p = t - 1;
    if (t == 0)
      text += shortest_text(std::fabs(c));
    else if (std::fabs(c) != 1)
      text += shortest_text(std::fabs(c)) + " ";
    if (t > 0)
      text +=
          p < terms.parameters.size() ? terms.parameters[p] : terms.derived[p - terms.parameters.size()].name;
  }
  return text;
}

}  // namespace

/// One attempt at an answer in one kind of arithmetic.
template <class Scalar>
class Attempt {
 public:
  Attempt(const Graph& graph, const Trace& trace, const Question& question, Scalar zero,
          std::unique_ptr<Replay<Scalar>> replay)
      : graph_(graph),
        trace_(trace),
        question_(question),
        zero_(std::move(zero)),
        replay_(std::move(replay)) {
    if (question.reward.empty()) return;
    for (const VertexId vertex : trace.vertices()) {
      rewards_.push_back(question.reward[vertex]);
      has_reward_.push_back(question.reward[vertex] > 0);
    }
  }

  /// Nothing where the floating-point flags say that this arithmetic's range does not do.
  std::optional<Answer> run(std::span<const double> theta) {
    const std::vector<Scalar> terms = evaluate_terms(graph_.terms(), theta, zero_);
    const std::vector<Scalar> weights = class_weights(trace_, std::span<const Scalar>(terms));
    if (out_of_range()) return std::nullopt;
    if (std::string error = complaint(weights); !error.empty()) return bad(std::move(error));
    const unsigned order = highest_order(question_);
    auto moments = replay_->moments(weights, rewards_, order, {});
    if (moments.met_closed_state) {
      const Cuts cuts = find_cuts(trace_, positive(weights), has_reward_);
      if (cuts.infinite) return infinite();
      std::feclearexcept(FE_ALL_EXCEPT);
      moments = replay_->moments(weights, rewards_, order, cuts.positions);
    }
    Answer answer;
    for (const Statistic& statistic : question_.statistics) {
      const Scalar value = value_of(statistic, moments.scaled);
      if (statistic.kind == StatisticKind::variance)
        note_cancellation(to_double(value), to_double(moments.scaled[0]));
      answer.values.push_back(to_number(value));
    }
    if (out_of_range()) return std::nullopt;
    return answer;
  }

  [[nodiscard]] bool has_cancelled() const { return has_cancelled_; }

 private:
  static bool out_of_range() {
    return std::is_same_v<Scalar, double> && std::fetestexcept(FE_OVERFLOW | FE_UNDERFLOW) != 0;
  }

  void note_cancellation(double variance, double mean) {
    has_cancelled_ = mean != 0 && !(variance > cancellation_limit * mean * mean);
  }

  static std::vector<bool> positive(const std::vector<Scalar>& weights) {
    std::vector<bool> result;
    for (const Scalar& weight : weights) result.push_back(!is_zero(weight));
    return result;
  }

  Answer bad(std::string error) const {
    const Number nan{std::numeric_limits<double>::quiet_NaN(), ""};
    return {std::vector<Number>(question_.statistics.size(), nan), false, std::move(error), ""};
  }

  Answer infinite() const {
    const Number infinity{std::numeric_limits<double>::infinity(), ""};
    return {std::vector<Number>(question_.statistics.size(), infinity), true, "", ""};
  }

  std::string complaint(const std::vector<Scalar>& weights) const {
    for (ClassId c = 0; c < weights.size(); ++c) {
      if (is_finite(weights[c]) && !is_negative(weights[c])) continue;
      return fmt::format("{} is {} ({}); rates are finite and >= 0", edge_text(c),
                         is_negative(weights[c]) ? "negative" : "not finite",
                         formula_text(graph_.terms(), graph_.coefficients(c)) + " = " +
                             shortest_text(to_double(weights[c])));
    }
    return trace_.time() == TimeKind::discrete ? row_sum_complaint(weights) : "";
  }

  // The first edge of the class: one state to look at says more than a formula.
  std::string edge_text(ClassId edge_class) const {
    const auto edge = static_cast<std::uint32_t>(std::ranges::find(graph_.classes(), edge_class) -
                                                 graph_.classes().begin());
    const auto row = std::ranges::upper_bound(graph_.row_offsets(), edge) - graph_.row_offsets().begin() - 1;
    if (graph_.state_length() == 0)
      return fmt::format("the rate from vertex {} to {}", row, graph_.targets()[edge]);
    return fmt::format("the rate from state {} to {}", graph_.state_text(static_cast<VertexId>(row)),
                       graph_.state_text(graph_.targets()[edge]));
  }

  std::string row_sum_complaint(const std::vector<Scalar>& weights) const {
    const Adjacency& rows = trace_.rows();
    for (std::size_t i = 0; i < trace_.transient_count(); ++i) {
      Scalar sum = zero_;
      for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e)
        add(sum, weights[trace_.edge_classes()[e]]);
      if (to_double(sum) <= largest_row_sum) continue;
      return fmt::format("the probabilities out of state {} add up to {}; at most 1 is right",
                         graph_.state_text(trace_.vertices()[i]), shortest_text(to_double(sum)));
    }
    return "";
  }

  const Graph& graph_;
  const Trace& trace_;
  const Question& question_;
  Scalar zero_;
  std::unique_ptr<Replay<Scalar>> replay_;
  std::vector<double> rewards_;   // by position
  std::vector<bool> has_reward_;  // by position; empty: all
  bool has_cancelled_ = false;
};

struct Evaluator::Implementation {
  Implementation(const Graph& graph_in, const Trace& trace_in, Question question_in)
      : graph(graph_in), trace(trace_in), question(std::move(question_in)) {}

  Answer with_mpfr(std::span<const double> theta, unsigned bits) {
    if (!mpfr)
      mpfr = std::make_unique<Attempt<Mpfr>>(graph, trace, question, Mpfr(static_cast<mpfr_prec_t>(bits)),
                                             make_replay(trace, static_cast<mpfr_prec_t>(bits)));
    return *mpfr->run(theta);
  }

  Answer escalated(std::span<const double> theta, const char* reason) {
    Answer answer = with_mpfr(theta, default_mpfr_bits);
    answer.escalation = reason;
    return answer;
  }

  Answer answer(std::span<const double> theta) {
    if (question.precision.kind == Precision::Kind::mpfr) return with_mpfr(theta, question.precision.bits);
    if (!plain) plain = std::make_unique<Attempt<double>>(graph, trace, question, 0.0, make_replay(trace));
    std::feclearexcept(FE_ALL_EXCEPT);
    auto attempt = plain->run(theta);
    if (!attempt) return escalated(theta, "a number is beyond the range of doubles");
    if (attempt->error.empty() && !attempt->infinite && plain->has_cancelled()) {
      return escalated(theta, "the variance cancels");
    }
    return std::move(*attempt);
  }

  const Graph& graph;
  const Trace& trace;
  Question question;
  std::unique_ptr<Attempt<double>> plain;
  std::unique_ptr<Attempt<Mpfr>> mpfr;
};

Evaluator::Evaluator(const Graph& graph, const Trace& trace, Question question)
    : implementation_(std::make_unique<Implementation>(graph, trace, std::move(question))) {
  if (graph.structure_hash() != trace.structure_hash() || graph.terms().count() != trace.term_count() ||
      graph.transient_count() != trace.transient_count() || graph.class_count() != trace.class_count()) {
    throw InternalError({"", "the trace is not one of this graph", "", {}});
  }
}

Evaluator::~Evaluator() = default;
Evaluator::Evaluator(Evaluator&&) noexcept = default;

Answer Evaluator::answer(std::span<const double> theta) {
  return implementation_->answer(theta);
}

}  // namespace phasic
