// Derivatives of atoms, and of answers with a row for each state or for each end.
#include "moments/row_derivatives.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "moments/evaluate.hpp"
#include "support/cases.hpp"
#include "support/chains.hpp"
#include "support/differences.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

using enum StatisticKind;

const TimeKind both_kinds[] = {TimeKind::continuous, TimeKind::discrete};
const std::vector<double> at_one{1, 1};

std::vector<double> ask(const Graph& graph, Rows rows, std::vector<Statistic> columns,
                        std::vector<Reward> rewards = {Reward{}}, const std::vector<double>& theta = at_one,
                        Precision precision = {}) {
  const Trace trace = record(graph);
  Question question{std::move(columns), std::move(rewards), precision, best_simd(), rows};
  std::vector<double> values;
  for (const Number& number : Evaluator(graph, trace, question).answer(theta).values)
    values.push_back(number.value);
  return values;
}

/// A random chain with two ends, its rates handed out among a constant and two parameters, of which one also
/// slows some of them down. States are their own numbers.
GraphParts random_chain(std::uint64_t seed, TimeKind time) {
  const GraphParts parts = test::random_parts(seed, {.states = 10, .exit_share = 0.4, .time = time});
  const double room = time == TimeKind::discrete ? 0.9 : 1;  // for probabilities that are moved a little
  std::mt19937_64 random(seed);
  test::ChainBuilder chain({"a", "b"}, time);
  for (std::uint32_t s = 0; s + 1 < parts.state_count; ++s) {
    for (std::uint64_t t = parts.row_offsets[s]; t < parts.row_offsets[s + 1]; ++t) {
      const double rate = room * parts.coefficients[parts.transitions[t].coefficients][1];
      const std::uint32_t target = parts.transitions[t].target;
      const std::vector<std::vector<double>> shares{
          {rate, 0, 0}, {0, rate, 0}, {0, 0, 0.5 * rate}, {1.25 * rate, -0.25 * rate, 0}};
      chain.edge(target == 10 ? 10 + s % 2 : target, shares[random() % 4]);
    }
    chain.state();
  }
  chain.state().state();
  for (const auto& start : parts.start) chain.start(start.state, start.probability);
  return chain.parts();
}

std::vector<Reward> two_rewards(const Graph& graph) {
  std::vector<Reward> rewards{{"a", std::vector<double>(graph.vertex_count(), 0)}, {"b", {}}};
  rewards[1].values = rewards[0].values;
  for (VertexId v = 1; v <= graph.transient_count(); ++v) {
    rewards[0].values[v] = v % 2;
    rewards[1].values[v] = v % 3;
  }
  return rewards;
}

/// Every derivative against differences of the values.
void expect_differences(const Graph& graph, Rows rows, const std::vector<Statistic>& columns) {
  const std::vector<Reward> rewards = two_rewards(graph);
  const std::size_t count = columns.size();
  const auto all = ask(graph, rows, with_gradients(columns, 2), rewards);
  const std::size_t row_count = all.size() / (3 * count);
  for (std::size_t p = 0; p < 2; ++p) {
    const auto expected = test::differences(
        1,
        [&](double x) {
          std::vector<double> theta = at_one;
          theta[p] = x;
          return ask(graph, rows, columns, rewards, theta);
        },
        0x1p-5);
    for (std::size_t row = 0; row < row_count; ++row) {
      for (std::size_t c = 0; c < count; ++c) {
        const double value = all[row * 3 * count + c];
        EXPECT_NEAR(all[row * 3 * count + count + 2 * c + p], expected[row * count + c],
                    1e-9 * (1 + std::fabs(value)))
            << "row " << row << " column " << c << " parameter " << p;
      }
    }
  }
}

