// Whatever is asked, a row of a batch is what a single call answers.
#include <gtest/gtest.h>

#include "moments/evaluate.hpp"
#include "support/chains.hpp"
#include "support/kinds.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

using enum StatisticKind;

/// Two islands that lead to each other, and two ways out.
Graph islands(TimeKind time) {
  test::ChainBuilder chain({"a", "b"}, time);
  chain.edge(1, {0, 0.25}).edge(3, {0.01, 0, 0.125}).state();
  chain.edge(0, {0, 0.125}).edge(2, {0, 0, 0.25}).edge(4, {0, 0.125}).state();
  chain.edge(1, {0.125}).edge(3, {0, 0.25, -0.0625}).state();
  return chain.state().state().start(0, 0.5).start(1, 0.25).start(4, 0.125).graph();
}

/// Good ones, and bad, endless and tiny ones among them.
std::vector<std::vector<double>> thetas(TimeKind time) {
  std::vector<std::vector<double>> result;
  for (int i = 0; i < 70; ++i) {
    result.push_back({0.1 + 0.01 * (i % 7), 0.05 * (i % 11) + 0.01});
    if (i % 29 == 3) result.push_back({0.1, 9});
    if (i % 31 == 3) result.push_back({0, 0});
    if (i % 37 == 3 && time == TimeKind::continuous) result.push_back({1e-300, 1e-300});
    if (i % 23 == 3) result.push_back({7, 1});
  }
  return result;
}

std::vector<Question> questions(const Graph& graph) {
  std::vector<double> first(graph.vertex_count(), 0);
  std::vector<double> second(graph.vertex_count(), 0);
  for (VertexId v = 1; v <= graph.transient_count(); ++v) first[v] = v % 2, second[v] = 0.5 * v;
  const std::vector<Reward> one{{"", second}};
  const std::vector<Reward> two{{"first", first}, {"second", second}};
  const std::vector<Statistic> some{{mean, 1, 0, 0, {}}, {variance, 2, 0, 0, {}}};
  const std::vector<Statistic> central{{skewness, 3, 0, 0, {}}, {StatisticKind::central, 5, 0, 0, {}}};
  const std::vector<Statistic> both = for_each_reward(
      std::vector<Statistic>{{mean, 1, 0, 0, {}}, {covariance, 1, 0, 0, {}}, {correlation, 1, 0, 0, {}}}, 2);
  const std::vector<Statistic> atom_too{{mean, 1, 0, 0, {}}, {atom, 1, 0, 0, {}}};
  std::vector<Question> result;
  for (const auto& columns : {some, central}) {
    for (const auto& rewards : {std::vector<Reward>{Reward{}}, one}) {
      result.push_back({columns, rewards, {}, {}});
      result.push_back({with_gradients(columns, 2), rewards, {}, {}});
    }
  }
  result.push_back({both, two, {}, {}});
  result.push_back({with_gradients(both, 2), two, {}, {}});
  result.push_back({atom_too, two, {}, {}});
  result.push_back({with_gradients(atom_too, 2), two, {}, {}});
  result.push_back(
      {{{mean, 1, 0, 0, {}}, {sojourn, 1, 0, 0, {}}, {visits, 1, 0, 0, {}}}, one, {}, {}, Rows::states});
  result.push_back({with_gradients(some, 2), one, {}, {}, Rows::states});
  result.push_back({{{probability, 1, 0, 0, {}}, {mean, 1, 0, 0, {}}}, one, {}, {}, Rows::absorbing});
  return result;
}

void expect_same(const Answer& together, const Answer& alone, const std::string& where) {
  EXPECT_EQ(together.error, alone.error) << where;
  EXPECT_EQ(together.infinite, alone.infinite) << where;
  EXPECT_EQ(together.escalation, alone.escalation) << where;
  ASSERT_EQ(together.values.size(), alone.values.size());
  ASSERT_EQ(together.bounds.size(), alone.bounds.size());
  for (std::size_t k = 0; k < alone.bounds.size(); ++k)
    EXPECT_EQ(together.bounds[k].decimal, alone.bounds[k].decimal) << where << " bound " << k;
  for (std::size_t k = 0; k < alone.values.size(); ++k) {
    EXPECT_EQ(together.values[k].decimal, alone.values[k].decimal) << where << " column " << k;
    if (!std::isnan(alone.values[k].value)) {
      EXPECT_EQ(together.values[k].value, alone.values[k].value) << where << " column " << k;
    } else {
      EXPECT_TRUE(std::isnan(together.values[k].value)) << where << " column " << k;
    }
  }
}

TEST(PackAttempt, AnswersWhateverIsAskedAsASingleCallDoes) {
  for (const TimeKind time : {TimeKind::continuous, TimeKind::discrete}) {
    const Graph graph = islands(time);
    const Trace trace = record(graph);
    const auto rows = thetas(time);
    const std::vector<Theta> views(rows.begin(), rows.end());
    const auto asked = questions(graph);
    for (std::size_t q = 0; q < asked.size(); ++q) {
      Question question = asked[q];
      question.simd = Simd::baseline;
      question.precision.bounds = Precision::Bounds::told;
      Evaluator single(graph, trace, question);
      std::vector<Answer> alone;
      for (const auto& theta : rows) alone.push_back(single.answer(theta));
      for (const Simd simd : test::kinds_of_simd()) {
        question.simd = simd;
        const auto together = Evaluator(graph, trace, question).answers(views);
        ASSERT_EQ(together.size(), rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
          expect_same(together[i], alone[i],
                      "question " + std::to_string(q) + " row " + std::to_string(i) + " " +
                          std::string(name_of(simd)));
        }
      }
    }
  }
}

}  // namespace
}  // namespace phasic
