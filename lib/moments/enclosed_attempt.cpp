#include "moments/enclosed_attempt.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "moments/complaint.hpp"

namespace phasic {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

FoundWeights with_counts(Rates<Mpfr> rates, unsigned bits) {
  FoundWeights found{{std::move(rates.weights), rates.count, static_cast<mpfr_prec_t>(bits)}, {}, {}};
  for (std::size_t p = 0; p < rates.slopes.size(); ++p) {
    auto& slopes = found.slopes.emplace_back();
    double& worst = found.slope_counts.emplace_back(0);
    for (std::size_t c = 0; c < rates.slopes[p].size(); ++c) {
      const double count = rates.slope_counts.empty() ? 0 : rates.slope_counts[p][c];
      slopes.push_back(with_count(std::move(rates.slopes[p][c]), count));
      worst = std::max(worst, count);
    }
  }
  return found;
}

Bounded unknown(Standing standing) {
  Bounded result{to_number(nan), to_bound(infinity)};
  result.standing = standing;
  return result;
}

}  // namespace

std::optional<FoundWeights> find_weights(const EnclosedSubject& subject, const Theta& theta, unsigned bits,
                                         Chance chance, Tried& tried) {
  Rates<Mpfr> found = subject.rates.at(theta, Mpfr(bits), chance);
  // A rate that may be 0, or of which few digits are known: more bits have to decide.
  const auto is_known = [&](double count) {
    constexpr double most = 0x1p-20;
    return std::ldexp(count, -static_cast<int>(bits)) <= most;
  };
  if (!is_known(std::max(found.count, found.slope_count)) && chance == Chance::another) {
    tried.doubt = Doubt::cancellation;
    return std::nullopt;
  }
  tried.error = complaint_about(subject.graph, subject.trace, found.weights);
  if (tried.error.empty() && !is_known(found.count))
    tried.error = "a rate cancels, and thousands of bits leave nothing of it";
  if (tried.error.empty() && !is_known(found.slope_count))
    tried.error = "the derivative of a rate cancels, and thousands of bits leave nothing of it";
  if (!tried.error.empty()) return std::nullopt;
  return with_counts(std::move(found), bits);
}

Bounded judged(const EnclosedNumber& found, const Precision& precision, Chance chance) {
  if (found.finding == Finding::undecided) return unknown(Standing::lost);
  if (found.is_infinite) return {to_number(infinity), {}};
  return bounded(tracked(found.number), {}, precision, chance);
}
Bounded judged(const EnclosedSlope& found, Yardstick yardstick, const Precision& precision, Chance chance) {
  if (!found.has_value) return unknown(Standing::proven);
  if (found.finding == Finding::undecided) return unknown(Standing::lost);
  return bounded(tracked(found.number), yardstick, precision, chance);
}

std::optional<Bounded> taken_for_zero(const EnclosedSlope& found, const Bounded& as_judged,
                                      const Precision& precision, mpfr_prec_t bits) {
  constexpr double many = 512;
  if (found.finding != Finding::known || as_judged.standing != Standing::lost ||
      static_cast<double>(bits) < bits_asked(precision) + many)
    return std::nullopt;
  Bounded zero = judged(found, {}, precision, Chance::last);
  zero.standing = Standing::proven;
  return zero;
}

Yardstick yardstick_of(const Bounded& value, double parameter) {
  return {parameter == 0 ? 0 : std::fabs(value.value.value / parameter)};
}

std::string far_text(const std::string& what) {
  return what + " is out of reach: too many jumps to follow in so many digits";
}
std::string undecided_text(const std::string& what) {
  return what + " depends on a difference that thousands of bits do not tell from 0";
}

}  // namespace phasic
