#include "moments/enclosed_derivative.hpp"

#include <utility>

#include "moments/enclosed_routes.hpp"
#include "moments/enclosed_transform.hpp"
#include "moments/fates.hpp"
#include "moments/transform_shifts.hpp"

namespace phasic {

namespace {

/// Whether a slope changes something in a class of that fate, such as leading out of it.
bool changes_some(const Trace& trace, const std::vector<Fate>& fates, Fate fate,
                  const std::vector<Tracked<Mpfr>>& slopes) {
  const Adjacency& rows = trace.rows();
  for (std::uint32_t i = 0; i < fates.size(); ++i) {
    if (fates[i] != fate) continue;
    for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e) {
      if (!is_zero(slopes[trace.edge_classes()[e]])) return true;
    }
  }
  return false;
}

/// Of a parameter that everything jumps with.
EnclosedSlope without_value() {
  EnclosedSlope result;
  result.has_value = false;
  return result;
}

EnclosedSlope judged(SignedEnclosure number) {
  if (!is_finite(number)) return {Finding::undecided};
  return {Finding::known, std::move(number)};
}

std::optional<std::vector<SignedEnclosure>> slopes_of(std::optional<std::vector<SlopedEnclosure>> numbers) {
  if (!numbers) return std::nullopt;
  std::vector<SignedEnclosure> slopes;
  for (SlopedEnclosure& number : *numbers) slopes.push_back(std::move(number.slope));
  return slopes;
}

}  // namespace

struct EnclosedDerivative::Implementation {
  Implementation(const Graph& graph_in, const Trace& trace_in, const std::vector<double>& reward,
                 SlopedWeights weights_in)
      : graph(graph_in),
        trace(trace_in),
        rewards(rewards_by_position(trace_in, reward)),
        weights(std::move(weights_in)),
        fates(find_fates(trace, signs_of(weights.weights.by_class), rewards)),
        opens(changes_some(trace, fates, Fate::settled, weights.slopes)),
        ends(changes_some(trace, fates, Fate::endless, weights.slopes)) {}

  [[nodiscard]] mpfr_prec_t bits() const { return weights.weights.bits; }
  [[nodiscard]] bool is_discrete() const { return trace.time() == TimeKind::discrete; }

  RoutesOf<SlopedEnclosure>& routes() {
    if (!routes_of_reward) routes_of_reward.emplace(enclose_chain(trace, weights, rewards, fates), bits());
    return *routes_of_reward;
  }
  RoutesOf<SlopedEnclosure>& state_routes() {
    if (!routes_of_states)
      routes_of_states.emplace(enclose_chain_with_absorbing_states(trace, weights), bits());
    return *routes_of_states;
  }
  /// Whether anything has a slope. That is 0, and not only found to be, where nothing has.
  bool changes() {
    const auto there = routes().steps().presence();
    return there.alive.slope || there.gone.slope;
  }

  /// What is lost of who is alive is gained by who is gone: both are known from either.
  static void compare(PointOf<SlopedEnclosure>& point) {
    SignedEnclosure other = point.distribution.slope;
    negate(other);
    narrow(point.survival.slope, other);
    point.distribution.slope = point.survival.slope;
    negate(point.distribution.slope);
  }

  EnclosedSlope at(const Written& t, EnclosedDistribution::Part part) {
    if (opens) return without_value();
    if (routes().steps().is_vague()) return {Finding::undecided};
    const WholePart whole = whole_part(t);
    const bool is_between = is_discrete() && part == EnclosedDistribution::Part::density && !whole.is_all;
    if (is_between || !changes()) return {Finding::known, SignedEnclosure(bits())};
    auto point = is_discrete() ? routes().point_after(whole.number) : routes().point_at(enclosed(t, bits()));
    if (!point) return {Finding::far};
    compare(*point);
    return judged(std::move(part_of(*point, part).slope));
  }

  /// F(q) = p stays so: F' + f q' = 0.
  EnclosedSlope of_quantile(const EnclosedNumber& quantile) {
    if (opens || quantile.is_infinite) return without_value();
    if (quantile.finding != Finding::known) return {quantile.finding};
    if (routes().steps().is_vague()) return {Finding::undecided};
    if (is_zero(quantile.number) || !changes()) return {Finding::known, SignedEnclosure(bits())};
    auto point = routes().point_at(quantile.number);
    if (!point) return {Finding::far};
    compare(*point);
    const Enclosure& density = point->density.value;
    if (!(mpfr_sgn(density.low.get()) > 0)) return {Finding::undecided};
    divide(point->survival.slope, density);
    return judged(std::move(point->survival.slope));
  }

  // At s = 0 a transform is the probability that R is finite, which jumps where an endless class is opened.
  EnclosedSlope laplace(const Written& s) {
    if (opens || (ends && is_zero(enclosed(s, bits())))) return without_value();
    if (!transforms) transforms.emplace(trace, rewards, fates, bits());
    auto slope = transforms->slope_at(s, weights);
    if (!slope) return {Finding::far};
    return judged(std::move(*slope));
  }

  const Graph& graph;
  const Trace& trace;
  std::vector<double> rewards;  // by position; empty: 1
  SlopedWeights weights;
  std::vector<Fate> fates;
  bool opens;  // a settled class
  bool ends;   // an endless class
  std::optional<RoutesOf<SlopedEnclosure>> routes_of_reward;
  std::optional<RoutesOf<SlopedEnclosure>> routes_of_states;
  std::optional<EnclosedTransform> transforms;
};

EnclosedDerivative::EnclosedDerivative(const Graph& graph, const Trace& trace,
                                       const std::vector<double>& reward, SlopedWeights weights)
    : implementation_(std::make_unique<Implementation>(graph, trace, reward, std::move(weights))) {}
EnclosedDerivative::~EnclosedDerivative() = default;
EnclosedDerivative::EnclosedDerivative(EnclosedDerivative&&) noexcept = default;

EnclosedSlope EnclosedDerivative::at(const Written& t, EnclosedDistribution::Part part) {
  return implementation_->at(t, part);
}
EnclosedSlope EnclosedDerivative::of_quantile(const EnclosedNumber& quantile) {
  return implementation_->of_quantile(quantile);
}
EnclosedSlope EnclosedDerivative::laplace(const Written& s) {
  return implementation_->laplace(s);
}
std::optional<std::vector<SignedEnclosure>> EnclosedDerivative::state_probabilities(const Written& t) {
  return slopes_of(by_vertex(implementation_->graph, implementation_->trace,
                             implementation_->state_routes().probabilities(t)));
}
std::optional<std::vector<SignedEnclosure>> EnclosedDerivative::state_times(const Written& t) {
  return slopes_of(
      by_vertex(implementation_->graph, implementation_->trace,
                implementation_->state_routes().times(t, implementation_->trace.transient_count())));
}

}  // namespace phasic
