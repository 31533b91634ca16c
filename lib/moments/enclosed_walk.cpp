#include "moments/enclosed_walk.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <type_traits>
#include <utility>

namespace phasic {

namespace {

template <class Number>
constexpr bool is_sloped = std::is_same_v<Number, SlopedEnclosure>;

Mpfr product_above(const Mpfr& a, const Mpfr& b) {
  Mpfr product(a.bits());
  mpfr_mul(product.get(), a.get(), b.get(), MPFR_RNDU);
  return product;
}
void add_above(Mpfr& sum, const Mpfr& addend) {
  mpfr_add(sum.get(), sum.get(), addend.get(), MPFR_RNDU);
}
void add_product_above(Mpfr& sum, const Mpfr& a, const Mpfr& b) {
  mpfr_fma(sum.get(), a.get(), b.get(), sum.get(), MPFR_RNDU);
}

void add_most(Most& sum, const Enclosure& number) {
  add_above(sum.value, number.high);
}
void add_most(Most& sum, const SlopedEnclosure& number) {
  add_above(sum.value, number.value.high);
  if (has_slope(number)) add_above(sum.slope, magnitude_of(number.slope));
}
template <class Number>
Most most_of(std::span<const Number> numbers) {
  Most sum;
  for (const Number& number : numbers) add_most(sum, number);
  return sum;
}

void add_at_most(SlopedEnclosure& number, const Most& rest) {
  add_at_most(number.value, rest.value);
  widen(number.slope, rest.slope);
}
void add_at_most(Enclosure& number, const Most& rest) {
  add_at_most(number, rest.value);
}

bool is_below(const Mpfr& part, const Mpfr& whole, mpfr_prec_t bits) {
  return mpfr_zero_p(whole.get()) == 0 && mpfr_get_exp(part.get()) < mpfr_get_exp(whole.get()) - bits;
}

/// Whether what is left out of a sum changes no bit of it. Of a sum that is 0 there is nothing to leave out.
bool is_done(const Enclosure& sum, const Mpfr& rest) {
  return mpfr_zero_p(rest.get()) != 0 || is_below(rest, sum.low, sum.bits());
}

/// How large slopes could have become that are summed over steps, had none of them cancelled: above 0 where
/// one is not known to be 0.
class SizeOfSlopes {
 public:
  explicit SizeOfSlopes(const Mpfr& largest_change) : largest_change_(largest_change) {}
  void add(const Enclosure& weight, const Most& now) {
    Mpfr size = now.slope;
    add_product_above(size, largest_change_, now.value);
    add_product_above(size_, weight.high, size);
  }
  /// Whether a rest does not count, even if a sum of slopes is 0, or so small that its sign takes more bits.
  [[nodiscard]] bool dwarfs(const Mpfr& rest, mpfr_prec_t bits) const {
    constexpr mpfr_prec_t deep = 4;
    return is_below(rest, size_, deep * bits);
  }

 private:
  const Mpfr& largest_change_;
  Mpfr size_{error_bits};
};

bool is_done(const Enclosure& sum, const Most& rest, const SizeOfSlopes& /*size*/) {
  return is_done(sum, rest.value);
}
bool is_done(const SlopedEnclosure& sum, const Most& rest, const SizeOfSlopes& size) {
  if (!is_done(sum.value, rest.value)) return false;
  const mpfr_prec_t bits = sum.value.bits();
  return mpfr_zero_p(rest.slope.get()) != 0 || is_below(rest.slope, magnitude_of(sum.slope), bits) ||
         size.dwarfs(rest.slope, bits);
}

template <class Number>
std::size_t count_present(const std::vector<Number>& numbers) {
  return static_cast<std::size_t>(
      std::ranges::count_if(numbers, [](const Number& number) { return !is_zero(number); }));
}

/// A rest where there is something.
Most at_most(const Most& rest, const Presence& there) {
  Most result;
  if (there.value) result.value = rest.value;
  if (there.slope) result.slope = rest.slope;
  return result;
}

/// A sum over steps for each state, until what is left out of each cannot be seen. What no number of steps
/// reaches stays 0.
template <class Number>
class SumOverSteps {
 public:
  SumOverSteps(std::vector<Presence> there, const StepsOf<Number>& steps)
      : there_(std::move(there)),
        sums_(there_.size(), Number(steps.bits())),
        size_(steps.largest_change()),
        scratch_(steps.bits()) {}

