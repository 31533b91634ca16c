#include "moments/task.hpp"

#include <cfenv>
#include <limits>
#include <utility>

namespace phasic {

Task::Task(const Graph& graph_in, const Trace& trace_in, Question question_in)
    : graph(graph_in),
      trace(trace_in),
      question(std::move(question_in)),
      plan(question, trace),
      roundings(count_roundings(plan, trace)),
      rates(graph, trace, plan.has_gradients() ? RateReader::Slopes::wanted : RateReader::Slopes::none),
      row_count(row_vertices(graph, question.rows).size()) {}

Answer Task::bad(std::string error) const {
  const std::vector<Number> unknown(question.columns.size() * row_count,
                                    to_number(std::numeric_limits<double>::quiet_NaN()));
  Answer answer{unknown};
  answer.error = std::move(error);
  if (question.precision.bounds == Precision::Bounds::told) answer.bounds = unknown;
  return answer;
}

Range range_of(double) {
  return std::fetestexcept(FE_OVERFLOW | FE_UNDERFLOW) != 0 ? Range::left : Range::kept;
}
Range range_of(const Mpfr&) {
  return Range::kept;
}

}  // namespace phasic
