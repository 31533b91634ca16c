#include "moments/enclosed_quantile.hpp"

#include <utility>

namespace phasic {

namespace {

enum class Side { below, reached, unknown };

/// P(R <= t) against p, told by the smaller of the probabilities on either side, so that nothing cancels.
class Level {
 public:
  explicit Level(const Enclosure& p) : p_(p), rest_(p), uses_survival_(mpfr_cmp_d(p.low.get(), 0.5) > 0) {
    complement(rest_);
  }
  [[nodiscard]] Side side_of(const EnclosedPoint& point) const {
    if (is_at_least(upper(point), lower(point))) return Side::reached;
    return is_less(upper(point), lower(point)) ? Side::below : Side::unknown;
  }
  /// How far P(R <= t) is above p, near enough.
  [[nodiscard]] Mpfr excess(const EnclosedPoint& point) const {
    Mpfr result = tracked(upper(point)).value;
    mpfr_sub(result.get(), result.get(), tracked(lower(point)).value.get(), MPFR_RNDN);
    return result;
  }
  /// By how much that can be wrong.
  [[nodiscard]] Mpfr width(const EnclosedPoint& point) const {
    Mpfr sum(error_bits);
    Mpfr one(error_bits);
    for (const Enclosure* number : {&upper(point), &lower(point)}) {
      mpfr_sub(one.get(), number->high.get(), number->low.get(), MPFR_RNDU);
      mpfr_add(sum.get(), sum.get(), one.get(), MPFR_RNDU);
    }
    return sum;
  }

 private:
  [[nodiscard]] const Enclosure& upper(const EnclosedPoint& point) const {
    return uses_survival_ ? rest_ : point.distribution;
  }
  [[nodiscard]] const Enclosure& lower(const EnclosedPoint& point) const {
    return uses_survival_ ? point.survival : p_;
  }

  Enclosure p_;
  Enclosure rest_;
  bool uses_survival_;
};

Mpfr middle_of(const Mpfr& a, const Mpfr& b) {
  Mpfr middle(a);
  mpfr_add(middle.get(), a.get(), b.get(), MPFR_RNDN);
  mpfr_div_2ui(middle.get(), middle.get(), 1, MPFR_RNDN);
  return middle;
}

class TimeSearch {
 public:
  TimeSearch(const PointAt& at, const Enclosure& p) : at_(at), level_(p), bits_(p.bits()) {}

  EnclosedNumber run(const Mpfr& first) {
    Mpfr t(bits_);
    mpfr_set(t.get(), first.get(), MPFR_RNDN);
    while (!low_ || !high_) {
      const auto side = look(t);
      if (!side) return {Finding::far};
      if (*side == Side::unknown) return proven_around(t);
      mpfr_mul_2si(t.get(), t.get(), high_ ? -1 : 1, MPFR_RNDN);
    }
    // Newton's first step is from where the last look was.
    t = is_last_high_ ? *high_ : *low_;
    for (int round = 0; round < most_rounds; ++round) {
      Mpfr next = next_after(t);
      const bool stands = is_small_step(t, next);
      const auto side = look(next);
      if (!side) return {Finding::far};
      if (stands || *side == Side::unknown) return proven_around(next);
      t = std::move(next);
    }
    return {Finding::undecided};
  }

 private:
  static constexpr int most_rounds = 100'000;

  std::optional<Side> look(const Mpfr& t) {
    point_ = at_(t);
    if (!point_) return std::nullopt;
    const Side side = level_.side_of(*point_);
    if (side == Side::below && (!low_ || mpfr_greater_p(t.get(), low_->get()) != 0)) low_ = t;
    if (side == Side::reached && (!high_ || mpfr_less_p(t.get(), high_->get()) != 0)) high_ = t;
    is_last_high_ = side == Side::reached;
    return side;
  }

  /// Newton's step where it stays in the bracket, its middle where it does not.
  [[nodiscard]] Mpfr next_after(const Mpfr& t) const {
    Mpfr next = level_.excess(*point_);
    mpfr_div(next.get(), next.get(), point_->density.high.get(), MPFR_RNDN);
    mpfr_sub(next.get(), t.get(), next.get(), MPFR_RNDN);
    const bool is_inside =
        mpfr_greater_p(next.get(), low_->get()) != 0 && mpfr_less_p(next.get(), high_->get()) != 0;
    return is_inside ? next : middle_of(*low_, *high_);
  }

