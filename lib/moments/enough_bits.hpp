// How many bits are tried, and when no more are.
#pragma once

#include <functional>
#include <string>

#include "moments/bounded.hpp"
#include "moments/precision.hpp"
#include "moments/task.hpp"

namespace phasic {

/// Bits of what is asked, before any error.
double bits_asked(const Precision& precision);
/// With so many it is taken that nothing is left of a number that cancels: it is 0, or has no value, or lies
/// in the middle between two decimals.
double most_bits(const Precision& precision);
/// Doubled until they hold what is needed.
unsigned more_bits(double bits, double needed);
/// Why more bits were needed, empty for `Doubt::none`.
std::string reason_of(Doubt doubt, const Precision& precision);

/// What came of an attempt in so many bits.
struct Tried {
  Doubt doubt = Doubt::none;
  double missing_bits = 0;    ///< how many more it would have taken, where that is known
  bool is_imprecise = false;  ///< some number is, whatever else is in doubt
  std::string error = {};     ///< no attempt will do

  /// Of one number among others.
  void add(const Bounded& number);
};

/// What Answer says of the way to it.
struct Escalation {
  std::string error = {};
  std::string escalation = {};
  std::string shortfall = {};
};

/// Attempts in more and more MPFR bits, from what is asked on, until nothing is in doubt.
Escalation escalate(const Precision& precision, const std::function<Tried(unsigned bits, Chance)>& attempt);

}  // namespace phasic
