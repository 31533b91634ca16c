// Answers what is asked of distributions in as many bits as it takes: numbers that are as exact as was asked,
// by proof. ask.hpp has them in doubles.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "moments/ask.hpp"
#include "moments/bounded.hpp"
#include "moments/enclosed_distribution.hpp"
#include "moments/evaluate.hpp"
#include "moments/written.hpp"

namespace phasic {

/// At one theta after another; one per thread. Graph, trace and rewards outlive it.
class EnclosedAnswerer {
 public:
  EnclosedAnswerer(const Graph& graph, const Trace& trace, std::span<const Reward> rewards,
                   std::vector<Ask> asks, const Precision& precision);

  [[nodiscard]] std::size_t column_count() const { return asks_.size(); }
  /// One value for each ask; where there is an error, NaN in each. Throws as EnclosedDistribution does.
  Answer answer(const Theta& theta) const;

 private:
  const Graph& graph_;
  const Trace& trace_;
  std::span<const Reward> rewards_;
  std::vector<Ask> asks_;
  Precision precision_;
  RateReader rates_;
};

/// What is asked of where a chain is: at times, and until times.
struct StateAsks {
  std::vector<Written> probabilities;
  std::vector<Written> times;
};

class EnclosedStates {
 public:
  EnclosedStates(const Graph& graph, const Trace& trace, std::span<const Reward> rewards, StateAsks asks,
                 const Precision& precision);

  struct Found {
    std::vector<std::vector<Bounded>> columns;  ///< the times once for each reward; then by vertex
    std::string error = {};
    std::string escalation = {};
    std::string shortfall = {};
  };
  Found answer(const Theta& theta) const;

 private:
  const Graph& graph_;
  const Trace& trace_;
  std::span<const Reward> rewards_;
  StateAsks asks_;
  Precision precision_;
  RateReader rates_;
};

}  // namespace phasic
