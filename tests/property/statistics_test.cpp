// What holds for every statistic of every absorbing chain, derivatives included: vertices may be numbered in
// any way, and a chain whose rates are all c times as large does everything c times as fast.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <set>

#include "moments/ask.hpp"
#include "moments/evaluate.hpp"
#include "support/chains.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

using enum StatisticKind;

/// A chain of 1 to 10 transient states and two absorbing ones. Every rate is a multiple of one of two
/// parameters, all of them 1 where the chain is asked.
GraphParts any_chain(TimeKind time) {
  const auto n = *rc::gen::inRange<std::uint32_t>(1, 11);
  test::ChainBuilder chain({"a", "b"}, time);
  for (std::uint32_t i = 0; i < n; ++i) {
    const auto drawn =
        *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange<std::uint32_t>(0, n + 2));
    std::set<std::uint32_t> targets(drawn.begin(), drawn.end());
    targets.erase(i);
    targets.insert(i + 1);  // so that absorption is reached
    const double room = time == TimeKind::discrete ? 1.0 / 64 / static_cast<double>(targets.size()) : 1;
    for (const std::uint32_t target : targets) {
      const double rate = room * *rc::gen::inRange(1, 33);
      const bool is_of_a = *rc::gen::inRange(0, 2) == 0;
      chain.edge(target, {0, is_of_a ? rate : 0, is_of_a ? 0 : rate});
    }
    chain.state();
  }
  chain.state().state().start(*rc::gen::inRange<std::uint32_t>(0, n), 0.5).start(0, 0.25);
  return chain.parts();
}

/// 0 to 3, by what a state is called.
std::vector<Reward> rewards_of(const Graph& graph, const std::vector<std::int32_t>& names) {
  std::vector<Reward> rewards{{"a", std::vector<double>(graph.vertex_count(), 0)}, {"b", {}}};
  rewards[1].values = rewards[0].values;
  for (VertexId v = 1; v <= graph.transient_count(); ++v) {
    const auto state = std::ranges::find(names, graph.state_entry(v, 0)) - names.begin();
    rewards[0].values[v] = static_cast<double>(state % 4);
    rewards[1].values[v] = static_cast<double>((state + 1) % 3);
  }
  return rewards;
}

struct Asked {
  std::vector<double> values;
  std::vector<std::vector<double>> rows;  // by state, where there are several
};

/// All columns with their derivatives, rows by the state's place in `names`.
Asked ask(const Graph& graph, const std::vector<std::int32_t>& names, Rows rows,
          const std::vector<Statistic>& statistics, std::vector<Reward> rewards) {
  const Trace trace = record(graph);
  Question question{with_gradients(statistics, 2), std::move(rewards), {}, best_simd(), rows};
  const Answer answer = Evaluator(graph, trace, question).answer(std::vector{1.0, 1.0});
  RC_ASSERT(answer.error.empty());
  Asked asked;
  for (const Number& number : answer.values) asked.values.push_back(number.value);
  if (rows == Rows::start) return asked;
  const auto vertices = row_vertices(graph, rows);
  const auto width = static_cast<std::ptrdiff_t>(question.columns.size());
  asked.rows.resize(names.size());
  for (std::size_t row = 0; row < vertices.size(); ++row) {
    const auto state = std::ranges::find(names, graph.state_entry(vertices[row], 0)) - names.begin();
    const auto first = asked.values.begin() + static_cast<std::ptrdiff_t>(row) * width;
    asked.rows[static_cast<std::size_t>(state)].assign(first, first + width);
  }
  return asked;
}

void expect_same(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
  RC_ASSERT(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) && std::isnan(b[i])) continue;
    if (a[i] == b[i]) continue;
    RC_ASSERT(std::fabs(a[i] - b[i]) <= tolerance * (1 + std::fabs(a[i])));
  }
}

void expect_renaming_changes_nothing(TimeKind time) {
  const GraphParts parts = any_chain(time);
  const test::Renamed other = test::renamed(parts, *rc::gen::arbitrary<std::uint64_t>());
  const Graph a = make_graph(parts);
  const Graph b = make_graph(other.parts);
  std::vector<std::int32_t> names(other.names.size());
  for (std::size_t s = 0; s < names.size(); ++s) names[s] = static_cast<std::int32_t>(s);
  const auto of_a = rewards_of(a, names);
  const auto of_b = rewards_of(b, other.names);
  const std::vector<Statistic> of_start{{mean}, {variance}, {central, 3}, {covariance, 1, 0, 1}, {atom}};
  expect_same(ask(a, names, Rows::start, of_start, of_a).values,
              ask(b, other.names, Rows::start, of_start, of_b).values, 1e-9);
  const std::vector<Statistic> of_states{{mean}, {variance, 1, 1}, {covariance, 1, 0, 1},
                                         {atom}, {sojourn},        {visits}};
  const std::vector<Statistic> of_ends{{probability}, {mean}, {variance, 1, 1}};
  for (const auto& [rows, columns] : {std::pair{Rows::states, of_states}, {Rows::absorbing, of_ends}}) {
    const Asked asked = ask(a, names, rows, columns, of_a);
    const Asked again = ask(b, other.names, rows, columns, of_b);
    for (std::size_t s = 0; s < asked.rows.size(); ++s) expect_same(asked.rows[s], again.rows[s], 1e-9);
  }
}

RC_GTEST_PROP(Statistics, DoNotDependOnHowVerticesAreNumberedInContinuousTime, ()) {
  expect_renaming_changes_nothing(TimeKind::continuous);
}

