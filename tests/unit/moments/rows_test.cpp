// Answers with a row for each state, or for each absorbing state.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "moments/evaluate.hpp"
#include "support/chains.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

using ::testing::ElementsAre;
using enum StatisticKind;

std::vector<double> ask(const Graph& graph, Rows rows, std::vector<Statistic> columns,
                        std::vector<Reward> rewards = {Reward{}}, std::vector<double> theta = {1},
                        Precision precision = {}) {
  const Trace trace = record(graph);
  Question question{std::move(columns), std::move(rewards), precision, best_simd(), rows};
  std::vector<double> values;
  for (const Number& number : Evaluator(graph, trace, question).answer(theta).values)
    values.push_back(number.value);
  return values;
}

void expect_near(double value, double expected) {
  EXPECT_NEAR(value, expected, 1e-11 * std::fabs(expected));
}

/// A random chain whose edges into absorption lead to two vertices in turn. States are their own numbers.
GraphParts with_two_ends(std::uint64_t seed, TimeKind time) {
  const GraphParts parts = test::random_parts(seed, {.states = 12, .exit_share = 0.4, .time = time});
  test::ChainBuilder chain({"scale"}, time);
  for (std::uint32_t s = 0; s + 1 < parts.state_count; ++s) {
    for (std::uint64_t t = parts.row_offsets[s]; t < parts.row_offsets[s + 1]; ++t) {
      const auto& [target, vector] = parts.transitions[t];
      const auto coefficients = parts.coefficients[vector];
      chain.edge(target == 12 ? 12 + s % 2 : target, {coefficients.begin(), coefficients.end()});
    }
    chain.state();
  }
  chain.state().state();
  for (const auto& start : parts.start) chain.start(start.state, start.probability);
  return chain.parts();
}

std::vector<double> some_reward(const Graph& graph, unsigned modulus) {
  std::vector<double> reward(graph.vertex_count(), 0);
  for (VertexId v = 1; v <= graph.transient_count(); ++v) reward[v] = v % modulus;
  return reward;
}

const TimeKind both_kinds[] = {TimeKind::continuous, TimeKind::discrete};

TEST(FromEveryState, GivesWhatAChainStartedThereGives) {
  for (const TimeKind time : both_kinds) {
    const GraphParts parts = with_two_ends(4, time);
    const Graph graph = make_graph(parts);
    const std::vector<Reward> rewards{{"a", some_reward(graph, 2)}, {"b", some_reward(graph, 3)}};
    const std::vector<Statistic> columns{{mean}, {variance, 1, 1}, {covariance, 1, 0, 1}, {atom}};
    const auto together = ask(graph, Rows::states, columns, rewards);
    ASSERT_EQ(together.size(), 4 * graph.transient_count());
    for (VertexId v = 1; v <= graph.transient_count(); ++v) {
      GraphParts own = parts;
      own.start = {{static_cast<std::uint32_t>(graph.state_entry(v, 0)), 1.0}};
      const auto alone = ask(make_graph(own), Rows::start, columns, rewards);
      for (std::size_t c = 0; c < 4; ++c) expect_near(together[4 * (v - 1) + c], alone[c]);
    }
  }
}

TEST(Sojourn, IsTheMeanOfWhatOnlyThatStateEarns) {
  for (const TimeKind time : both_kinds) {
    const Graph graph = make_graph(with_two_ends(7, time));
    const auto sojourn_times = ask(graph, Rows::states, {{sojourn}});
    for (VertexId v = 1; v <= graph.transient_count(); ++v) {
      std::vector<double> reward(graph.vertex_count(), 0);
      reward[v] = 1;
      expect_near(sojourn_times[v - 1], ask(graph, Rows::start, {{mean}}, {{"", reward}})[0]);
    }
  }
}

TEST(Sojourn, ComesWithVisits) {
  // v1 -> v2 at 0.9, v2 -> v1 at 0.9, v2 absorbed at 0.1: each is entered ten times.
  test::ChainBuilder chain({});
  chain.edge(1, {0.9}).state().edge(0, {0.9}).edge(2, {0.1}).state().state().start(0);
  const auto values = ask(chain.graph(), Rows::states, {{sojourn}, {visits}}, {Reward{}}, {});
  const double expected[] = {10 / 0.9, 10, 10, 10};
  for (std::size_t i = 0; i < 4; ++i) expect_near(values[i], expected[i]);
}

TEST(Sojourn, IsInfiniteOnlyWhereTheChainStaysForEver) {
  // 0 leads to 1 or into absorption; 1 is left at rate `exit`; nothing leads to 2.
  test::ChainBuilder chain({"exit"});
  chain.edge(1, {1}).edge(3, {1}).state().edge(3, {0, 1}).state().edge(3, {0, 1}).state().state().start(0);
  const auto values = ask(chain.graph(), Rows::states, {{sojourn}, {mean}}, {Reward{}}, {0});
  EXPECT_THAT(values, ElementsAre(0.5, INFINITY, INFINITY, INFINITY, 0, INFINITY));
}

