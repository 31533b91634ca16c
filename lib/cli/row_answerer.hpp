// Answers blocks of theta rows, in order: the columns of a question, then those of a distribution. One
// evaluator and one distribution a thread.
#pragma once

#include <span>
#include <vector>

#include "cli/theta.hpp"
#include "moments/ask.hpp"
#include "moments/enclosed_ask.hpp"
#include "moments/evaluate.hpp"

namespace phasic {

class RowAnswerer {
 public:
  RowAnswerer(const Graph& graph, const Trace& trace, const Question& question, const Asking& asking,
              unsigned jobs);

  /// Rows worth handing over at once.
  [[nodiscard]] std::size_t block_size() const;
  /// One answer a row; a row that is bad already stays so.
  std::vector<Answer> answer(std::span<const ThetaRow> rows);

 private:
  void answer_part(std::size_t thread, std::span<const ThetaRow> rows, std::span<Answer> answers);
  /// What is asked of a distribution, to be added to what is asked of moments.
  Answer asked_at(const Theta& theta, std::size_t thread);
  void add_asked(Answer found, Answer& row) const;

  std::size_t value_count_;
  Precision::Bounds bounds_;
  bool is_asked_;
  unsigned jobs_;
  std::vector<Evaluator> evaluators_;  // none where the question has no columns
  // None where nothing is asked of a distribution; one kind where something is.
  std::vector<AskAnswerer> ask_answerers_;
  std::vector<EnclosedAnswerer> enclosed_answerers_;
};

}  // namespace phasic
