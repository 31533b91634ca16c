// Distribution functions by steps, enclosed: what uniformisation.hpp does in doubles, in MPFR numbers with
// proven ends. A step is a matrix of probabilities (in continuous time of a Poisson process at a rate q of
// which none is larger), everything is a sum of products of numbers >= 0, and what a sum over steps leaves
// out is added to its upper end. What stays put is 1 less a sum, off by a unit of roundoff of 1 at most; over
// time that makes q t such units, whatever the chain.
#pragma once

#include <cstdint>
#include <vector>

#include "moments/enclosed_chain.hpp"

namespace phasic {

/// As Point is.
struct EnclosedPoint {
  Enclosure density;
  Enclosure distribution;
  Enclosure survival;
};

/// Probabilities by state of the chain, and of being absorbed.
struct EnclosedState {
  std::vector<Enclosure> states;
  Enclosure gone;
};

/// One step of a chain.
class EnclosedSteps {
 public:
  EnclosedSteps(EnclosedChain chain, mpfr_prec_t bits);

  [[nodiscard]] TimeKind time() const { return chain_.time; }
  [[nodiscard]] mpfr_prec_t bits() const { return bits_; }
  [[nodiscard]] std::size_t size() const { return chain_.size(); }
  /// Steps per unit of R: q, in discrete time 1. A number as it is.
  [[nodiscard]] const Mpfr& rate() const { return rate_; }
  [[nodiscard]] const Enclosure& atom() const { return chain_.atom; }
  /// Whether a state is left for good.
  [[nodiscard]] bool has_exits() const { return has_exits_; }
  /// Whether a rate may be 0, and is not known to be: then no sum over steps ends, so do not ask.
  [[nodiscard]] bool is_vague() const { return is_vague_; }
  /// Multiply-adds of a step.
  [[nodiscard]] double step_cost() const;
  /// Jumps until t as a rule, near enough.
  [[nodiscard]] double jumps_until(const Mpfr& t) const;
  /// Steps until what happens after so many jumps is known to so many bits.
  [[nodiscard]] double steps_for(double jumps) const;

  [[nodiscard]] EnclosedState start() const { return {chain_.start, chain_.atom}; }
  [[nodiscard]] EnclosedState state(std::size_t state) const;
  void advance(EnclosedState& now) const;
  /// So many Poisson steps on average: each number of its own as exact as the bits allow.
  void drift(EnclosedState& now, const Enclosure& mean) const;
  /// What is absorbed in the next step, and who is alive.
  [[nodiscard]] Enclosure leaving(const EnclosedState& now) const;
  [[nodiscard]] Enclosure alive(const EnclosedState& now) const;
  /// In continuous time.
  [[nodiscard]] EnclosedPoint point(const EnclosedState& now) const;

 private:
  void take_steps();

  EnclosedChain chain_;
  mpfr_prec_t bits_;
  Mpfr rate_;
  bool has_exits_ = false;
  bool is_vague_ = false;
};

/// Poisson weights from 0 on: each from the one before.
class EnclosedWeights {
 public:
  explicit EnclosedWeights(const Enclosure& mean);
  [[nodiscard]] const Enclosure& weight() const { return weight_; }
  [[nodiscard]] std::uint64_t number() const { return number_; }
  void advance();
  /// At least all weights after this one; not a number before the mean.
  [[nodiscard]] Mpfr beyond() const;

 private:
  Enclosure mean_;
  Enclosure weight_;
  std::uint64_t number_ = 0;
};

/// Walks as far as it is asked to and remembers what happened, so that further points cost a sum each.
class EnclosedWalk {
 public:
  /// `steps` outlives it.
  explicit EnclosedWalk(const EnclosedSteps& steps);

  /// In continuous time.
  EnclosedPoint at(const Enclosure& t);
  /// In discrete time.
  EnclosedPoint after(std::uint64_t steps);

 private:
  struct Step {
    Enclosure leaving;
    Enclosure gone;
    Enclosure alive;
  };
  const Step& step(std::uint64_t k);

  const EnclosedSteps& steps_;
  EnclosedState state_;
  std::vector<Step> done_;
};

/// In continuous time, by state: the expected time spent there until t, from where the chain is; in discrete
/// time, visits before t.
std::vector<Enclosure> enclosed_times(const EnclosedSteps& steps, EnclosedState from, const Enclosure& t);
std::vector<Enclosure> enclosed_visits(const EnclosedSteps& steps, std::uint64_t before);

}  // namespace phasic
