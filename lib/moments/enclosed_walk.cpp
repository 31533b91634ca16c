#include "moments/enclosed_walk.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace phasic {

namespace {

/// Whether what is left out of a sum changes no bit of it. Of a sum that is 0 there is nothing to leave out.
bool is_done(const Enclosure& sum, const Mpfr& rest) {
  if (mpfr_zero_p(rest.get()) != 0) return true;
  if (mpfr_zero_p(sum.low.get()) != 0) return false;
  return mpfr_get_exp(rest.get()) < mpfr_get_exp(sum.low.get()) - sum.bits();
}

Mpfr product_above(const Mpfr& a, const Mpfr& b) {
  Mpfr product(a.bits());
  mpfr_mul(product.get(), a.get(), b.get(), MPFR_RNDU);
  return product;
}

std::size_t count_positive(const std::vector<Enclosure>& numbers) {
  return static_cast<std::size_t>(
      std::ranges::count_if(numbers, [](const Enclosure& number) { return !is_zero(number); }));
}

/// A sum over steps for each state, until what is left out of each cannot be seen. States that no number of
/// steps reaches stay 0: once a step reaches no further state, none does.
class SumOverSteps {
 public:
  SumOverSteps(std::size_t size, mpfr_prec_t bits) : sums_(size, Enclosure(bits)), scratch_(bits) {}

  void add(const Enclosure& weight, const std::vector<Enclosure>& states) {
    for (std::size_t i = 0; i < states.size(); ++i) {
      if (!is_zero(states[i])) add_product(sums_[i], weight, states[i], scratch_);
    }
    const std::size_t reached = count_positive(sums_);
    is_closed_ = has_begun_ && reached == reached_;
    has_begun_ = true;
    reached_ = reached;
  }
  [[nodiscard]] bool is_done_without(const Mpfr& rest) const {
    return is_closed_ && std::ranges::all_of(
                             sums_, [&](const Enclosure& sum) { return is_zero(sum) || is_done(sum, rest); });
  }
  std::vector<Enclosure> finish(const Mpfr& rest) && {
    for (Enclosure& sum : sums_) {
      if (!is_zero(sum)) add_at_most(sum, rest);
    }
    return std::move(sums_);
  }

 private:
  std::vector<Enclosure> sums_;
  Mpfr scratch_;
  std::size_t reached_ = 0;
  bool has_begun_ = false;
  bool is_closed_ = false;
};

}  // namespace

EnclosedSteps::EnclosedSteps(EnclosedChain chain, mpfr_prec_t bits)
    : chain_(std::move(chain)), bits_(bits), rate_(bits, 1.0) {
  has_exits_ = count_positive(chain_.exits) > 0;
  const auto is_vague = [](const Enclosure& number) {
    return mpfr_zero_p(number.low.get()) != 0 && !is_zero(number);
  };
  for (const auto* numbers : {&chain_.rates, &chain_.exits, &chain_.start})
    is_vague_ = is_vague_ || (time() == TimeKind::continuous && std::ranges::any_of(*numbers, is_vague));
  if (chain_.time == TimeKind::continuous) take_steps();
}

void EnclosedSteps::take_steps() {
  std::vector<Enclosure> sums = chain_.exits;
  mpfr_set_zero(rate_.get(), 1);
  for (std::size_t i = 0; i < size(); ++i) {
    for (std::uint32_t e = chain_.rows.offsets[i]; e < chain_.rows.offsets[i + 1]; ++e)
      add(sums[i], chain_.rates[e]);
    mpfr_max(rate_.get(), rate_.get(), sums[i].high.get(), MPFR_RNDU);
  }
  if (mpfr_zero_p(rate_.get()) == 0) {
    const Enclosure rate(rate_);
    for (Enclosure& number : chain_.rates) divide(number, rate);
    for (Enclosure& number : chain_.exits) divide(number, rate);
    for (Enclosure& number : sums) divide(number, rate);
  }
  for (Enclosure& number : sums) complement(number);
  chain_.stays = std::move(sums);
}