  [[nodiscard]] bool is_small_step(const Mpfr& from, const Mpfr& to) const {
    Mpfr step(error_bits);
    mpfr_sub(step.get(), to.get(), from.get(), MPFR_RNDA);
    return mpfr_zero_p(step.get()) != 0 || mpfr_get_exp(step.get()) < mpfr_get_exp(to.get()) - bits_ + 8;
  }

  /// What the last look at t says of the distance to the true one, and then wider, until both ends are
  /// proven.
  EnclosedNumber proven_around(const Mpfr& t) {
    Mpfr distance = distance_at(t);
    for (int round = 0; round < most_rounds; ++round) {
      const auto below = is_proven(Side::below, t, distance);
      if (!below) return {Finding::far};
      const auto above = *below ? is_proven(Side::reached, t, distance) : false;
      if (!above) return {Finding::far};
      if (*below && *above) break;
      mpfr_mul_2ui(distance.get(), distance.get(), 2, MPFR_RNDU);
      if (mpfr_get_exp(distance.get()) > mpfr_get_exp(t.get()) + 2) return {Finding::undecided};
    }
    Mpfr least = low_ ? *low_ : Mpfr(bits_);
    return {Finding::known, Enclosure(std::move(least), *high_)};
  }

  [[nodiscard]] Mpfr distance_at(const Mpfr& t) const {
    Mpfr distance = level_.excess(*point_);
    mpfr_abs(distance.get(), distance.get(), MPFR_RNDU);
    mpfr_add(distance.get(), distance.get(), level_.width(*point_).get(), MPFR_RNDU);
    mpfr_mul_2ui(distance.get(), distance.get(), 1, MPFR_RNDU);
    mpfr_div(distance.get(), distance.get(), point_->density.high.get(), MPFR_RNDU);
    Mpfr least(t);
    mpfr_mul_2si(least.get(), least.get(), 4 - static_cast<long>(bits_), MPFR_RNDU);
    if (mpfr_number_p(distance.get()) == 0) return least;
    mpfr_add(distance.get(), distance.get(), least.get(), MPFR_RNDU);
    return distance;
  }

  /// Whether P is below p at t less the distance, or not so at t and the distance.
  std::optional<bool> is_proven(Side side, const Mpfr& t, const Mpfr& distance) {
    Mpfr end(bits_);
    if (side == Side::below)
      mpfr_sub(end.get(), t.get(), distance.get(), MPFR_RNDU);
    else
      mpfr_add(end.get(), t.get(), distance.get(), MPFR_RNDD);
    // At 0 it is known to be below.
    if (mpfr_sgn(end.get()) <= 0) return true;
    const auto found = look(end);
    if (!found) return std::nullopt;
    return *found == side;
  }

  const PointAt& at_;
  Level level_;
  mpfr_prec_t bits_;
  std::optional<Mpfr> low_;             // where P is below p
  std::optional<Mpfr> high_;            // where it is not
  std::optional<EnclosedPoint> point_;  // of the last look
  bool is_last_high_ = false;
};

}  // namespace

EnclosedNumber find_time(const PointAt& at, const Enclosure& p, const Mpfr& first) {
  return TimeSearch(at, p).run(first);
}

EnclosedNumber find_steps(const PointAt& after, const Enclosure& p, Chance chance) {
  const Level level(p);
  constexpr mpfr_prec_t bits = 2048;  // as many steps as doubles can say
  Mpfr low(bits);
  Mpfr high(bits, 1.0);
  // Below p at low; not so at high once that is found.
  bool has_high = false;
  for (;;) {
    Mpfr k = has_high ? middle_of(low, high) : high;
    mpfr_floor(k.get(), k.get());
    if (has_high && mpfr_equal_p(k.get(), low.get()) != 0) return {Finding::known, Enclosure(high)};
    const auto point = after(k);
    if (!point) return {Finding::far};
    const Side side = level.side_of(*point);
    if (side == Side::unknown && chance == Chance::another) return {Finding::undecided};
    if (side == Side::below) {
      low = k;
      if (!has_high) mpfr_mul_2ui(high.get(), high.get(), 1, MPFR_RNDN);
    } else {
      high = k;
      has_high = true;
    }
  }
}

}  // namespace phasic
