// What holds for every absorbing chain: however it is written down, scaled or solved, the numbers agree.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <set>

#include "moments/evaluate.hpp"
#include "support/chains.hpp"
#include "support/dense.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

/// A chain of 1 to 15 transient states. Edges are drawn one by one, so that a failing chain can be shrunk;
/// every state leads to the next, the last into absorption.
GraphParts any_chain(TimeKind time) {
  const auto n = *rc::gen::inRange<std::uint32_t>(1, 16);
  test::ChainBuilder chain({"scale"}, time);
  for (std::uint32_t i = 0; i < n; ++i) {
    const auto drawn =
        *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange<std::uint32_t>(0, n + 1));
    const std::set<std::uint32_t> targets(drawn.begin(), drawn.end());
    std::vector<std::pair<std::uint32_t, double>> row;
    double total = 0;
    const auto add = [&](std::uint32_t target) {
      row.emplace_back(target, std::pow(2.0, *rc::gen::inRange(-20, 21)) * *rc::gen::inRange(1, 8));
      total += row.back().second;
    };
    for (const std::uint32_t target : targets) {
      if (target != i && target != i + 1) add(target);
    }
    add(i + 1);
    // In discrete time a part of the mass stays, a power of two so that no row exceeds 1 by rounding.
    const double scale = time == TimeKind::discrete ? std::exp2(-std::ceil(std::log2(total)) - 1) : 1;
    for (const auto& [target, weight] : row) chain.edge(target, {0, weight * scale});
    chain.state();
  }
  chain.state().start(*rc::gen::inRange<std::uint32_t>(0, n), 0.5).start(0, 0.25);
  return chain.parts();
}

std::vector<double> any_reward(const Graph& graph) {
  std::vector<double> reward(graph.vertex_count(), 0);
  for (VertexId v = 1; v <= graph.transient_count(); ++v) reward[v] = *rc::gen::inRange(0, 4);
  return reward;
}

std::vector<double> moments(const Graph& graph, double theta, unsigned order,
                            std::vector<double> reward = {}) {
  std::vector<Statistic> statistics;
  for (unsigned k = 1; k <= order; ++k) statistics.push_back({StatisticKind::moment, k});
  const Trace trace = record(graph);
  const Answer answer = Evaluator(graph, trace, {statistics, {{"", std::move(reward)}}, {}, best_simd()})
                            .answer(std::vector{theta});
  RC_ASSERT(answer.error.empty());
  std::vector<double> values;
  for (const Number& number : answer.values) values.push_back(number.value);
  return values;
}

void expect_dense_moments(TimeKind time) {
  const Graph graph = make_graph(any_chain(time));
  const std::vector<double> reward = any_reward(graph);
  const auto truth = test::DenseOracle(graph, {1}).moments(3, reward);
  const auto got = moments(graph, 1, 3, reward);
  for (unsigned k = 0; k < 3; ++k) {
    if (mpfr_zero_p(truth[k].get()) != 0)
      RC_ASSERT(got[k] == 0.0);
    else
      RC_ASSERT(test::relative_error(got[k], truth[k]) < 1e-13);
  }
}

RC_GTEST_PROP(Chains, HaveTheMomentsOfADenseSolveInContinuousTime, ()) {
  expect_dense_moments(TimeKind::continuous);
}

RC_GTEST_PROP(Chains, HaveTheMomentsOfADenseSolveInDiscreteTime, ()) {
  expect_dense_moments(TimeKind::discrete);
}

RC_GTEST_PROP(Chains, HaveTheSameBytesInWhateverOrderTheyAreWritten, ()) {
  const GraphParts parts = any_chain(TimeKind::continuous);
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  RC_ASSERT(make_graph(parts).hash() == make_graph(test::permuted(parts, seed)).hash());
}

RC_GTEST_PROP(Chains, RunTwiceAsFastAtTwiceTheRates, ()) {
  const Graph graph = make_graph(any_chain(TimeKind::continuous));
  const auto slow = moments(graph, 1, 3);
  const auto fast = moments(graph, 2, 3);
  for (unsigned k = 0; k < 3; ++k) RC_ASSERT(fast[k] * std::exp2(k + 1) == slow[k]);
}

RC_GTEST_PROP(Chains, EarnTimeWhereEveryStateEarnsOne, ()) {
  const Graph graph = make_graph(any_chain(TimeKind::continuous));
  RC_ASSERT(moments(graph, 1, 2, std::vector<double>(graph.vertex_count(), 1)) == moments(graph, 1, 2));
}

RC_GTEST_PROP(Chains, SplitTheirMeanTimeAmongTheStates, ()) {
  // The mean of a sum of rewards is the sum of their means, whatever the dependence.
  const Graph graph = make_graph(any_chain(TimeKind::continuous));
  const std::vector<double> reward = any_reward(graph);
  std::vector<double> rest(reward.size());
  for (std::size_t v = 0; v < rest.size(); ++v) rest[v] = 4 - reward[v];
  const double sum = moments(graph, 1, 1, reward)[0] + moments(graph, 1, 1, rest)[0];
  RC_ASSERT(std::fabs(sum / (4 * moments(graph, 1, 1)[0]) - 1) < 1e-13);
}

RC_GTEST_PROP(Chains, ReadBackFromTheirBytes, ()) {
  const Graph graph = make_graph(any_chain(TimeKind::discrete));
  const auto bytes = graph.object().bytes();
  const Graph copy = Graph::decode(Object::verify(Buffer(bytes.begin(), bytes.end())));
  RC_ASSERT(copy.hash() == graph.hash());
  RC_ASSERT(record(copy).hash() == record(graph).hash());
}

}  // namespace
}  // namespace phasic
