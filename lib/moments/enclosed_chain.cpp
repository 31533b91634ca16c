#include "moments/enclosed_chain.hpp"

#include "moments/plan.hpp"
#include "replay/arithmetic.hpp"

namespace phasic {

namespace {

/// Makes enclosures of numbers that are off by so much. Bits are those of the weights.
class Encloser {
 public:
  /// A number is a product of so many roundings; a probability of staying is off by so many units besides.
  Encloser(mpfr_prec_t bits, double roundings, double stay_units)
      : bits_(bits), roundings_(roundings), stay_units_(stay_units) {}

  [[nodiscard]] Enclosure number(const Mpfr& value) const { return around(value, 0); }
  [[nodiscard]] Enclosure staying(const Mpfr& value) const { return around(value, stay_units_); }
  [[nodiscard]] std::vector<Enclosure> numbers(const std::vector<Mpfr>& values) const {
    std::vector<Enclosure> result;
    result.reserve(values.size());
    for (const Mpfr& value : values) result.push_back(number(value));
    return result;
  }

 private:
  [[nodiscard]] Enclosure around(const Mpfr& value, double units) const {
    Mpfr same(bits_);
    set(same, value);
    return enclosed(same, roundings_, units);
  }

  mpfr_prec_t bits_;
  double roundings_;
  double stay_units_;
};

/// Where a position is several states in a row, its last edge leads back to the first of them: staying put.
/// The others, from one to the next, are certain.
enum class EdgeKind { other, next_in_row, staying };
EdgeKind kind_of(const Chain& shape, std::uint32_t state, std::uint32_t target) {
  if (shape.positions[state] != shape.positions[target]) return EdgeKind::other;
  return target == state + 1 ? EdgeKind::next_in_row : EdgeKind::staying;
}

Encloser encloser_of(const Chain& shape, const MpfrWeights& weights, bool is_exact) {
  if (is_exact) return {weights.bits, 0, 0};
  return {weights.bits, shape.roundings + shape.rate_uses * weights.count,
          shape.stay_roundings + weights.count};
}

EnclosedChain enclosed(const MpfrChain& chain, const MpfrWeights& weights, bool is_exact,
                       const Trace& trace) {
  const Chain& shape = chain.shape;
  const Encloser encloser = encloser_of(shape, weights, is_exact);
  EnclosedChain result{shape.time,
                       shape.rows,
                       {},
                       encloser.numbers(chain.exits),
                       {},
                       encloser.numbers(chain.start),
                       encloser.number(chain.atom)};
  for (std::uint32_t i = 0; i < result.size(); ++i) {
    for (std::uint32_t e = shape.rows.offsets[i]; e < shape.rows.offsets[i + 1]; ++e) {
      switch (kind_of(shape, i, shape.rows.targets[e])) {
        case EdgeKind::other:
          result.rates.push_back(encloser.number(chain.rates[e]));
          break;
        case EdgeKind::next_in_row:
          result.rates.emplace_back(weights.bits, 1.0);
          break;
        case EdgeKind::staying:
          result.rates.push_back(encloser.staying(chain.rates[e]));
          break;
      }
    }
    if (shape.time == TimeKind::discrete) result.stays.push_back(encloser.staying(chain.stays[i]));
  }
  add(result.atom, Enclosure(weights.bits, missing_at_start(trace)));
  return result;
}

/// Each number with its slope.
std::vector<SlopedEnclosure> with_slopes(std::vector<Enclosure> numbers,
                                         const std::vector<Tracked<Mpfr>>& slopes) {
  std::vector<SlopedEnclosure> result;
  result.reserve(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const mpfr_prec_t bits = numbers[i].bits();
    result.emplace_back(std::move(numbers[i]), SignedEnclosure(bits, slopes[i]));
  }
  return result;
}

/// Rates and the start are found with each number of a class.
template <class Number, class Weight>
ChainOf<Number> with_absorbing_states(const Trace& trace, mpfr_prec_t bits, Weight weight_of) {
  const std::size_t n = trace.transient_count();
  const std::size_t count = n + trace.absorbing_count();
  const Adjacency& rows = trace.rows();
  const Number none(bits);
  ChainOf<Number> chain{
      trace.time(), {}, {}, std::vector<Number>(count, none), {}, std::vector<Number>(count, none), none};
  chain.rows.targets.assign(rows.targets.begin(), rows.targets.begin() + rows.offsets[n]);
  chain.rows.offsets.assign(rows.offsets.begin(), rows.offsets.begin() + static_cast<std::ptrdiff_t>(n) + 1);
  chain.rows.offsets.resize(count + 1, rows.offsets[n]);
  for (std::uint32_t e = 0; e < rows.offsets[n]; ++e)
    chain.rates.push_back(weight_of(trace.edge_classes()[e]));
  for (std::uint32_t e = rows.offsets[n]; e < rows.offsets[n + 1]; ++e)
    add(chain.start[rows.targets[e]], weight_of(trace.edge_classes()[e]));
  if (trace.time() == TimeKind::continuous) return chain;
  for (std::uint32_t i = 0; i < count; ++i) {
    Number& stay = chain.stays.emplace_back(none);
    for (std::uint32_t e = chain.rows.offsets[i]; e < chain.rows.offsets[i + 1]; ++e)
      add(stay, chain.rates[e]);
    complement(stay);
  }
  return chain;
}

}  // namespace

EnclosedChain enclose_chain(const Trace& trace, const MpfrWeights& weights, std::span<const double> rewards,
                            const std::vector<Fate>& fates) {
  const Mpfr zero(weights.bits);
  forget_rounding(zero);
  const MpfrChain chain = make_chain(trace, weights.by_class, rewards, fates);
  return enclosed(chain, weights, weights.count == 0 && !may_have_rounded(zero), trace);
}

SlopedChain enclose_chain(const Trace& trace, const SlopedWeights& sloped, std::span<const double> rewards,
                          const std::vector<Fate>& fates) {
  const MpfrWeights& weights = sloped.weights;
  const MpfrSlopes slopes =
      make_slopes(trace, weights.by_class, weights.count, sloped.slopes, rewards, fates);
  const Mpfr zero(weights.bits);
  forget_rounding(zero);
  const MpfrChain chain = make_chain(trace, weights.by_class, rewards, fates, sloped.slopes);
  EnclosedChain values = enclosed(chain, weights, weights.count == 0 && !may_have_rounded(zero), trace);
  return {values.time,
          std::move(values.rows),
          with_slopes(std::move(values.rates), slopes.rates),
          with_slopes(std::move(values.exits), slopes.exits),
          with_slopes(std::move(values.stays), slopes.stays),
          with_slopes(std::move(values.start), slopes.start),
          {std::move(values.atom), SignedEnclosure(weights.bits, slopes.atom)}};
}

EnclosedChain enclose_chain_with_absorbing_states(const Trace& trace, const MpfrWeights& weights) {
  const Encloser encloser(weights.bits, weights.count, 0);
  return with_absorbing_states<Enclosure>(trace, weights.bits,
                                          [&](ClassId c) { return encloser.number(weights.by_class[c]); });
}

SlopedChain enclose_chain_with_absorbing_states(const Trace& trace, const SlopedWeights& sloped) {
  const MpfrWeights& weights = sloped.weights;
  const Encloser encloser(weights.bits, weights.count, 0);
  return with_absorbing_states<SlopedEnclosure>(trace, weights.bits, [&](ClassId c) {
    return SlopedEnclosure(encloser.number(weights.by_class[c]),
                           SignedEnclosure(weights.bits, sloped.slopes[c]));
  });
}

}  // namespace phasic