double EnclosedSteps::step_cost() const {
  return static_cast<double>(chain_.rates.size() + 3 * size());
}

double EnclosedSteps::jumps_until(const Mpfr& t) const {
  Mpfr jumps(error_bits);
  mpfr_mul(jumps.get(), rate_.get(), t.get(), MPFR_RNDU);
  return jumps.to_double();
}

double EnclosedSteps::steps_for(double jumps) const {
  if (time() == TimeKind::discrete) return jumps;
  const double bits = static_cast<double>(bits_);
  return jumps + 1.2 * std::sqrt(jumps * bits) + bits;
}

EnclosedState EnclosedSteps::state(std::size_t state) const {
  EnclosedState now{std::vector<Enclosure>(size(), Enclosure(bits_)), Enclosure(bits_)};
  now.states[state] = Enclosure(bits_, 1.0);
  return now;
}

void EnclosedSteps::advance(EnclosedState& now) const {
  std::vector<Enclosure> next(size(), Enclosure(bits_));
  Mpfr scratch(bits_);
  for (std::size_t i = 0; i < size(); ++i) {
    const Enclosure& here = now.states[i];
    if (is_zero(here)) continue;
    add_product(now.gone, here, chain_.exits[i], scratch);
    add_product(next[i], here, chain_.stays[i], scratch);
    for (std::uint32_t e = chain_.rows.offsets[i]; e < chain_.rows.offsets[i + 1]; ++e)
      add_product(next[chain_.rows.targets[e]], here, chain_.rates[e], scratch);
  }
  now.states = std::move(next);
}

Enclosure EnclosedSteps::leaving(const EnclosedState& now) const {
  Enclosure sum(bits_);
  Mpfr scratch(bits_);
  for (std::size_t i = 0; i < size(); ++i) add_product(sum, now.states[i], chain_.exits[i], scratch);
  return sum;
}

Enclosure EnclosedSteps::alive(const EnclosedState& now) const {
  Enclosure sum(bits_);
  for (const Enclosure& state : now.states) add(sum, state);
  return sum;
}

void EnclosedSteps::drift(EnclosedState& now, const Enclosure& mean) const {
  if (is_zero(mean)) return;
  Enclosure all = alive(now);
  add(all, now.gone);
  // The last of the sums is that of being gone.
  const auto with_gone = [&] {
    std::vector<Enclosure> numbers = now.states;
    numbers.push_back(now.gone);
    return numbers;
  };
  SumOverSteps sum(size() + 1, bits_);
  EnclosedWeights weights(mean);
  for (;; weights.advance()) {
    sum.add(weights.weight(), with_gone());
    const Mpfr beyond = weights.beyond();
    const Mpfr rest = product_above(beyond, all.high);
    if (mpfr_number_p(beyond.get()) != 0 && sum.is_done_without(rest)) {
      now.states = std::move(sum).finish(rest);
      break;
    }
    advance(now);
  }
  now.gone = std::move(now.states.back());
  now.states.pop_back();
}

EnclosedPoint EnclosedSteps::point(const EnclosedState& now) const {
  Enclosure density = leaving(now);
  multiply(density, Enclosure(rate_));
  return {std::move(density), now.gone, alive(now)};
}

EnclosedWeights::EnclosedWeights(const Enclosure& mean) : mean_(mean), weight_(mean) {
  take_exponential_of_minus(weight_);
}

void EnclosedWeights::advance() {
  ++number_;
  multiply(weight_, mean_);
  divide(weight_, static_cast<double>(number_));
}

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

EnclosedWalk::EnclosedWalk(const EnclosedSteps& steps) : steps_(steps), state_(steps.start()) {
  done_.push_back({steps.leaving(state_), state_.gone, steps.alive(state_)});
}

const EnclosedWalk::Step& EnclosedWalk::step(std::uint64_t k) {
  // Where nothing is left, nothing happens any more.
  while (done_.size() <= k && !is_zero(done_.back().alive)) {
    steps_.advance(state_);
    done_.push_back({steps_.leaving(state_), state_.gone, steps_.alive(state_)});
  }
  return done_[std::min<std::uint64_t>(k, done_.size() - 1)];
}

