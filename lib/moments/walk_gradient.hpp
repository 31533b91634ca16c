// Derivatives of distribution functions by steps (uniformisation.hpp): with the rate q of the Poisson process
// held, only the matrix of a step depends on theta, and the derivative of what happens in k steps follows
// from that in k - 1 by one more sum. So the derivative at t is the same sum over Poisson weights, exact but
// for rounding; digits are lost only where what is gained and what is lost cancel.
#pragma once

#include <cstdint>
#include <vector>

#include "moments/chain.hpp"
#include "moments/uniformisation.hpp"

namespace phasic {

/// Walks as far as it is asked to and remembers, as Walk does.
class WalkGradient {
 public:
  explicit WalkGradient(ChainGradient gradient);

  /// States of the chain.
  [[nodiscard]] std::size_t size() const { return chain_.size(); }
  [[nodiscard]] double rate() const { return rate_; }
  /// Multiply-adds of finding out about t, and how many steps that takes.
  [[nodiscard]] double cost(double t) const;
  [[nodiscard]] double steps(double t) const;
  /// Multiply-adds of a step.
  [[nodiscard]] double step_cost() const;
  /// Whether nothing is left after so many steps, and no derivative moves; walks there.
  bool ends_within(double steps);

  /// At t >= 0: derivatives by each parameter. In discrete time t is rounded down.
  std::vector<Point> at(double t);
  /// By parameter, then by state of the chain. Starts anew for every t.
  [[nodiscard]] std::vector<Walk::Occupation> occupation(double t) const;

 private:
  /// How a probability of a step from there changes with a parameter.
  struct Slope {
    std::uint32_t from;
    double by;
  };
  struct Parameter {
    // Between states, staying included, by where the step leads; states with equally many together.
    std::vector<std::uint32_t> states;
    std::vector<std::uint32_t> offsets;
    std::vector<Slope> slopes;
    std::vector<Slope> exits;
    double largest_row = 0;  // of the sums of magnitudes in a row
  };
  /// Where a walk is, and by parameter how that changes.
  struct Place {
    std::vector<double> states;
    std::vector<std::vector<double>> changes;
  };
  /// After some steps, by one parameter.
  struct Step {
    double leaving = 0;  // of the probability of being absorbed in the next step
    double gone = 0;     // of that of having been absorbed
    double alive = 0;
    double size = 0;          // sum of magnitudes of the states' derivatives
    double largest_size = 0;  // of this step and all before
    double largest_gone = 0;  // |gone|, likewise
  };
  void add_slopes(const ChainNumbers& slopes);
  void advance(Place& place, std::vector<double>& scratch) const;
  void remember();
  [[nodiscard]] Step summary(std::size_t parameter, double gone) const;
  /// Whether all steps beyond the last known are like it.
  [[nodiscard]] bool is_over() const;
  /// Walks so far that this step is known, or nothing is left.
  void reach(std::uint64_t k);
  [[nodiscard]] const Step& step(std::size_t parameter, std::uint64_t k) const;
  Point weighted(std::size_t parameter, double mean);

  double rate_;
  Chain chain_;  // of steps
  IncomingEdges incoming_;
  std::vector<Parameter> parameters_;
  std::vector<double> atoms_;  // derivatives of the atom
  Place start_;
  Place now_;
  std::vector<double> scratch_;
  std::vector<double> alive_;             // by step
  std::vector<std::vector<Step>> steps_;  // by parameter, then by step
};

}  // namespace phasic