TEST(RowDerivatives, OfStatesAgreeWithDifferences) {
  for (const TimeKind time : both_kinds) {
    for (std::uint64_t seed = 0; seed < test::cases(10); ++seed) {
      expect_differences(
          make_graph(random_chain(seed, time)), Rows::states,
          {{mean}, {variance, 1, 1}, {moment, 3}, {covariance, 1, 0, 1}, {atom}, {sojourn}, {visits}});
    }
  }
}

TEST(RowDerivatives, OfEndsAgreeWithDifferences) {
  for (const TimeKind time : both_kinds) {
    for (std::uint64_t seed = 0; seed < test::cases(10); ++seed) {
      expect_differences(
          make_graph(random_chain(seed, time)), Rows::absorbing,
          {{probability}, {mean}, {standard_deviation, 1, 1}, {moment, 3}, {covariance, 1, 0, 1}});
    }
  }
}

TEST(RowDerivatives, OfAtomsAgreeWithDifferences) {
  for (const TimeKind time : both_kinds) {
    for (std::uint64_t seed = 0; seed < test::cases(10); ++seed) {
      expect_differences(make_graph(random_chain(seed, time)), Rows::start, {{atom}, {atom, 1, 1}, {mean}});
    }
  }
}

// Rows are solved for forward, the start's derivatives by transposed solves.
TEST(RowDerivatives, OfAStateAreThoseOfTheChainStartedThere) {
  for (const TimeKind time : both_kinds) {
    const GraphParts parts = random_chain(3, time);
    const Graph graph = make_graph(parts);
    const auto columns = with_gradients({{mean}, {variance}, {covariance, 1, 0, 1}, {atom}}, 2);
    const auto together = ask(graph, Rows::states, columns, two_rewards(graph));
    for (VertexId v = 1; v <= graph.transient_count(); ++v) {
      GraphParts own = parts;
      own.start = {{static_cast<std::uint32_t>(graph.state_entry(v, 0)), 1.0}};
      const auto alone = ask(make_graph(own), Rows::start, columns, two_rewards(graph));
      for (std::size_t c = 0; c < columns.size(); ++c)
        EXPECT_NEAR(together[columns.size() * (v - 1) + c], alone[c], 1e-11 * (1 + std::fabs(alone[c])));
    }
  }
}

TEST(RowDerivatives, OfASojournAreThoseOfAMeanThatOnlyThatStateEarns) {
  for (const TimeKind time : both_kinds) {
    const Graph graph = make_graph(random_chain(5, time));
    const auto rows = ask(graph, Rows::states, with_gradients({{sojourn}}, 2));
    for (VertexId v = 1; v <= graph.transient_count(); ++v) {
      std::vector<double> reward(graph.vertex_count(), 0);
      reward[v] = 1;
      const auto alone = ask(graph, Rows::start, with_gradients({{mean}}, 2), {{"", reward}});
      for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(rows[3 * (v - 1) + c], alone[c], 1e-11);
    }
  }
}

// Ends at rate a and at rate b: a/(a+b) and 1/(a+b) whichever wins, so b/(a+b)^2, -a/(a+b)^2, -1/(a+b)^2.
TEST(RowDerivatives, TellTheRaceOfTwoExponentialsApart) {
  test::ChainBuilder chain({"a", "b"});
  chain.edge(1, {0, 1}).edge(2, {0, 0, 1}).state({0}).state({1}).state({2}).start(0);
  const auto values =
      ask(chain.graph(), Rows::absorbing, with_gradients({{probability}, {mean}}, 2), {Reward{}}, {1, 3});
  const double expected[] = {0.25, 0.25, 3.0 / 16,  -1.0 / 16, -1.0 / 16, -1.0 / 16,
                             0.75, 0.25, -3.0 / 16, 1.0 / 16,  -1.0 / 16, -1.0 / 16};
  for (std::size_t i = 0; i < 12; ++i) EXPECT_NEAR(values[i], expected[i], 1e-15) << i;
}