  void add(const Enclosure& weight, const std::vector<Number>& states) {
    for (std::size_t i = 0; i < states.size(); ++i) {
      if (!is_zero(states[i])) add_product(sums_[i], weight, states[i], scratch_);
    }
    if constexpr (is_sloped<Number>) size_.add(weight, most_of<Number>(states));
  }
  [[nodiscard]] bool is_done_without(const Most& rest) const {
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      if (!is_done(sums_[i], at_most(rest, there_[i]), size_)) return false;
    }
    return true;
  }
  std::vector<Number> finish(const Most& rest) && {
    for (std::size_t i = 0; i < sums_.size(); ++i) add_at_most(sums_[i], at_most(rest, there_[i]));
    return std::move(sums_);
  }

 private:
  std::vector<Presence> there_;
  std::vector<Number> sums_;
  SizeOfSlopes size_;
  Mpfr scratch_;
};

}  // namespace

EnclosedWeights::EnclosedWeights(const Enclosure& mean) : mean_(mean), weight_(mean) {
  take_exponential_of_minus(weight_);
}

void EnclosedWeights::advance() {
  ++number_;
  multiply(weight_, mean_);
  divide(weight_, static_cast<double>(number_));
}

// Each is less than mean / (k + 1) times the one before it.
Mpfr EnclosedWeights::beyond() const {
  Mpfr excess(weight_.bits());
  mpfr_ui_sub(excess.get(), number_ + 1, mean_.high.get(), MPFR_RNDD);
  Mpfr rest(weight_.bits());
  if (mpfr_sgn(excess.get()) <= 0) {
    mpfr_set_nan(rest.get());
    return rest;
  }
  mpfr_mul(rest.get(), weight_.high.get(), mean_.high.get(), MPFR_RNDU);
  mpfr_div(rest.get(), rest.get(), excess.get(), MPFR_RNDU);
  return rest;
}

// The sum of i r^i is r / (1 - r)^2, that of r^i from 1 on r / (1 - r).
Mpfr EnclosedWeights::steps_beyond() const {
  Mpfr excess(weight_.bits());
  mpfr_ui_sub(excess.get(), number_ + 1, mean_.high.get(), MPFR_RNDD);
  Mpfr rest = beyond();
  mpfr_mul_ui(rest.get(), rest.get(), number_ + 1, MPFR_RNDU);
  mpfr_div(rest.get(), rest.get(), excess.get(), MPFR_RNDU);
  return rest;
}

template <class Number>
StepsOf<Number>::StepsOf(ChainOf<Number> chain, mpfr_prec_t bits)
    : chain_(std::move(chain)), bits_(bits), rate_(bits, 1.0) {
  has_exits_ = count_present(chain_.exits) > 0;
  const auto may_be_zero = [](const Number& number) {
    const Enclosure& value = value_of(number);
    return mpfr_zero_p(value.low.get()) != 0 && !is_zero(value);
  };
  const auto is_unknown = [](const Number& number) { return !has_known_slope(number); };
  for (const auto* numbers : {&chain_.rates, &chain_.exits, &chain_.stays, &chain_.start}) {
    const bool makes_steps = time() == TimeKind::continuous;
    is_vague_ = is_vague_ || (makes_steps && std::ranges::any_of(*numbers, may_be_zero)) ||
                std::ranges::any_of(*numbers, is_unknown);
  }
  is_vague_ = is_vague_ || is_unknown(chain_.atom);
  if (chain_.time == TimeKind::continuous) take_steps();
  find_largest_change();
}

template <class Number>
void StepsOf<Number>::take_steps() {
  std::vector<Number> sums = chain_.exits;
  mpfr_set_zero(rate_.get(), 1);
  for (std::size_t i = 0; i < size(); ++i) {
    for (std::uint32_t e = chain_.rows.offsets[i]; e < chain_.rows.offsets[i + 1]; ++e)
      add(sums[i], chain_.rates[e]);
    mpfr_max(rate_.get(), rate_.get(), value_of(sums[i]).high.get(), MPFR_RNDU);
  }
  // Where nothing moves, rates may yet have slopes.
  if (is_sloped<Number> && mpfr_zero_p(rate_.get()) != 0) mpfr_set_ui(rate_.get(), 1, MPFR_RNDN);
  if (mpfr_zero_p(rate_.get()) == 0) {
    const Enclosure rate(rate_);
    for (Number& number : chain_.rates) divide(number, rate);
    for (Number& number : chain_.exits) divide(number, rate);
    for (Number& number : sums) divide(number, rate);
  }
  for (Number& number : sums) complement(number);
  chain_.stays = std::move(sums);
}