TEST(Absorption, SplitsEveryMomentAmongTheEnds) {
  for (const TimeKind time : both_kinds) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const Graph graph = make_graph(with_two_ends(seed, time));
      if (graph.absorbing_count() < 2) continue;
      const std::vector<Reward> rewards{{"a", some_reward(graph, 2)}, {"b", some_reward(graph, 3)}};
      const std::vector<Statistic> moments{{moment, 1}, {moment, 2}, {moment, 3}, {moment, 1, 1}};
      const auto all = ask(graph, Rows::start, moments, rewards);
      const double covariance_of_all = ask(graph, Rows::start, {{covariance, 1, 0, 1}}, rewards)[0];
      std::vector<Statistic> columns{{probability}, {covariance, 1, 0, 1}};
      columns.insert(columns.end(), moments.begin(), moments.end());
      const auto ends = ask(graph, Rows::absorbing, columns, rewards);
      const auto part = [&](std::size_t column) {
        return ends[column] * ends[0] + ends[6 + column] * ends[6];
      };
      expect_near(ends[0] + ends[6], 0.999);
      for (std::size_t k = 0; k < moments.size(); ++k) expect_near(part(2 + k), all[k]);
      const auto product = [&](std::size_t row) { return ends[row + 1] + ends[row + 2] * ends[row + 5]; };
      EXPECT_NEAR(product(0) * ends[0] + product(6) * ends[6], covariance_of_all + all[0] * all[3],
                  1e-10 * all[0] * all[3]);
    }
  }
}

TEST(Absorption, TellsTheRaceOfTwoExponentialsApart) {
  // Ends at rate 1 and at rate 2: 1/3 and 2/3, the time is exponential of rate 3 whichever wins.
  test::ChainBuilder chain({});
  chain.edge(1, {1}).edge(2, {2}).state({0}).state({1}).state({2}).start(0);
  const auto values =
      ask(chain.graph(), Rows::absorbing, {{probability}, {mean}, {variance}}, {Reward{}}, {});
  const double expected[] = {1. / 3, 1. / 3, 1. / 9, 2. / 3, 1. / 3, 1. / 9};
  for (std::size_t i = 0; i < 6; ++i) expect_near(values[i], expected[i]);
}

TEST(Absorption, GivesNoMomentsOfAnEndThatIsNeverMet) {
  test::ChainBuilder chain({"never"});
  chain.edge(1, {1}).edge(2, {0, 1}).state({0}).state({1}).state({2}).start(0);
  const auto values = ask(chain.graph(), Rows::absorbing, {{probability}, {mean}}, {Reward{}}, {0});
  EXPECT_EQ(values[0], 1);
  EXPECT_EQ(values[1], 1);
  EXPECT_EQ(values[2], 0);
  EXPECT_TRUE(std::isnan(values[3]));
}

TEST(Atom, CountsWhatStartsAbsorbedOrNowhere) {
  test::ChainBuilder chain({});
  chain.edge(1, {3}).state().state().start(0, 0.25).start(1, 0.5);
  EXPECT_EQ(ask(chain.graph(), Rows::start, {{atom}}, {Reward{}}, {})[0], 0.75);
}

TEST(Atom, IsTheChanceToMissEveryStateThatEarns) {
  // From 0 at equal rates to 1, which earns, or into absorption.
  test::ChainBuilder chain({});
  chain.edge(1, {1}).edge(2, {1}).state().edge(2, {5}).state().state().start(0);
  const auto values = ask(chain.graph(), Rows::start, {{atom}, {mean}}, {{"", {0, 0, 2, 0}}}, {});
  EXPECT_EQ(values[0], 0.5);
  EXPECT_NEAR(values[1], 0.2, 1e-16);
}

TEST(Rows, HaveTheSameValuesInMpfr) {
  for (const Rows rows : {Rows::states, Rows::absorbing}) {
    const Graph graph = make_graph(with_two_ends(11, TimeKind::discrete));
    const std::vector<Reward> rewards{{"a", some_reward(graph, 2)}, {"b", some_reward(graph, 3)}};
    const std::vector<Statistic> columns{{mean}, {standard_deviation, 1, 1}, {correlation, 1, 0, 1}};
    const auto plain = ask(graph, rows, columns, rewards);
    const auto precise = ask(graph, rows, columns, rewards, {1}, {Precision::Kind::mpfr, 200});
    for (std::size_t i = 0; i < plain.size(); ++i)
      EXPECT_NEAR(plain[i], precise[i], 1e-8 * std::fabs(precise[i]));
  }
}

}  // namespace
}  // namespace phasic
