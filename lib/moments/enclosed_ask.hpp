// Answers what is asked of distributions in as many bits as it takes: numbers that are as exact as was asked,
// by proof. ask.hpp has them in doubles.
#pragma once

#include <span>
#include <vector>

#include "moments/ask.hpp"
#include "moments/enclosed_attempt.hpp"

namespace phasic {

/// At one theta after another; one per thread.
class EnclosedAnswerer {
 public:
  /// What bounds are asked for, the precision says. Throws InputError as AskAnswerer.
  EnclosedAnswerer(const Graph& graph, const Trace& trace, std::span<const Reward> rewards, Asking asking,
                   const Precision& precision);

  [[nodiscard]] std::size_t column_count() const { return asks_.size() * (1 + subject_.parameter_count); }
  /// One value for each ask, then the derivatives of each; where there is an error, NaN in each. Throws as
  /// EnclosedDistribution does.
  Answer answer(const Theta& theta) const;

 private:
  EnclosedSubject subject_;
  std::vector<Ask> asks_;
};

}  // namespace phasic
