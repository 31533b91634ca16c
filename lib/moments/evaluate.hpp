// Answers questions about a graph at one theta after another, from its trace.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "moments/number.hpp"
#include "moments/question.hpp"
#include "moments/theta.hpp"
#include "trace/trace.hpp"

namespace phasic {

struct Answer {
  std::vector<Number> values;       ///< one per column, row after row; NaN in each where there is an error
  bool infinite = false;            ///< with positive probability a reward never stops growing
  std::string error = {};           ///< why this theta is bad: a rate is negative or no number
  std::string escalation = {};      ///< why doubles gave way to MPFR, empty if they did not
  std::string shortfall = {};       ///< what could not be made as precise as was asked, empty if all is
  std::vector<Number> bounds = {};  ///< of the error of each value, where these are to be told
};

/// Holds the scratch of a replay: one per thread. Graph and trace outlive it.
class Evaluator {
 public:
  /// Throws InternalError if the trace is not one of this graph.
  Evaluator(const Graph& graph, const Trace& trace, Question question);
  ~Evaluator();
  Evaluator(Evaluator&&) noexcept;

  /// `theta` has one finite number per parameter. Never throws for what theta says.
  Answer answer(const Theta& theta);
  /// The same for many thetas, one in each lane of the processor's vectors: faster, and bit for bit the same.
  std::vector<Answer> answers(std::span<const Theta> thetas);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace phasic