RC_GTEST_PROP(Statistics, DoNotDependOnHowVerticesAreNumberedInDiscreteTime, ()) {
  expect_renaming_changes_nothing(TimeKind::discrete);
}

AskAnswer ask_distribution(const Graph& graph, const std::vector<Reward>& rewards, std::vector<Ask> asks,
                           const std::vector<double>& theta) {
  const Trace trace = record(graph);
  AskAnswer answer =
      AskAnswerer(graph, trace, rewards, best_simd(), {std::move(asks), Derivatives::by_every_parameter})
          .answer(theta);
  RC_ASSERT(answer.error.empty());
  return answer;
}

void expect_renaming_changes_no_distribution(TimeKind time) {
  const GraphParts parts = any_chain(time);
  const test::Renamed other = test::renamed(parts, *rc::gen::arbitrary<std::uint64_t>());
  const Graph a = make_graph(parts);
  const Graph b = make_graph(other.parts);
  std::vector<std::int32_t> names(other.names.size());
  for (std::size_t s = 0; s < names.size(); ++s) names[s] = static_cast<std::int32_t>(s);
  std::vector<Ask> asks;
  for (const AskKind kind : {AskKind::density, AskKind::distribution, AskKind::survival, AskKind::laplace}) {
    for (const double at : {0.0, 1.0, 5.0}) asks.push_back({kind, at});
  }
  if (time == TimeKind::continuous) asks.push_back({AskKind::quantile, 0.6});
  asks = for_each_reward(asks, 2);
  expect_same(ask_distribution(a, rewards_of(a, names), asks, {1, 1}).values,
              ask_distribution(b, rewards_of(b, other.names), asks, {1, 1}).values, 1e-9);
}

RC_GTEST_PROP(Distributions, DoNotDependOnHowVerticesAreNumberedInContinuousTime, ()) {
  expect_renaming_changes_no_distribution(TimeKind::continuous);
}

RC_GTEST_PROP(Distributions, DoNotDependOnHowVerticesAreNumberedInDiscreteTime, ()) {
  expect_renaming_changes_no_distribution(TimeKind::discrete);
}

/// Euler: what is of degree d in all rates has sum over p of theta_p d/dtheta_p equal to d times itself.
void expect_degree(double value, std::span<const double> slopes, const std::vector<double>& theta,
                   double degree) {
  const double euler = theta[0] * slopes[0] + theta[1] * slopes[1];
  const double size = std::fabs(theta[0] * slopes[0]) + std::fabs(theta[1] * slopes[1]) + std::fabs(value);
  RC_ASSERT(std::fabs(euler - degree * value) <= 1e-10 * (1e-12 + size));
}

RC_GTEST_PROP(Statistics, OfTimeAreHomogeneousInTheRates, ()) {
  const Graph graph = make_graph(any_chain(TimeKind::continuous));
  const std::vector<double> theta{*rc::gen::inRange(1, 50) / 7.0, *rc::gen::inRange(1, 50) / 9.0};
  const Trace trace = record(graph);
  const std::vector<std::pair<Rows, std::vector<std::pair<Statistic, double>>>> questions{
      {Rows::start, {{{mean}, -1}, {{variance}, -2}, {{moment, 3}, -3}, {{skewness}, 0}, {{atom}, 0}}},
      {Rows::states, {{{mean}, -1}, {{moment, 2}, -2}, {{sojourn}, -1}, {{visits}, 0}}},
      {Rows::absorbing, {{{probability}, 0}, {{mean}, -1}, {{moment, 2}, -2}}}};
  for (const auto& [rows, columns] : questions) {
    std::vector<Statistic> statistics;
    for (const auto& [statistic, degree] : columns) statistics.push_back(statistic);
    const Question question{with_gradients(statistics, 2), {Reward{}}, {}, best_simd(), rows};
    const Answer answer = Evaluator(graph, trace, question).answer(theta);
    for (std::size_t first = 0; first < answer.values.size(); first += 3 * columns.size()) {
      for (std::size_t c = 0; c < columns.size(); ++c) {
        const double value = answer.values[first + c].value;
        if (std::isnan(value)) continue;  // of an end that is never met
        const std::size_t slope = first + columns.size() + 2 * c;
        const double slopes[] = {answer.values[slope].value, answer.values[slope + 1].value};
        expect_degree(value, slopes, theta, columns[c].second);
      }
    }
  }
}

// t f(t) for F and minus that for 1 - F; f + t f' is no column, but a quantile is of degree -1.
RC_GTEST_PROP(Distributions, AreHomogeneousInTheRates, ()) {
  const Graph graph = make_graph(any_chain(TimeKind::continuous));
  const std::vector<double> theta{*rc::gen::inRange(1, 50) / 7.0, *rc::gen::inRange(1, 50) / 9.0};
  const double t = *rc::gen::inRange(1, 100) / 40.0;
  const auto values = ask_distribution(graph, {Reward{}},
                                       {{AskKind::density, t},
                                        {AskKind::distribution, t},
                                        {AskKind::survival, t},
                                        {AskKind::quantile, 0.7}},
                                       theta)
                          .values;
  const auto euler = [&](std::size_t i) {
    return theta[0] * values[4 + 2 * i] + theta[1] * values[5 + 2 * i];
  };
  RC_ASSERT(std::fabs(euler(1) - t * values[0]) <= 1e-11);
  RC_ASSERT(std::fabs(euler(2) + t * values[0]) <= 1e-11);
  RC_ASSERT(std::fabs(euler(3) + values[3]) <= 1e-8 * values[3]);
}

}  // namespace
}  // namespace phasic