template <class Number>
void StepsOf<Number>::find_largest_change() {
  for (std::size_t i = 0; i < size(); ++i) {
    Most row;
    add_most(row, chain_.exits[i]);
    add_most(row, chain_.stays[i]);
    for (std::uint32_t e = chain_.rows.offsets[i]; e < chain_.rows.offsets[i + 1]; ++e)
      add_most(row, chain_.rates[e]);
    mpfr_max(largest_change_.get(), largest_change_.get(), row.slope.get(), MPFR_RNDU);
  }
}

template <class Number>
double StepsOf<Number>::step_cost() const {
  return products * static_cast<double>(chain_.rates.size() + 3 * size());
}

template <class Number>
double StepsOf<Number>::jumps_until(const Mpfr& t) const {
  Mpfr jumps(error_bits);
  mpfr_mul(jumps.get(), rate_.get(), t.get(), MPFR_RNDU);
  return jumps.to_double();
}

template <class Number>
double StepsOf<Number>::steps_for(double jumps) const {
  if (time() == TimeKind::discrete) return jumps;
  const double bits = static_cast<double>(bits_);
  return jumps + 1.2 * std::sqrt(jumps * bits) + bits;
}

template <class Number>
StateOf<Number> StepsOf<Number>::state(std::size_t state) const {
  StateOf<Number> now{std::vector<Number>(size(), Number(bits_)), Number(bits_)};
  now.states[state] = Number(bits_, 1.0);
  return now;
}

template <class Number>
void StepsOf<Number>::advance(StateOf<Number>& now) const {
  std::vector<Number> next(size(), Number(bits_));
  Mpfr scratch(bits_);
  for (std::size_t i = 0; i < size(); ++i) {
    const Number& here = now.states[i];
    if (is_zero(here)) continue;
    add_product(now.gone, here, chain_.exits[i], scratch);
    add_product(next[i], here, chain_.stays[i], scratch);
    for (std::uint32_t e = chain_.rows.offsets[i]; e < chain_.rows.offsets[i + 1]; ++e)
      add_product(next[chain_.rows.targets[e]], here, chain_.rates[e], scratch);
  }
  now.states = std::move(next);
}

template <class Number>
Number StepsOf<Number>::leaving(const StateOf<Number>& now) const {
  Number sum(bits_);
  Mpfr scratch(bits_);
  for (std::size_t i = 0; i < size(); ++i) add_product(sum, now.states[i], chain_.exits[i], scratch);
  return sum;
}

template <class Number>
Number StepsOf<Number>::alive(const StateOf<Number>& now) const {
  Number sum(bits_);
  for (const Number& state : now.states) add(sum, state);
  return sum;
}

template <class Number>
std::vector<Presence> StepsOf<Number>::presence_after(const StateOf<Number>& now) const {
  std::vector<Presence> there(size() + 1);
  std::vector<std::size_t> open;
  const auto come = [&](std::size_t state, bool with_value, bool with_slope) {
    Presence& at = there[state];
    if ((!with_value || at.value) && (!with_slope || at.slope)) return;
    at.value = at.value || with_value;
    at.slope = at.slope || with_slope;
    if (state < size()) open.push_back(state);
  };
  for (std::size_t i = 0; i <= size(); ++i) {
    const Number& here = i < size() ? now.states[i] : now.gone;
    come(i, !is_zero(value_of(here)), has_slope(here));
  }
  while (!open.empty()) {
    const std::size_t i = open.back();
    open.pop_back();
    const Presence here = there[i];
    const auto go = [&](std::size_t target, const Number& by) {
      const bool is_possible = !is_zero(value_of(by));
      come(target, here.value && is_possible, (here.slope && is_possible) || (here.value && has_slope(by)));
    };
    go(size(), chain_.exits[i]);
    go(i, chain_.stays[i]);
    for (std::uint32_t e = chain_.rows.offsets[i]; e < chain_.rows.offsets[i + 1]; ++e)
      go(chain_.rows.targets[e], chain_.rates[e]);
  }
  return there;
}

template <class Number>
typename StepsOf<Number>::Presences StepsOf<Number>::presence() const {
  const std::vector<Presence> there = presence_after(start());
  Presences result;
  const auto include = [](Presence& all, bool value, bool slope) {
    all.value = all.value || value;
    all.slope = all.slope || slope;
  };
  for (std::size_t i = 0; i < size(); ++i) {
    const Number& exit = chain_.exits[i];
    const bool is_possible = !is_zero(value_of(exit));
    include(result.alive, there[i].value, there[i].slope);
    include(result.leaving, there[i].value && is_possible,
            (there[i].slope && is_possible) || (there[i].value && has_slope(exit)));
  }
  result.gone = there.back();
  return result;
}

