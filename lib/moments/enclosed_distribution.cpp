#include "moments/enclosed_distribution.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "moments/enclosed_routes.hpp"
#include "moments/enclosed_transform.hpp"
#include "moments/fates.hpp"
#include "moments/transform_shifts.hpp"

namespace phasic {

struct EnclosedDistribution::Implementation {
  Implementation(const Graph& graph_in, const Trace& trace_in, const std::vector<double>& reward,
                 MpfrWeights weights_in, Chance chance_in)
      : graph(graph_in),
        trace(trace_in),
        rewards(rewards_by_position(trace_in, reward)),
        weights(std::move(weights_in)),
        chance(chance_in),
        fates(find_fates(trace, signs_of(weights.by_class), rewards)),
        has_endless(std::ranges::find(fates, Fate::endless) != fates.end()) {}

  [[nodiscard]] mpfr_prec_t bits() const { return weights.bits; }
  [[nodiscard]] bool is_discrete() const { return trace.time() == TimeKind::discrete; }

  RoutesOf<Enclosure>& routes() {
    if (!routes_of_reward) {
      if (is_discrete() && !std::ranges::all_of(rewards, [](double r) { return std::floor(r) == r; })) {
        throw InputError({"--reward",
                          "is no whole number in some state",
                          "in discrete time, only the Laplace transform is known for such rewards",
                          {}});
      }
      routes_of_reward.emplace(enclose_chain(trace, weights, rewards, fates), bits());
    }
    return *routes_of_reward;
  }
  RoutesOf<Enclosure>& state_routes() {
    if (!routes_of_states)
      routes_of_states.emplace(enclose_chain_with_absorbing_states(trace, weights), bits());
    return *routes_of_states;
  }

  EnclosedNumber at(const Written& t, Part part) {
    if (routes().steps().is_vague()) return {Finding::undecided};
    const WholePart whole = whole_part(t);
    if (is_discrete() && part == Part::density && !whole.is_all) return {Finding::known, Enclosure(bits())};
    auto point = is_discrete() ? routes().point_after(whole.number) : routes().point_at(enclosed(t, bits()));
    if (!point) return {Finding::far};
    return {Finding::known, std::move(part_of(*point, part))};
  }

  Enclosure transform(const Written& s) {
    if (!transforms) transforms.emplace(trace, rewards, fates, bits());
    return transforms->at(s, weights);
  }

  EnclosedNumber quantile(const Written& written) {
    const EnclosedSteps& steps = routes().steps();
    if (steps.is_vague()) return {Finding::undecided};
    const Enclosure p = enclosed(written, bits());
    // What is not known to differ is the same, with the last chance.
    const Finding unless_last = chance == Chance::last ? Finding::known : Finding::undecided;
    if (!is_less(steps.atom(), p)) {
      const bool is_reached = is_at_least(steps.atom(), p);
      return {is_reached ? Finding::known : unless_last, Enclosure(bits())};
    }
    if (has_endless || !steps.has_exits()) {
      const Enclosure finite = steps.has_exits() ? transform({}) : steps.atom();
      if (!is_less(p, finite))
        return {is_less(finite, p) ? Finding::known : unless_last, Enclosure(bits()), true};
    }
    if (is_discrete())
      return find_steps([this](const Mpfr& k) { return routes().point_after(k); }, p, chance);
    Mpfr first(bits(), 1.0);
    divide(first, steps.rate());
    return find_time([this](const Mpfr& t) { return routes().point_at(Enclosure(t)); }, p, first);
  }

  const Graph& graph;
  const Trace& trace;
  std::vector<double> rewards;  // by position; empty: 1
  MpfrWeights weights;
  Chance chance;
  std::vector<Fate> fates;
  bool has_endless;
  std::optional<RoutesOf<Enclosure>> routes_of_reward;
  std::optional<RoutesOf<Enclosure>> routes_of_states;
  std::optional<EnclosedTransform> transforms;
};

EnclosedDistribution::EnclosedDistribution(const Graph& graph, const Trace& trace,
                                           const std::vector<double>& reward, MpfrWeights weights,
                                           Chance chance)
    : implementation_(std::make_unique<Implementation>(graph, trace, reward, std::move(weights), chance)) {}
EnclosedDistribution::~EnclosedDistribution() = default;
EnclosedDistribution::EnclosedDistribution(EnclosedDistribution&&) noexcept = default;

EnclosedNumber EnclosedDistribution::at(const Written& t, Part part) {
  return implementation_->at(t, part);
}
EnclosedNumber EnclosedDistribution::quantile(const Written& p) {
  return implementation_->quantile(p);
}
std::optional<std::vector<Enclosure>> EnclosedDistribution::state_probabilities(const Written& t) {
  return by_vertex(implementation_->graph, implementation_->trace,
                   implementation_->state_routes().probabilities(t));
}
std::optional<std::vector<Enclosure>> EnclosedDistribution::state_times(const Written& t) {
  return by_vertex(implementation_->graph, implementation_->trace,
                   implementation_->state_routes().times(t, implementation_->trace.transient_count()));
}
EnclosedNumber EnclosedDistribution::laplace(const Written& s) {
  return {Finding::known, implementation_->transform(s)};
}

}  // namespace phasic
