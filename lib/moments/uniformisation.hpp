// Distribution functions by steps: the chain is walked one step at a time (in continuous time, the steps of a
// Poisson process at the largest rate q: Jensen 1953), and what happens at time t is the sum over k of the
// Poisson weight of k and what happened in k steps. Everything is a sum of positive numbers, so densities,
// distribution and survival functions come out with relative accuracy, in both tails, down to 1e-280 - at a
// price proportional to q t.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "moments/chain.hpp"

namespace phasic {

/// What is said of R at one point t.
struct Point {
  double density = 0;       ///< in discrete time P(R = t); in continuous time without the atom at 0
  double distribution = 0;  ///< P(R <= t)
  double survival = 0;      ///< P(R > t)
};

/// The whole steps in a time of discrete time. What is walked does not take 2^63, so beyond it all are the
/// same.
[[nodiscard]] inline std::uint64_t whole_steps(double t) {
  return static_cast<std::uint64_t>(std::min(t, 0x1p63));
}

/// exp(-mean) mean^k / k! for k = 0, 1, ..., found from the mode outwards, each from its neighbour, so that
/// the relative error of a weight is about as many units of roundoff as it is steps away.
class PoissonWeights {
 public:
  explicit PoissonWeights(double mean);
  [[nodiscard]] std::uint64_t mode() const { return mode_; }
  [[nodiscard]] double at_mode() const { return at_mode_; }
  /// From the weight of k to that of k + 1, or k - 1.
  [[nodiscard]] double up(double weight, std::uint64_t k) const {
    return weight * (mean_ / static_cast<double>(k + 1));
  }
  [[nodiscard]] double down(double weight, std::uint64_t k) const {
    return weight * (static_cast<double>(k) / mean_);
  }
  /// A bound on the sum of all weights beyond k, where k > mean, from that of k.
  [[nodiscard]] double beyond(double weight, std::uint64_t k) const {
    return weight * mean_ / (static_cast<double>(k + 1) - mean_);
  }
  /// The same for those below k < mean.
  [[nodiscard]] double below(double weight, std::uint64_t k) const {
    return weight * static_cast<double>(k) / (mean_ - static_cast<double>(k));
  }

 private:
  double mean_;
  std::uint64_t mode_;
  double at_mode_;
};

/// Those weights from k = 0 on, as many as can be seen, and for each how likely k is exceeded. `mean` > 0.
struct PoissonTable {
  explicit PoissonTable(double mean);
  std::vector<double> weights;
  std::vector<double> beyond;
};

/// The same for a mean of at most 1.
struct FewPoissonSteps {
  explicit FewPoissonSteps(double mean);
  static constexpr std::size_t count = 24;  // 1/24! < 1e-23
  std::array<double, count> weights;
  std::array<double, count> beyond;
};

/// The chain with probabilities of a step for rates: in continuous time rates and exits over `rate`, which is
/// no less than any at which a state is left, and the rest stays. As it is in discrete time, and where
/// nothing ever moves.
Chain with_steps(Chain chain, double rate);

/// The edges of a chain by where they lead, in the order of where they come from. States with equally many
/// stand together, so that a processor can tell how long each sum will be.
struct IncomingEdges {
  explicit IncomingEdges(const Chain& chain);
  std::vector<std::uint32_t> states;  ///< of each row: where its edges lead
  Adjacency sources;                  ///< by row
  std::vector<double> rates;
};

/// Walks as far as it is asked to and remembers what happened, so that further points cost a sum each.
class Walk {
 public:
  explicit Walk(Chain chain);

  [[nodiscard]] const Chain& chain() const { return chain_; }
  /// Steps per unit of R: q, in discrete time 1.
  [[nodiscard]] double rate() const { return rate_; }
  /// Multiply-adds of a walk that finds out about t.
  [[nodiscard]] double cost(double t) const;
  /// Whether nothing is left after so many steps; walks there.
  bool ends_within(double steps) { return step(static_cast<std::uint64_t>(steps)).alive == 0; }
  /// Multiply-adds of a step.
  [[nodiscard]] double step_cost() const;
  /// At t >= 0, which in discrete time is rounded down.
  Point at(double t);
  /// The same, and by how much each number can be wrong (infinite where nothing is known), where the rates
  /// that the chain was made of are exact but for so many units of roundoff, what the start lacks to 1
  /// but for `atom_error`.
  struct Bounded {
    Point value;
    Point error;
  };
  Bounded bounded_at(double t, double rate_count, double atom_error);
  /// How fast the density changes at most, in continuous time, about t > 0, which is exact but for
  /// `time_count` units of roundoff.
  double steepest_density(double t, double rate_count, double time_count);

  /// By state of the chain: the probability of being there at time t, and the expected time spent there until
  /// then (in discrete time: visits before t).
  struct Occupation {
    std::vector<double> probability;
    std::vector<double> time;
  };
  [[nodiscard]] Occupation occupation(double t) const;
  /// The same with bounds, for a chain made of rates that are exact but for so many units of roundoff.
  struct BoundedOccupation {
    Occupation value;
    Occupation error;
  };
  [[nodiscard]] BoundedOccupation bounded_occupation(double t, double rate_count) const;

  /// Probabilities by state, and of being absorbed; where it is not empty, also the expected time spent in
  /// each state until then (in discrete time visits before then).
  struct State {
    std::vector<double> states;
    double gone = 0;
    std::vector<double> times = {};
  };
  [[nodiscard]] State start() const { return {chain_.start, chain_.atom}; }
  [[nodiscard]] State state(std::size_t state) const;
  /// One step.
  void advance(State& now) const;
  /// So many Poisson steps on average, at most 1.
  void drift(State& now, double mean) const;
  /// Visits the probabilities by state after no step, one step, ..., so many steps.
  template <class Visit>
  void follow(std::uint64_t steps, Visit visit) const {
    std::vector<double> states = chain_.start;
    std::vector<double> scratch(states.size());
    for (std::uint64_t k = 0;; ++k) {
      visit(k, states);
      if (k == steps) return;
      advance(states, scratch);
    }
  }

 private:
  struct Step {
    double leaving = 0;  // absorbed in the next step
    double gone = 0;     // absorbed so far
    double alive = 0;
  };
  /// One step of a vector of probabilities by state.
  void advance(std::vector<double>& states, std::vector<double>& scratch) const;
  [[nodiscard]] Step summary(const std::vector<double>& states, double gone) const;
  /// What there is to say after k steps; walks there.
  const Step& step(std::uint64_t k);
  /// A sum over steps, and the first and the last of these.
  struct Weighted {
    Point point;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
  };
  Weighted weighted(double mean);
  [[nodiscard]] double steps_rounded(double steps) const;
  [[nodiscard]] double count_of_sum(const Weighted& of, double mean, double rate_count) const;
  [[nodiscard]] Point continuous_error(const Weighted& of, double mean, double rate_count) const;
  [[nodiscard]] Point discrete_error(const Point& point, double t, double rate_count) const;
  [[nodiscard]] Occupation continuous_error(const Occupation& of, double t, double rate_count) const;
  [[nodiscard]] BoundedOccupation discrete_occupation(double t, double rate_count) const;
  [[nodiscard]] double moved_by_staying(std::uint64_t k, double staying, double Step::*part) const;

  double rate_;
  Chain chain_;  // of steps
  IncomingEdges incoming_;
  std::vector<double> states_;  // where the walk is
  std::vector<double> scratch_;
  std::vector<Step> steps_;
};

}  // namespace phasic