// From 0 at rate a to 1, which earns, or at rate b into absorption: b/(a+b).
TEST(RowDerivatives, KnowTheAtomOfARace) {
  test::ChainBuilder chain({"a", "b"});
  chain.edge(1, {0, 1}).edge(2, {0, 0, 1}).state().edge(2, {5}).state().state().start(0, 0.5).start(2, 0.25);
  const auto values =
      ask(chain.graph(), Rows::start, with_gradients({{atom}}, 2), {{"", {0, 0, 2, 0}}}, {1, 3});
  EXPECT_NEAR(values[0], 0.5 * 0.75 + 0.5, 1e-15);
  EXPECT_NEAR(values[1], -0.5 * 3.0 / 16, 1e-15);
  EXPECT_NEAR(values[2], 0.5 * 1.0 / 16, 1e-15);
}

// Two stages at rates a = 1 and b = 1e-8, doubles and MPFR: -1/a^2, -1/b^2 and nothing for the second state.
TEST(RowDerivatives, KeepTheirDigitsWhereRatesDifferByEightDecades) {
  test::ChainBuilder chain({"a", "b"});
  const Graph graph = chain.edge(1, {0, 1}).state().edge(2, {0, 0, 1}).state().state().start(0).graph();
  for (const Precision& precision : {Precision{}, Precision{Precision::Kind::mpfr, 200}}) {
    const auto values =
        ask(graph, Rows::states, with_gradients({{mean}}, 2), {Reward{}}, {1, 1e-8}, precision);
    EXPECT_NEAR(values[1], -1, 1e-14);
    EXPECT_NEAR(values[2] / -1e16, 1, 1e-14);
    EXPECT_EQ(values[4], 0);
    EXPECT_NEAR(values[5] / -1e16, 1, 1e-14);
  }
}

TEST(RowDerivatives, HaveNoValueOnlyInRowsThatAClosedClassConcerns) {
  // 0 leads to absorption at b, at rate a to 1; 1 and 2 pass the chain between them, and leave at rate a.
  test::ChainBuilder chain({"a", "b"});
  chain.edge(1, {0, 1}).edge(4, {0, 0, 1}).state();
  chain.edge(2, {1}).state().edge(1, {1}).edge(4, {0, 1}).state();
  chain.edge(4, {0, 0, 1}).state().state().start(0).start(3, 0);
  const Graph graph = chain.graph();
  const auto values = ask(graph, Rows::states, with_gradients({{mean}}, 2), {Reward{}}, {0, 4});
  const auto row = [&](VertexId v) { return std::span(values).subspan(3 * (v - 1), 3); };
  EXPECT_EQ(row(1)[0], 0.25);
  EXPECT_TRUE(std::isnan(row(1)[1]));
  EXPECT_EQ(row(1)[2], -0.0625);
  EXPECT_TRUE(std::isinf(row(2)[0]));
  EXPECT_TRUE(std::isnan(row(2)[2]));
  EXPECT_EQ(row(4)[0], 0.25);
  EXPECT_EQ(row(4)[1], 0);
  // Where the chain begins, a little of a makes it stay long in 1 and 2: no derivative of the time there.
  const auto sojourns = ask(graph, Rows::states, with_gradients({{sojourn}}, 2), {Reward{}}, {0, 4});
  EXPECT_TRUE(std::isnan(sojourns[4]));
}

TEST(RowDerivatives, AreTheSameInMpfr) {
  const Graph graph = make_graph(random_chain(8, TimeKind::discrete));
  for (const Rows rows : {Rows::states, Rows::absorbing}) {
    const auto columns = with_gradients({{mean}, {correlation, 1, 0, 1}}, 2);
    const auto plain = ask(graph, rows, columns, two_rewards(graph));
    const auto precise = ask(graph, rows, columns, two_rewards(graph), at_one, {Precision::Kind::mpfr, 200});
    for (std::size_t i = 0; i < plain.size(); ++i)
      EXPECT_NEAR(plain[i], precise[i], 1e-10 * (1 + std::fabs(precise[i])));
  }
}

}  // namespace
}  // namespace phasic
