// Chains that tests are made of: small ones by hand, and random absorbing ones with a fixed seed.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "graph/graph.hpp"

namespace phasic::test {

/// Collects a chain state by state. State s of a chain without explicit states has the one entry s.
class ChainBuilder {
 public:
  explicit ChainBuilder(std::vector<std::string> parameters, TimeKind time = TimeKind::continuous) {
    parts_.terms.parameters = std::move(parameters);
    parts_.time = time;
    parts_.coefficients = CoefficientTable(parts_.terms.count());
    parts_.row_offsets = {0};
  }
  /// A transition of the state that is being described; coefficients of (1, theta...).
  ChainBuilder& edge(std::uint32_t target, std::vector<double> coefficients) {
    coefficients.resize(parts_.terms.count(), 0.0);
    parts_.transitions.push_back({target, parts_.coefficients.intern(coefficients)});
    return *this;
  }
  /// Ends the description of the current state, whose entries are `entries`.
  ChainBuilder& state(std::vector<std::int32_t> entries) {
    parts_.state_length = entries.size();
    parts_.states.insert(parts_.states.end(), entries.begin(), entries.end());
    ++parts_.state_count;
    parts_.row_offsets.push_back(parts_.transitions.size());
    return *this;
  }
  ChainBuilder& state() { return state({static_cast<std::int32_t>(parts_.state_count)}); }
  ChainBuilder& start(std::uint32_t state, double probability = 1) {
    parts_.start.push_back({state, probability});
    return *this;
  }
  ChainBuilder& reward(const std::string& name, std::vector<double> values) {
    parts_.rewards.push_back({name, std::move(values)});
    return *this;
  }
  ChainBuilder& property(const std::string& name, std::vector<StateProperty::Entry> entries) {
    parts_.properties.push_back({name, std::move(entries)});
    return *this;
  }
  [[nodiscard]] const GraphParts& parts() const { return parts_; }
  [[nodiscard]] GraphParts& parts() { return parts_; }
  [[nodiscard]] Graph graph() const { return make_graph(parts_); }

 private:
  GraphParts parts_;
};

/// k phases in a row, each left at rate theta_0.
inline Graph erlang(std::uint32_t phases) {
  ChainBuilder chain({"rate"});
  for (std::uint32_t i = 0; i < phases; ++i) chain.edge(i + 1, {0, 1}).state();
  return chain.state().start(0).graph();
}

struct RandomChain {
  std::uint32_t states = 20;  ///< transient ones
  double density = 0.2;       ///< of possible edges
  double decades = 2;         ///< rates are 10^U(-decades/2, decades/2)
  double exit_share = 0.1;    ///< share of states with an edge into absorption
  TimeKind time = TimeKind::continuous;
};

/// Rates are constants times theta_0; every state can be absorbed (the last exits, each leads to a later
/// one).
inline GraphParts random_parts(std::uint64_t seed, const RandomChain& options) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  const auto rate = [&] { return std::pow(10.0, options.decades * (uniform(random) - 0.5)); };
  ChainBuilder chain({"scale"}, options.time);
  const std::uint32_t n = options.states;
  for (std::uint32_t i = 0; i < n; ++i) {
    std::vector<std::pair<std::uint32_t, double>> row;
    for (std::uint32_t j = 0; j < n; ++j) {
      if (j != i && uniform(random) < options.density) row.emplace_back(j, rate());
    }
    if (i + 1 == n || uniform(random) < options.exit_share) row.emplace_back(n, rate());
    if (i + 1 < n) row.emplace_back(i + 1, rate());
    double total = uniform(random);
    for (const auto& [target, weight] : row) total += weight;
    const double scale = options.time == TimeKind::discrete ? 1 / total : 1;
    for (const auto& [target, weight] : row) chain.edge(target, {0, weight * scale});
    chain.state();
  }
  chain.state();
  std::vector<double> start(n);
  double sum = 0;
  for (double& p : start) sum += p = uniform(random);
  for (std::uint32_t i = 0; i < n; ++i) chain.start(i, 0.999 * start[i] / sum);
  return chain.parts();
}

/// The same chain with its states listed in another order.
inline GraphParts permuted(const GraphParts& parts, std::uint64_t seed) {
  std::vector<std::uint32_t> order(parts.state_count);
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::mt19937_64 random(seed);
  std::shuffle(order.begin(), order.end(), random);
  std::vector<std::uint32_t> place(order.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) place[order[i]] = i;
  GraphParts result = parts;
  result.states.clear();
  result.row_offsets = {0};
  result.transitions.clear();
  for (const std::uint32_t s : order) {
    const auto first = parts.states.begin() + static_cast<std::ptrdiff_t>(s * parts.state_length);
    result.states.insert(result.states.end(), first, first + static_cast<std::ptrdiff_t>(parts.state_length));
    std::vector<GraphParts::Transition> row(
        parts.transitions.begin() + static_cast<std::ptrdiff_t>(parts.row_offsets[s]),
        parts.transitions.begin() + static_cast<std::ptrdiff_t>(parts.row_offsets[s + 1]));
    std::shuffle(row.begin(), row.end(), random);
    for (auto& transition : row) transition.target = place[transition.target];
    result.transitions.insert(result.transitions.end(), row.begin(), row.end());
    result.row_offsets.push_back(result.transitions.size());
  }
  for (auto& start : result.start) start.state = place[start.state];
  std::shuffle(result.start.begin(), result.start.end(), random);
  for (std::size_t r = 0; r < result.rewards.size(); ++r) {
    for (std::uint32_t i = 0; i < order.size(); ++i) {
      result.rewards[r].values[i] = parts.rewards[r].values[order[i]];
    }
  }
  return result;
}

/// The same chain with its states called by other numbers, one each: its vertices come in another order.
/// State s of the result is called `names[s]`.
struct Renamed {
  GraphParts parts;
  std::vector<std::int32_t> names;
};
inline Renamed renamed(const GraphParts& parts, std::uint64_t seed) {
  Renamed result{parts, std::vector<std::int32_t>(parts.state_count)};
  for (std::size_t s = 0; s < parts.state_count; ++s) result.names[s] = static_cast<std::int32_t>(s);
  std::mt19937_64 random(seed);
  std::shuffle(result.names.begin(), result.names.end(), random);
  result.parts.state_length = 1;
  result.parts.states = result.names;
  return result;
}

}  // namespace phasic::test
