// What an evaluator works on from theta to theta, and what an attempt at one theta leaves.
#pragma once

#include <string>

#include "graph/graph.hpp"
#include "moments/evaluate.hpp"
#include "moments/plan.hpp"
#include "trace/trace.hpp"

namespace phasic {

struct Task {
  Task(const Graph& graph_in, const Trace& trace_in, Question question_in);

  /// The same value in every place of an answer.
  [[nodiscard]] Answer all(double value) const;
  [[nodiscard]] Answer bad(std::string error) const;

  const Graph& graph;
  const Trace& trace;
  Question question;
  Plan plan;
  std::size_t row_count;
};

enum class Doubt { none, range, cancellation };

struct Attempt {
  Answer answer;
  Doubt doubt = Doubt::none;  ///< why another arithmetic has to be asked
};

enum class Range { kept, left };

/// What doubles cannot hold leaves its mark in the processor; MPFR's range is never left.
Range range_of(double);
Range range_of(const Mpfr&);

}  // namespace phasic
