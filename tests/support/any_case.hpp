// Chains that bounds are tested with, drawn from a seed: random ones and stiff ones, with rates that cancel,
// in either kind of time.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "moments/question.hpp"
#include "support/chains.hpp"

namespace phasic::test {

/// A chain, a theta for its parameters (scale, other, p) and two rewards by vertex.
struct Case {
  Graph graph;
  std::vector<double> theta;
  std::vector<Reward> rewards;
};

/// Draws what a case is made of.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}
  double uniform() { return std::uniform_real_distribution<double>(0, 1)(random_); }
  bool happens(double probability) { return uniform() < probability; }
  std::uint32_t below(std::uint32_t end) {
    return std::uniform_int_distribution<std::uint32_t>(0, end - 1)(random_);
  }
  double decades(double width) { return std::pow(10.0, width * (uniform() - 0.5)); }
  /// A probability, often next to 1.
  double share() { return happens(0.5) ? 1 - std::pow(10.0, -14 * uniform()) : uniform(); }

 private:
  std::mt19937_64 random_;
};

/// One of the forms that rates have: a multiple of a parameter, a sum, a multiple of 1 - p.
inline std::vector<double> any_rate(Draw& draw, double size) {
  switch (draw.below(5)) {
    case 0:
      return {0, size};
    case 1:
      return {size * draw.uniform(), size, size * draw.uniform()};
    case 2:
      return {size, 0, 0, -size};
    case 3:
      return {size};
    default:
      return {0, 0, size};
  }
}

inline Case any_continuous(std::uint64_t seed, double decades) {
  Draw draw(seed);
  ChainBuilder chain({"scale", "other", "p"});
  const std::uint32_t n = 1 + draw.below(12);
  const double density = draw.uniform() * draw.uniform();
  for (std::uint32_t i = 0; i < n; ++i) {
    for (std::uint32_t j = 0; j <= n; ++j) {
      if (j == i) continue;
      if (j == i + 1 || draw.happens(density)) chain.edge(j, any_rate(draw, draw.decades(decades)));
    }
    if (draw.happens(0.2)) chain.edge(n + 1, any_rate(draw, draw.decades(decades)));
    chain.state();
  }
  chain.state().state().start(draw.below(n), 0.5).start(n, 0.0625);
  Case made{chain.graph(), {draw.decades(decades), draw.decades(decades), draw.share()}, {}};
  return made;
}

/// Rows with probabilities whose sum is at most 1 in any case.
inline Case any_discrete(std::uint64_t seed, double decades) {
  Draw draw(seed);
  ChainBuilder chain({"scale", "other", "p"}, TimeKind::discrete);
  const std::uint32_t n = 1 + draw.below(10);
  for (std::uint32_t i = 0; i < n; ++i) {
    const double share = draw.happens(0.3) ? 1 : std::exp2(-1.0 * draw.below(20));
    if (draw.happens(0.5)) {
      chain.edge(i + 1, {0, 0, 0, share}).edge((i + 2) % n == i ? n : (i + 2) % n, {share, 0, 0, -share});
    } else {
      const double least = std::pow(10.0, -decades / 2 * draw.uniform());
      chain.edge(i + 1, {0, share * least / 2});
      if (n > 2) chain.edge(i == 0 ? 2 : 0, {0, 0, share / 2});
    }
    chain.state();
  }
  chain.state().start(draw.below(n), 0.75);
  return {chain.graph(), {draw.share(), draw.share(), draw.share()}, {}};
}

/// Multiples of 2^-12, so that their sums are exact.
inline void add_rewards(Case& of, std::uint64_t seed) {
  Draw draw(seed + 1);
  for (const char* name : {"a", "b"}) {
    Reward reward{name, std::vector<double>(of.graph.vertex_count(), 0)};
    for (VertexId v = 1; v <= of.graph.transient_count(); ++v) {
      if (draw.happens(0.8)) reward.values[v] = std::ceil(std::ldexp(draw.decades(6), 12)) / 4096;
    }
    of.rewards.push_back(std::move(reward));
  }
}

inline Case any_case(std::uint64_t seed, double decades) {
  Case made = seed % 3 == 0 ? any_discrete(seed, decades) : any_continuous(seed, decades);
  add_rewards(made, seed);
  return made;
}

}  // namespace phasic::test
