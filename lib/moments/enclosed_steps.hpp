// Distribution functions by steps, enclosed: what uniformisation.hpp does in doubles, in MPFR numbers with
// proven ends. A step is a matrix of probabilities (in continuous time of a Poisson process at a rate q of
// which none is larger), everything is a sum of products of numbers >= 0, and what a sum over steps leaves
// out is added to its upper end. What stays put is 1 less a sum, off by a unit of roundoff of 1 at most; over
// time that makes q t such units, whatever the chain.
//
// Numbers that carry their derivative (SlopedEnclosure) go the same way: with q held, the derivative of a sum
// over steps is the sum over their derivatives, and what that leaves out is bounded as well.
// docs/numerics.md, section 5.
#pragma once

#include <cstdint>
#include <vector>

#include "moments/enclosed_chain.hpp"
#include "moments/enclosed_sum.hpp"
#include "moments/enclosed_weights.hpp"

namespace phasic {

/// As Point is.
template <class Number>
struct PointOf {
  Number density;
  Number distribution;
  Number survival;
};
using EnclosedPoint = PointOf<Enclosure>;

/// Probabilities by state of the chain, and of being absorbed.
template <class Number>
struct StateOf {
  std::vector<Number> states;
  Number gone;
};
using EnclosedState = StateOf<Enclosure>;

/// One step of a chain.
template <class Number>
class StepsOf {
 public:
  StepsOf(ChainOf<Number> chain, mpfr_prec_t bits);

  [[nodiscard]] TimeKind time() const { return chain_.time; }
  [[nodiscard]] mpfr_prec_t bits() const { return bits_; }
  [[nodiscard]] std::size_t size() const { return chain_.size(); }
  /// Steps per unit of R: q, in discrete time 1. A number as it is.
  [[nodiscard]] const Mpfr& rate() const { return rate_; }
  [[nodiscard]] const Number& atom() const { return chain_.atom; }
  /// Whether a state is left for good, or would be.
  [[nodiscard]] bool has_exits() const { return has_exits_; }
  /// Whether a rate may be 0, and is not known to be, or nothing is known of a slope: then no sum over steps
  /// ends, so do not ask.
  [[nodiscard]] bool is_vague() const { return is_vague_; }
  /// Multiply-adds of a product, and of a step.
  static constexpr double products = is_sloped<Number> ? 3 : 1;
  [[nodiscard]] double step_cost() const;
  /// Jumps until t as a rule, near enough.
  [[nodiscard]] double jumps_until(const Mpfr& t) const;
  /// Steps until what happens after so many jumps is known to so many bits.
  [[nodiscard]] double steps_for(double jumps) const;

  [[nodiscard]] StateOf<Number> start() const { return {chain_.start, chain_.atom}; }
  [[nodiscard]] StateOf<Number> state(std::size_t state) const;
  void advance(StateOf<Number>& now) const;
  /// So many Poisson steps on average: each number of its own as exact as the bits allow.
  void drift(StateOf<Number>& now, const Enclosure& mean) const;
  /// What is absorbed in the next step, and who is alive.
  [[nodiscard]] Number leaving(const StateOf<Number>& now) const;
  [[nodiscard]] Number alive(const StateOf<Number>& now) const;
  /// In continuous time.
  [[nodiscard]] PointOf<Number> point(const StateOf<Number>& now) const;

  /// From the start on.
  struct Presences {
    Presence alive;
    Presence leaving;
    Presence gone;
  };
  [[nodiscard]] Presences presence() const;
  /// By state, and the last of being gone.
  [[nodiscard]] std::vector<Presence> presence_after(const StateOf<Number>& now) const;
  /// The most that probabilities come to that come to `now` at the last weight, over all weights after it.
  [[nodiscard]] Most rest(const EnclosedWeights& weights, const Most& now) const;
  /// The most by which a slope of probabilities grows in a step, per probability.
  [[nodiscard]] const Mpfr& largest_change() const { return largest_change_; }

 private:
  void take_steps();
  void find_largest_change();

  ChainOf<Number> chain_;
  mpfr_prec_t bits_;
  Mpfr rate_;
  Mpfr largest_change_{error_bits};
  bool has_exits_ = false;
  bool is_vague_ = false;
};
using EnclosedSteps = StepsOf<Enclosure>;
using SlopedSteps = StepsOf<SlopedEnclosure>;

extern template class StepsOf<Enclosure>;
extern template class StepsOf<SlopedEnclosure>;

}  // namespace phasic