// |v'| grows by |v| |P'| a step, |v| does not grow.
template <class Number>
Most StepsOf<Number>::rest(const EnclosedWeights& weights, const Most& now) const {
  const Mpfr beyond = weights.beyond();
  Most result{product_above(beyond, now.value), product_above(beyond, now.slope)};
  if (mpfr_zero_p(largest_change_.get()) == 0)
    add_product_above(result.slope, product_above(weights.steps_beyond(), largest_change_), now.value);
  return result;
}

template <class Number>
void StepsOf<Number>::drift(StateOf<Number>& now, const Enclosure& mean) const {
  if (is_zero(mean)) return;
  // The last of the sums is that of being gone.
  const auto with_gone = [&] {
    std::vector<Number> numbers = now.states;
    numbers.push_back(now.gone);
    return numbers;
  };
  SumOverSteps<Number> sum(presence_after(now), *this);
  EnclosedWeights weights(mean);
  for (;; weights.advance()) {
    const std::vector<Number> numbers = with_gone();
    sum.add(weights.weight(), numbers);
    if (mpfr_number_p(weights.beyond().get()) != 0) {
      // What is gone changes as what is alive does, so twice what is there bounds both.
      Most most = most_of<Number>(numbers);
      mpfr_mul_2ui(most.slope.get(), most.slope.get(), 1, MPFR_RNDU);
      const Most left_out = rest(weights, most);
      if (sum.is_done_without(left_out)) {
        now.states = std::move(sum).finish(left_out);
        break;
      }
    }
    advance(now);
  }
  now.gone = std::move(now.states.back());
  now.states.pop_back();
}

template <class Number>
PointOf<Number> StepsOf<Number>::point(const StateOf<Number>& now) const {
  Number density = leaving(now);
  multiply(density, Enclosure(rate_));
  return {std::move(density), now.gone, alive(now)};
}

template <class Number>
WalkOf<Number>::WalkOf(const StepsOf<Number>& steps)
    : steps_(steps), state_(steps.start()), there_(steps.presence()) {
  done_.push_back(summary());
}

template <class Number>
typename WalkOf<Number>::Step WalkOf<Number>::summary() const {
  return {steps_.leaving(state_), state_.gone, steps_.alive(state_), most_of<Number>(state_.states)};
}

template <class Number>
const typename WalkOf<Number>::Step& WalkOf<Number>::step(std::uint64_t k) {
  // Where nothing is left, nothing happens any more.
  while (done_.size() <= k && count_present(state_.states) > 0) {
    steps_.advance(state_);
    done_.push_back(summary());
  }
  return done_[std::min<std::uint64_t>(k, done_.size() - 1)];
}

template <class Number>
PointOf<Number> WalkOf<Number>::after(std::uint64_t steps) {
  Number mass = steps == 0 ? steps_.atom() : step(steps - 1).leaving;
  const Step& now = step(steps);
  return {std::move(mass), now.gone, now.alive};
}

template <class Number>
PointOf<Number> WalkOf<Number>::at(const Enclosure& t) {
  Enclosure mean = t;
  multiply(mean, Enclosure(steps_.rate()));
  const mpfr_prec_t bits = steps_.bits();
  PointOf<Number> sum{Number(bits), Number(bits), Number(bits)};
  SizeOfSlopes size(steps_.largest_change());
  Mpfr scratch(bits);
  for (EnclosedWeights weights(mean);; weights.advance()) {
    const Step& now = step(weights.number());
    add_product(sum.density, weights.weight(), now.leaving, scratch);
    add_product(sum.distribution, weights.weight(), now.gone, scratch);
    add_product(sum.survival, weights.weight(), now.alive, scratch);
    size.add(weights.weight(), now.states);
    const Mpfr beyond = weights.beyond();
    if (mpfr_number_p(beyond.get()) == 0) continue;
    // Who is alive later is alive now, and leaves at most once: with a slope of a step after it.
    const Most alive = at_most(steps_.rest(weights, now.states), there_.alive);
    Most leaving = alive;
    add_product_above(leaving.slope, product_above(beyond, steps_.largest_change()), now.states.value);
    leaving = at_most(leaving, there_.leaving);
    // Slopes of who is gone and who is alive add up to 0.
    Most gone;
    add_most(gone, now.gone);
    gone = {product_above(beyond, gone.value), product_above(beyond, gone.slope)};
    if (steps_.has_exits()) {
      add_above(gone.value, alive.value);
      for (int twice = 0; twice < 2; ++twice) add_above(gone.slope, alive.slope);
    }
    gone = at_most(gone, there_.gone);
    if (!is_done(sum.survival, alive, size) || !is_done(sum.distribution, gone, size)) continue;
    if (!is_done(sum.density, leaving, size)) continue;
    add_at_most(sum.survival, alive);
    add_at_most(sum.distribution, gone);
    add_at_most(sum.density, leaving);
    break;
  }
  multiply(sum.density, Enclosure(steps_.rate()));
  return sum;
}

