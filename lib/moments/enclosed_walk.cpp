#include "moments/enclosed_walk.hpp"

#include <algorithm>
#include <utility>

namespace phasic {

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

template class WalkOf<Enclosure>;
template class WalkOf<SlopedEnclosure>;

}  // namespace phasic
