// Answers what is asked of distributions in as many bits as it takes: numbers that are as exact as was asked,
// by proof. ask.hpp has them in doubles.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "moments/ask.hpp"
#include "moments/bounded.hpp"
#include "moments/enclosed_derivative.hpp"
#include "moments/enclosed_distribution.hpp"
#include "moments/evaluate.hpp"
#include "moments/written.hpp"

namespace phasic {

/// What is asked about, and how precisely. Graph, trace and rewards outlive it.
struct EnclosedSubject {
  EnclosedSubject(const Graph& graph_in, const Trace& trace_in, std::span<const Reward> rewards_in,
                  const Precision& precision_in, Derivatives derivatives)
      : graph(graph_in),
        trace(trace_in),
        rewards(rewards_in),
        precision(precision_in),
        parameter_count(derivatives == Derivatives::none ? 0 : graph_in.terms().parameters.size()),
        rates(graph_in, trace_in,
              derivatives == Derivatives::none ? RateReader::Slopes::none : RateReader::Slopes::wanted) {}

  const Graph& graph;
  const Trace& trace;
  std::span<const Reward> rewards;
  Precision precision;
  std::size_t parameter_count;  ///< that derivatives are asked by
  RateReader rates;
};

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
