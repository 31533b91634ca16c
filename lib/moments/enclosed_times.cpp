#include "moments/enclosed_times.hpp"

#include <utility>

namespace phasic {

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
  SumOverSteps<Number> sum(std::move(there), steps.largest_change(), steps.bits());
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

template std::vector<Enclosure> enclosed_times(const StepsOf<Enclosure>&, StateOf<Enclosure>,
                                               const Enclosure&);
template std::vector<SlopedEnclosure> enclosed_times(const StepsOf<SlopedEnclosure>&,
                                                     StateOf<SlopedEnclosure>, const Enclosure&);
template std::vector<Enclosure> enclosed_visits(const StepsOf<Enclosure>&, std::uint64_t);
template std::vector<SlopedEnclosure> enclosed_visits(const StepsOf<SlopedEnclosure>&, std::uint64_t);

}  // namespace phasic
