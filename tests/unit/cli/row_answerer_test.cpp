#include "cli/row_answerer.hpp"

#include <gtest/gtest.h>

#include <bit>

#include "support/chains.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

std::vector<ThetaRow> thetas(std::size_t count) {
  std::vector<ThetaRow> rows;
  for (std::size_t i = 0; i < count; ++i) {
    rows.push_back({{0.5 + static_cast<double>(i % 97)}, "row", i % 10 == 7 ? "a bad row" : ""});
  }
  return rows;
}

std::vector<std::uint64_t> bits_of(const std::vector<Answer>& answers) {
  std::vector<std::uint64_t> bits;
  for (const Answer& answer : answers) {
    bits.push_back(answer.error.size());
    for (const Number& number : answer.values) bits.push_back(std::bit_cast<std::uint64_t>(number.value));
  }
  return bits;
}

TEST(RowAnswerer, GivesTheSameDigitsForAnyNumberOfThreads) {
  const Graph graph = make_graph(test::random_parts(5, {.states = 30}));
  const Trace trace = record(graph);
  Question question;
  question.columns = {{StatisticKind::mean, 1}, {StatisticKind::variance, 2}};
  const std::vector<ThetaRow> rows = thetas(501);
  const auto alone = bits_of(RowAnswerer(graph, trace, question, {}, 1).answer(rows));
  for (const unsigned jobs : {2U, 3U, 8U}) {
    RowAnswerer answerer(graph, trace, question, {}, jobs);
    for (int again = 0; again < 2; ++again) EXPECT_EQ(bits_of(answerer.answer(rows)), alone) << jobs;
  }
}

TEST(RowAnswerer, HasNoMoreThreadsThanRows) {
  const Graph graph = test::erlang(3);
  const Trace trace = record(graph);
  Question question;
  question.columns = {{StatisticKind::mean, 1}};
  RowAnswerer answerer(graph, trace, question, {}, 8);
  EXPECT_TRUE(answerer.answer({}).empty());
  EXPECT_EQ(answerer.answer(thetas(1)).at(0).values.at(0).value, 6.0);
}

}  // namespace
}  // namespace phasic
