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

}  // namespace

EnclosedChain enclose_chain(const Trace& trace, const MpfrWeights& weights, std::span<const double> rewards,
                            const std::vector<Fate>& fates) {
  const Mpfr zero(weights.bits);
  forget_rounding(zero);
  const MpfrChain chain = make_chain(trace, weights.by_class, rewards, fates);
  const Chain& shape = chain.shape;
  const bool is_exact = weights.count == 0 && !may_have_rounded(zero);
  const Encloser encloser = is_exact
                                ? Encloser(weights.bits, 0, 0)
                                : Encloser(weights.bits, shape.roundings + shape.rate_uses * weights.count,
                                           shape.stay_roundings + weights.count);
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

EnclosedChain enclose_chain_with_absorbing_states(const Trace& trace, const MpfrWeights& weights) {
  const std::size_t n = trace.transient_count();
  const std::size_t count = n + trace.absorbing_count();
  const Encloser encloser(weights.bits, weights.count, 0);
  const Adjacency& rows = trace.rows();
  const Enclosure none(weights.bits);
  EnclosedChain chain{
      trace.time(), {}, {}, std::vector<Enclosure>(count, none), {}, std::vector<Enclosure>(count, none),
      none};
  chain.rows.targets.assign(rows.targets.begin(), rows.targets.begin() + rows.offsets[n]);
  chain.rows.offsets.assign(rows.offsets.begin(), rows.offsets.begin() + static_cast<std::ptrdiff_t>(n) + 1);
  chain.rows.offsets.resize(count + 1, rows.offsets[n]);
  for (std::uint32_t e = 0; e < rows.offsets[n]; ++e)
    chain.rates.push_back(encloser.number(weights.by_class[trace.edge_classes()[e]]));
  for (std::uint32_t e = rows.offsets[n]; e < rows.offsets[n + 1]; ++e)
    add(chain.start[rows.targets[e]], encloser.number(weights.by_class[trace.edge_classes()[e]]));
  if (trace.time() == TimeKind::continuous) return chain;
  for (std::uint32_t i = 0; i < count; ++i) {
    Enclosure& stay = chain.stays.emplace_back(none);
    for (std::uint32_t e = chain.rows.offsets[i]; e < chain.rows.offsets[i + 1]; ++e)
      add(stay, chain.rates[e]);
    complement(stay);
  }
  return chain;
}

}  // namespace phasic
