#include "cli/row_answerer.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <iterator>
#include <limits>
#include <thread>
#include <utility>

namespace phasic {

namespace {

constexpr std::size_t rows_per_thread = 1024;

Answer bad_answer(const std::string& error, std::size_t values, Precision::Bounds bounds) {
  const std::vector<Number> unknown(values, to_number(std::numeric_limits<double>::quiet_NaN()));
  Answer answer{unknown};
  answer.error = error;
  if (bounds == Precision::Bounds::told) answer.bounds = unknown;
  return answer;
}

Answer to_answer(const AskAnswer& found) {
  Answer answer;
  answer.error = found.error;
  for (const double value : found.values) {
    answer.values.push_back(to_number(value));
    answer.infinite = answer.infinite || std::isinf(value);
  }
  for (const double bound : found.bounds) answer.bounds.push_back(to_bound(bound));
  return answer;
}

}  // namespace

RowAnswerer::RowAnswerer(const Graph& graph, const Trace& trace, const Question& question,
                         const Asking& asking, unsigned jobs)
    : value_count_(question.columns.size() * row_vertices(graph, question.rows).size()),
      bounds_(question.precision.bounds),
      is_asked_(!asking.asks.empty()),
      jobs_(jobs) {
  for (unsigned i = 0; i < jobs; ++i) {
    if (!question.columns.empty()) evaluators_.emplace_back(graph, trace, question);
    if (!is_asked_) continue;
    if (question.precision.reads_decimals())
      enclosed_answerers_.emplace_back(graph, trace, question.rewards, asking, question.precision);
    else
      ask_answerers_.emplace_back(graph, trace, question.rewards, question.simd, asking);
  }
  if (!ask_answerers_.empty()) value_count_ += ask_answerers_.front().column_count();
  if (!enclosed_answerers_.empty()) value_count_ += enclosed_answerers_.front().column_count();
}

std::size_t RowAnswerer::block_size() const {
  // A distribution costs hundreds of solves.
  if (!enclosed_answerers_.empty()) return jobs_;
  return jobs_ * (ask_answerers_.empty() ? rows_per_thread : rows_per_thread / 64);
}

Answer RowAnswerer::asked_at(const Theta& theta, std::size_t thread) {
  return ask_answerers_.empty() ? enclosed_answerers_[thread].answer(theta)
                                : to_answer(ask_answerers_[thread].answer(theta));
}

void RowAnswerer::add_asked(Answer found, Answer& row) const {
  if (!found.error.empty()) {
    row = bad_answer(found.error, value_count_, bounds_);
    return;
  }
  std::ranges::move(found.values, std::back_inserter(row.values));
  std::ranges::move(found.bounds, std::back_inserter(row.bounds));
  row.infinite = row.infinite || found.infinite;
  if (row.escalation.empty()) row.escalation = std::move(found.escalation);
  if (row.shortfall.empty()) row.shortfall = std::move(found.shortfall);
}

void RowAnswerer::answer_part(std::size_t thread, std::span<const ThetaRow> rows, std::span<Answer> answers) {
  std::vector<Theta> thetas;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].error.empty()) {
      thetas.emplace_back(rows[i].theta, rows[i].decimals);
      places.push_back(i);
    } else {
      answers[i] = bad_answer(rows[i].error, value_count_, bounds_);
    }
  }
  std::vector<Answer> found(thetas.size());
  if (!evaluators_.empty()) found = evaluators_[thread].answers(thetas);
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!found[i].error.empty())
      found[i] = bad_answer(found[i].error, value_count_, bounds_);
    else if (is_asked_)
      add_asked(asked_at(thetas[i], thread), found[i]);
    answers[places[i]] = std::move(found[i]);
  }
}

std::vector<Answer> RowAnswerer::answer(std::span<const ThetaRow> rows) {
  std::vector<Answer> answers(rows.size());
  const std::size_t threads = std::min<std::size_t>(jobs_, rows.size());
  const auto part = [&](std::size_t thread) {
    const std::size_t first = thread * rows.size() / threads;
    const std::size_t last = (thread + 1) * rows.size() / threads;
    answer_part(thread, rows.subspan(first, last - first), std::span(answers).subspan(first, last - first));
  };
  if (threads <= 1) {
    if (threads == 1) part(0);
    return answers;
  }
  // What a worker throws is thrown again here, where it is caught.
  std::vector<std::exception_ptr> problems(threads);
  {
    std::vector<std::jthread> workers;
    for (std::size_t thread = 0; thread < threads; ++thread) {
      workers.emplace_back([&, thread] {
        try {
          part(thread);
        } catch (...) {
          problems[thread] = std::current_exception();
        }
      });
    }
  }
  for (const std::exception_ptr& problem : problems) {
    if (problem) std::rethrow_exception(problem);
  }
  return answers;
}

}  // namespace phasic