EnclosedPoint EnclosedWalk::after(std::uint64_t steps) {
  Enclosure mass = steps == 0 ? steps_.atom() : step(steps - 1).leaving;
  const Step& now = step(steps);
  return {std::move(mass), now.gone, now.alive};
}

EnclosedPoint EnclosedWalk::at(const Enclosure& t) {
  Enclosure mean = t;
  multiply(mean, Enclosure(steps_.rate()));
  const mpfr_prec_t bits = steps_.bits();
  EnclosedPoint sum{Enclosure(bits), Enclosure(bits), Enclosure(bits)};
  Mpfr scratch(bits);
  for (EnclosedWeights weights(mean);; weights.advance()) {
    const Step& now = step(weights.number());
    add_product(sum.density, weights.weight(), now.leaving, scratch);
    add_product(sum.distribution, weights.weight(), now.gone, scratch);
    add_product(sum.survival, weights.weight(), now.alive, scratch);
    const Mpfr beyond = weights.beyond();
    if (mpfr_number_p(beyond.get()) == 0) continue;
    // Who is alive later is alive now, and leaves at most once.
    const Mpfr alive = product_above(beyond, now.alive.high);
    Mpfr gone = product_above(beyond, now.gone.high);
    if (steps_.has_exits()) mpfr_add(gone.get(), gone.get(), alive.get(), MPFR_RNDU);
    if (!is_done(sum.survival, alive) || !is_done(sum.distribution, gone)) continue;
    if (steps_.has_exits() && !is_done(sum.density, alive)) continue;
    add_at_most(sum.survival, alive);
    add_at_most(sum.distribution, gone);
    if (steps_.has_exits()) add_at_most(sum.density, alive);
    break;
  }
  multiply(sum.density, Enclosure(steps_.rate()));
  return sum;
}

// The mean over the number of steps of the visits before it, over q.
std::vector<Enclosure> enclosed_times(const EnclosedSteps& steps, EnclosedState now, const Enclosure& t) {
  std::vector<Enclosure> visits(steps.size(), Enclosure(steps.bits()));
  Enclosure mean = t;
  multiply(mean, Enclosure(steps.rate()));
  if (is_zero(mean)) {
    for (std::size_t i = 0; i < visits.size(); ++i) add_product(visits[i], now.states[i], t, mean.low);
    return visits;
  }
  Mpfr most = steps.alive(now).high;
  mpfr_mul(most.get(), most.get(), mean.high.get(), MPFR_RNDU);
  SumOverSteps sum(steps.size(), steps.bits());
  for (EnclosedWeights weights(mean);; weights.advance()) {
    sum.add(weights.weight(), visits);
    // The mean of a number of steps, where it is above k, is q t times the probability of k and more.
    Mpfr beyond = weights.beyond();
    mpfr_add(beyond.get(), beyond.get(), weights.weight().high.get(), MPFR_RNDU);
    const Mpfr rest = product_above(beyond, most);
    if (mpfr_number_p(rest.get()) != 0 && sum.is_done_without(rest)) {
      visits = std::move(sum).finish(rest);
      break;
    }
    for (std::size_t i = 0; i < visits.size(); ++i) add(visits[i], now.states[i]);
    steps.advance(now);
  }
  for (Enclosure& time : visits) divide(time, Enclosure(steps.rate()));
  return visits;
}

std::vector<Enclosure> enclosed_visits(const EnclosedSteps& steps, std::uint64_t before) {
  EnclosedState now = steps.start();
  std::vector<Enclosure> visits(steps.size(), Enclosure(steps.bits()));
  for (std::uint64_t k = 0; k < before; ++k) {
    for (std::size_t i = 0; i < visits.size(); ++i) add(visits[i], now.states[i]);
    steps.advance(now);
  }
  return visits;
}

}  // namespace phasic