namespace {

/// What a sum over steps of weights and visits before the step leaves out, from where `start` was at first:
/// with N the number of steps, there are at most N visits for each who was alive, of slopes N times those at
/// first and N (N - 1) / 2 changes. E[N; N > k] = m P(N >= k) and E[N (N - 1); N > k] = m^2 P(N >= k - 1),
/// with m = E[N].
template <class Number>
Most rest_of_visits(const StepsOf<Number>& steps, const EnclosedWeights& weights, const Most& start,
                    const Enclosure& mean) {
  Mpfr from_here = weights.beyond();
  add_above(from_here, weights.weight().high);
  const Mpfr first = product_above(from_here, mean.high);
  Mpfr second = product_above(first, mean.high);
  Mpfr before = product_above(weights.weight().high, mean.high);
  mpfr_mul_ui(before.get(), before.get(), weights.number(), MPFR_RNDU);
  add_above(second, before);
  mpfr_div_2ui(second.get(), second.get(), 1, MPFR_RNDU);
  Most rest{product_above(first, start.value), product_above(first, start.slope)};
  add_product_above(rest.slope, product_above(second, steps.largest_change()), start.value);
  return rest;
}

}  // namespace

// The mean over the number of steps of the visits before it, over q.
template <class Number>
std::vector<Number> enclosed_times(const StepsOf<Number>& steps, StateOf<Number> now, const Enclosure& t) {
  std::vector<Number> visits(steps.size(), Number(steps.bits()));
  Enclosure mean = t;
  multiply(mean, Enclosure(steps.rate()));
  if (is_zero(mean)) {
    for (std::size_t i = 0; i < visits.size(); ++i) add_product(visits[i], t, now.states[i], mean.low);
    return visits;
  }
  const Most start = most_of<Number>(now.states);
  std::vector<Presence> there = steps.presence_after(now);
  there.pop_back();
  SumOverSteps<Number> sum(std::move(there), steps);
  for (EnclosedWeights weights(mean);; weights.advance()) {
    sum.add(weights.weight(), visits);
    const Most rest = rest_of_visits(steps, weights, start, mean);
    if (mpfr_number_p(rest.value.get()) != 0 && sum.is_done_without(rest)) {
      visits = std::move(sum).finish(rest);
      break;
    }
    for (std::size_t i = 0; i < visits.size(); ++i) add(visits[i], now.states[i]);
    steps.advance(now);
  }
  for (Number& time : visits) divide(time, Enclosure(steps.rate()));
  return visits;
}

template <class Number>
std::vector<Number> enclosed_visits(const StepsOf<Number>& steps, std::uint64_t before) {
  StateOf<Number> now = steps.start();
  std::vector<Number> visits(steps.size(), Number(steps.bits()));
  for (std::uint64_t k = 0; k < before; ++k) {
    for (std::size_t i = 0; i < visits.size(); ++i) add(visits[i], now.states[i]);
    steps.advance(now);
  }
  return visits;
}

template class StepsOf<Enclosure>;
template class StepsOf<SlopedEnclosure>;
template class WalkOf<Enclosure>;
template class WalkOf<SlopedEnclosure>;
template std::vector<Enclosure> enclosed_times(const StepsOf<Enclosure>&, StateOf<Enclosure>,
                                               const Enclosure&);
template std::vector<SlopedEnclosure> enclosed_times(const StepsOf<SlopedEnclosure>&,
                                                     StateOf<SlopedEnclosure>, const Enclosure&);
template std::vector<Enclosure> enclosed_visits(const StepsOf<Enclosure>&, std::uint64_t);
template std::vector<SlopedEnclosure> enclosed_visits(const StepsOf<SlopedEnclosure>&, std::uint64_t);

}  // namespace phasic
