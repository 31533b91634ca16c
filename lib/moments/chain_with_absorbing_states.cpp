#include <algorithm>

#include "moments/chain.hpp"
#include "replay/tracked.hpp"

namespace phasic {

Chain make_chain_with_absorbing_states(const Trace& trace, std::span<const double> weights) {
  const std::size_t n = trace.transient_count();
  const std::size_t count = n + trace.absorbing_count();
  const Adjacency& rows = trace.rows();
  Chain chain;
  chain.time = trace.time();
  chain.rows.targets.assign(rows.targets.begin(), rows.targets.begin() + rows.offsets[n]);
  chain.rows.offsets.assign(rows.offsets.begin(), rows.offsets.begin() + static_cast<std::ptrdiff_t>(n) + 1);
  chain.rows.offsets.resize(count + 1, rows.offsets[n]);
  chain.exits.assign(count, 0.0);
  chain.stays.assign(count, 1.0);
  chain.start.assign(count, 0.0);
  for (std::uint32_t e = 0; e < rows.offsets[n]; ++e) chain.rates.push_back(weights[trace.edge_classes()[e]]);
  for (std::uint32_t i = 0; i < count; ++i) {
    chain.positions.push_back(i);
    chain.stay_roundings = std::max(chain.stay_roundings, static_cast<double>(chain.rows[i].size()) + 1);
    double sum = 0;
    for (std::uint32_t e = chain.rows.offsets[i]; e < chain.rows.offsets[i + 1]; ++e) sum += chain.rates[e];
    chain.stays[i] = std::max(0.0, 1 - sum);
  }
  for (std::uint32_t e = rows.offsets[n]; e < rows.offsets[n + 1]; ++e)
    chain.start[rows.targets[e]] += weights[trace.edge_classes()[e]];
  return chain;
}

ChainGradient make_chain_gradient_with_absorbing_states(const Trace& trace, std::span<const double> weights,
                                                        std::span<const std::vector<double>> slopes) {
  ChainGradient result{make_chain_with_absorbing_states(trace, weights), {}, {}};
  const Adjacency& rows = result.chain.rows;
  for (const std::vector<double>& by_class : slopes) {
    ChainNumbers& changes = result.slopes.emplace_back();
    const std::vector<double> none(result.chain.size(), 0.0);
    changes.exits = changes.stays = changes.start = none;
    for (std::size_t i = 0; i < result.chain.size(); ++i) {
      for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e) {
        changes.rates.push_back(by_class[trace.edge_classes()[e]]);
        changes.stays[i] -= changes.rates.back();
      }
    }
  }
  return result;
}

std::vector<ChainNumbers> slope_errors_with_absorbing_states(const Trace& trace,
                                                             std::span<const std::vector<double>> slopes,
                                                             const WeightCounts& counts) {
  const std::size_t n = trace.transient_count();
  const std::vector<double> none(n + trace.absorbing_count(), 0.0);
  const Adjacency& rows = trace.rows();
  std::vector<ChainNumbers> errors;
  for (std::size_t p = 0; p < slopes.size(); ++p) {
    ChainNumbers& of = errors.emplace_back();
    of.exits = of.stays = of.start = none;
    for (std::size_t i = 0; i < n; ++i) {
      Tracked<double> stay(0.0);
      for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e) {
        const ClassId edge_class = trace.edge_classes()[e];
        const Tracked<double> slope = with_count(slopes[p][edge_class], counts.slope(p, edge_class));
        of.rates.push_back(slope.scale * slack);
        add(stay, slope);
      }
      of.stays[i] = stay.scale * slack;
    }
  }
  return errors;
}

}  // namespace phasic
