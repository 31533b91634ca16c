// Answers blocks of theta rows, in order, with one evaluator a thread.
#pragma once

#include <span>
#include <vector>

#include "cli/theta.hpp"
#include "moments/evaluate.hpp"

namespace phasic {

class RowAnswerer {
 public:
  RowAnswerer(const Graph& graph, const Trace& trace, const Question& question, unsigned jobs);

  /// Rows worth handing over at once.
  [[nodiscard]] std::size_t block_size() const;
  /// One answer a row; a row that is bad already stays so.
  std::vector<Answer> answer(std::span<const ThetaRow> rows);

 private:
  void answer_part(Evaluator& evaluator, std::span<const ThetaRow> rows, std::span<Answer> answers) const;
  std::size_t column_count_;
  std::vector<Evaluator> evaluators_;
};

}  // namespace phasic
