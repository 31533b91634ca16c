#include "moments/enough_bits.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace phasic {

double bits_asked(const Precision& precision) {
  return precision.digits > 0 ? std::log2(10.0) * precision.digits : -std::log2(precision.tolerance);
}

double most_bits(const Precision& precision) {
  constexpr double most_against_cancellation = 4096;
  return std::min<double>(most_mpfr_bits, 2 * bits_asked(precision) + most_against_cancellation);
}

unsigned more_bits(double bits, double needed) {
  while (bits < needed && bits < most_mpfr_bits) bits *= 2;
  return static_cast<unsigned>(std::min<double>(bits, most_mpfr_bits));
}

std::string reason_of(Doubt doubt, const Precision& precision) {
  switch (doubt) {
    case Doubt::range:
      return "a number is beyond the range of doubles";
    case Doubt::cancellation:
      return "a statistic cancels";
    case Doubt::imprecise:
      break;
    case Doubt::none:
      return "";
  }
  return precision.digits > 0 ? std::to_string(precision.digits) + " digits are not proven"
                              : "the error bound is beyond the tolerance";
}

void Tried::add(const Bounded& number) {
  if (number.standing == Standing::proven) return;
  doubt = std::max(doubt, number.standing == Standing::lost ? Doubt::cancellation : Doubt::imprecise);
  missing_bits = std::max(missing_bits, number.missing_bits);
  is_imprecise = is_imprecise || number.standing == Standing::imprecise;
}

Escalation escalate(const Precision& precision, const std::function<Tried(unsigned, Chance)>& attempt) {
  // What some thousands of steps take.
  constexpr double of_steps = 32;
  const bool is_mpfr = precision.kind == Precision::Kind::mpfr;
  const double most = most_bits(precision);
  unsigned bits = more_bits(is_mpfr ? precision.bits : default_mpfr_bits, bits_asked(precision) + of_steps);
  Doubt reason = is_mpfr ? Doubt::none : Doubt::imprecise;
  const auto chance = [&] { return bits >= most ? Chance::last : Chance::another; };
  Tried tried = attempt(bits, chance());
  while (tried.error.empty() && tried.doubt != Doubt::none && chance() == Chance::another) {
    reason = tried.doubt;
    bits = more_bits(2.0 * bits, bits + tried.missing_bits);
    tried = attempt(bits, chance());
  }
  Escalation result{std::move(tried.error)};
  if (!result.error.empty()) return result;
  // What is lost with so many bits is taken to be 0: an answer.
  if (tried.is_imprecise) result.shortfall = reason_of(Doubt::imprecise, precision);
  if (reason != Doubt::none)
    result.escalation = reason_of(reason, precision) + ": computed in mpfr:" + std::to_string(bits);
  return result;
}

}  // namespace phasic
