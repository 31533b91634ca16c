// What an evaluator works on from theta to theta, and what an attempt at one theta leaves.
#pragma once

#include <string>

#include "graph/graph.hpp"
#include "moments/evaluate.hpp"
#include "moments/plan.hpp"
#include "moments/rates.hpp"
#include "moments/roundings.hpp"
#include "trace/trace.hpp"

namespace phasic {

struct Task {
  Task(const Graph& graph_in, const Trace& trace_in, Question question_in);

  /// NaN in every place.
  [[nodiscard]] Answer bad(std::string error) const;

  const Graph& graph;
  const Trace& trace;
  Question question;
  Plan plan;
  Roundings roundings;
  RateReader rates;
  std::size_t row_count;
};

/// Why more bits are needed: a number is beyond the range of doubles, a bound is not good enough, or the
/// addends of a number cancel until nothing is left. The worst comes last.
enum class Doubt { none, imprecise, cancellation, range };

struct Attempt {
  Answer answer;
  Doubt doubt = Doubt::none;
  double missing_bits = 0;    ///< how many more it would have taken, where that is known
  bool is_imprecise = false;  ///< some number is, whatever else is in doubt
};

enum class Range { kept, left };

/// What doubles cannot hold leaves its mark in the processor; MPFR's range is never left.
Range range_of(double);
Range range_of(const Mpfr&);

}  // namespace phasic
