// A graph at a theta, as the parts of the distributions take it.
#pragma once

#include <utility>
#include <vector>

#include "moments/chain.hpp"
#include "moments/contour.hpp"
#include "moments/uniformisation.hpp"
#include "replay/terms.hpp"
#include "trace/record.hpp"

namespace phasic::test {

struct ThetaChain {
  ThetaChain(const Graph& graph, const std::vector<double>& theta, const std::vector<double>& reward = {})
      : trace(record(graph)) {
    const auto terms = evaluate_terms(graph.terms(), theta, 0.0);
    weights = class_weights(trace, std::span<const double>(terms));
    if (!reward.empty()) {
      for (const VertexId vertex : trace.vertices()) rewards.push_back(reward[vertex]);
    }
    fates = find_fates(trace, weights, rewards);
    settled = settled_among(fates);
    slopes = weight_gradients(trace, graph.terms(), theta, 0.0);
  }
  [[nodiscard]] Chain chain() const { return make_chain(trace, weights, rewards, fates); }
  [[nodiscard]] Walk walk() const { return Walk(chain()); }
  [[nodiscard]] ChainGradient chain_gradient() const {
    return make_chain_gradient(trace, weights, slopes, rewards, fates);
  }
  [[nodiscard]] Contour contour() const {
    Contour made(trace, best_simd());
    made.begin(weights, rewards, settled, slopes);
    return made;
  }

  Trace trace;
  std::vector<double> weights;
  std::vector<double> rewards;
  std::vector<Fate> fates;
  std::vector<bool> settled;
  std::vector<std::vector<double>> slopes;
};

/// |value / truth - 1|; 0 where both are 0.
inline double relative_error(double value, double truth) {
  return value == truth ? 0 : std::fabs(value / truth - 1);
}

}  // namespace phasic::test
