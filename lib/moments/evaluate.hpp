// Answers questions about a graph at one theta after another, from its trace.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "moments/precision.hpp"
#include "moments/statistic.hpp"
#include "trace/trace.hpp"

namespace phasic {

struct Question {
  std::vector<Statistic> statistics;
  std::vector<double> reward;  ///< by vertex, >= 0; empty asks for the time (or number of steps) itself
  Precision precision;
};

/// A result. `decimal` is empty unless the value is beyond a double's range (1.5e400): then `value` is inf or
/// 0 and the decimal says what it is.
struct Number {
  double value = 0;
  std::string decimal;
};

struct Answer {
  std::vector<Number> values;  ///< one per statistic; NaN in each where there is an error
  bool infinite = false;       ///< with positive probability the reward never stops growing
  std::string error;           ///< why this theta is bad: a rate is negative or no number
  std::string escalation;      ///< why doubles gave way to MPFR, empty if they did not
};

/// Holds the scratch of a replay: one per thread. Graph and trace outlive it.
class Evaluator {
 public:
  /// Throws InternalError if the trace is not one of this graph.
  Evaluator(const Graph& graph, const Trace& trace, Question question);
  ~Evaluator();
  Evaluator(Evaluator&&) noexcept;

  /// `theta` has one finite number per parameter. Never throws for what theta says.
  Answer answer(std::span<const double> theta);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace phasic
