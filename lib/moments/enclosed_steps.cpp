#include "moments/enclosed_steps.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace phasic {

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
  SumOverSteps<Number> sum(presence_after(now), largest_change_, bits_);
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

template class StepsOf<Enclosure>;
template class StepsOf<SlopedEnclosure>;

}  // namespace phasic
