// Where a chain is at times, and how long it has been where until then, in as many bits as it takes.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "moments/enclosed_attempt.hpp"
#include "moments/written.hpp"

namespace phasic {

/// What is asked of where a chain is: at times, and until times.
struct StateAsks {
  std::vector<Written> probabilities;
  std::vector<Written> times;
  Derivatives derivatives = Derivatives::none;
};

class EnclosedStates {
 public:
  EnclosedStates(const Graph& graph, const Trace& trace, std::span<const Reward> rewards, StateAsks asks,
                 const Precision& precision)
      : subject_(graph, trace, rewards, precision, asks.derivatives), asks_(std::move(asks)) {}

  struct Found {
    /// The times once for each reward, then the derivatives of each column by every parameter; by vertex.
    std::vector<std::vector<Bounded>> columns;
    std::string error = {};
    std::string escalation = {};
    std::string shortfall = {};
  };
  Found answer(const Theta& theta) const;

 private:
  EnclosedSubject subject_;
  StateAsks asks_;
};

}  // namespace phasic
