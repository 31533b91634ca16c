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
      row_count(row_vertices(graph, question.rows).size()) {}

Answer Task::all(double value) const {
  return {std::vector<Number>(question.columns.size() * row_count, Number{value, ""}), false, "", ""};
}

Answer Task::bad(std::string error) const {
  Answer answer = all(std::numeric_limits<double>::quiet_NaN());
  answer.error = std::move(error);
  return answer;
}

Range range_of(double) {
  return std::fetestexcept(FE_OVERFLOW | FE_UNDERFLOW) != 0 ? Range::left : Range::kept;
}
Range range_of(const Mpfr&) {
  return Range::kept;
}

}  // namespace phasic
