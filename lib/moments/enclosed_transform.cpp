#include "moments/enclosed_transform.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "moments/plan.hpp"
#include "moments/transform_shifts.hpp"
#include "replay/arithmetic.hpp"

namespace phasic {

namespace {

// exp of it is still an MPFR number.
constexpr double greatest_exponent = 3e8;
constexpr double huge = std::numeric_limits<double>::max();

/// At least exp(-x).
Mpfr exponential_of_minus(double x) {
  Mpfr result(error_bits, -x);
  mpfr_exp(result.get(), result.get(), MPFR_RNDU);
  return result;
}

std::vector<bool> those_with(const std::vector<Fate>& fates, Fate fate) {
  std::vector<bool> result;
  for (const Fate each : fates) result.push_back(each == fate);
  return result;
}

}  // namespace

EnclosedTransform::EnclosedTransform(const Trace& trace, std::span<const double> rewards,
                                     const std::vector<Fate>& fates, mpfr_prec_t bits)
    : trace_(trace),
      rewards_(rewards),
      bits_(bits),
      settled_(fates.empty() ? std::vector<bool>(trace.transient_count(), false)
                             : those_with(fates, Fate::settled)),
      endless_(those_with(fates, Fate::endless)),
      replay_(make_transform_replay(trace, bits)) {}

EnclosedTransform::Shifts EnclosedTransform::shifts_at(const Enclosure& s) const {
  const bool is_discrete = trace_.time() == TimeKind::discrete;
  Shifts shifts;
  shifts.by_position.assign(is_zero(s) ? 0 : trace_.transient_count(), s.low);
  shifts.overwhelmed.assign(shifts.by_position.size(), false);
  for (std::size_t i = 0; i < shifts.by_position.size(); ++i) {
    const double reward = rewards_.empty() ? 1 : rewards_[i];
    Mpfr& shift = shifts.by_position[i];
    multiply(shift, reward);
    shifts.overwhelmed[i] = is_discrete && mpfr_cmp_d(shift.get(), greatest_exponent) > 0;
    if (shifts.overwhelmed[i]) continue;
    shifts.largest_reward = std::max(shifts.largest_reward, reward);
    if (is_discrete) mpfr_expm1(shift.get(), shift.get(), MPFR_RNDN);
  }
  return shifts;
}

// s is rounded down, which counts twice, and its product with a reward is rounded.
double EnclosedTransform::count(const Written& s, const Shifts& shifts, double rate_count) const {
  return transform_roundings(trace_, {&shifts.largest_reward, 1}, std::min(3 * s.number, huge),
                             std::max(rate_count, 3.0), greatest_exponent);
}

Enclosure EnclosedTransform::at(const Written& s, const MpfrWeights& weights) {
  const Enclosure at = enclosed(s, bits_);
  const Shifts shifts = shifts_at(at);
  const Mpfr zero(bits_);
  forget_rounding(zero);
  const Mpfr value = replay_->transform(weights.by_class, shifts.by_position, settled_,
                                        is_zero(at) ? endless_ : shifts.overwhelmed);
  const bool is_known = weights.count == 0 && is_zero(at) && !may_have_rounded(zero);
  Enclosure result = enclosed(value, is_known ? 0 : count(s, shifts, weights.count));
  if (std::ranges::count(shifts.overwhelmed, true) > 0)
    add_at_most(result, exponential_of_minus(greatest_exponent));
  add(result, Enclosure(bits_, missing_at_start(trace_)));
  return result;
}

// docs/numerics.md, section 5, "Bounds of derivatives".
std::optional<SignedEnclosure> EnclosedTransform::slope_at(const Written& s, const SlopedWeights& sloped) {
  const Enclosure at = enclosed(s, bits_);
  const bool is_certain = is_zero(at) && std::ranges::count(endless_, true) == 0;
  if (is_certain) return SignedEnclosure(bits_);
  const Shifts shifts = shifts_at(at);
  if (std::ranges::count(shifts.overwhelmed, true) > 0) return std::nullopt;
  std::vector<Mpfr> slopes;
  for (const Tracked<Mpfr>& slope : sloped.slopes) slopes.push_back(slope.value);
  const auto [gained, lost] = replay_->slope(sloped.weights.by_class, slopes, shifts.by_position, settled_,
                                             is_zero(at) ? endless_ : shifts.overwhelmed);
  double longest_row = 0;
  for (std::size_t i = 0; i <= trace_.transient_count(); ++i)
    longest_row = std::max(longest_row, static_cast<double>(trace_.rows()[i].size()));
  const double roundings =
      2 * count(s, shifts, sloped.weights.count) + 2 * longest_row + sloped.slope_count + 3;
  return difference(enclosed(gained, roundings), enclosed(lost, roundings));
}

}  // namespace phasic
