#include "moments/ask.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "support/chains.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

using ::testing::ElementsAre;
using enum AskKind;

const std::vector<Reward> time_alone{Reward{}};

AskAnswer ask(const Graph& graph, const std::vector<Reward>& rewards, std::vector<Ask> asks,
              const std::vector<double>& theta) {
  const Trace trace = record(graph);
  return AskAnswerer(graph, trace, rewards, best_simd(), {std::move(asks), Derivatives::by_every_parameter})
      .answer(theta);
}

TEST(Ask, NamesItsColumnsAsMomentsDo) {
  Terms terms;
  terms.parameters = {"a", "b"};
  const std::vector<Reward> rewards{{"x", {}}, {"y", {}}};
  const auto asks = for_each_reward(std::vector<Ask>{{distribution, 0.5}}, 2);
  EXPECT_THAT(column_names({asks}, rewards, terms), ElementsAre("cdf.0.5.x", "cdf.0.5.y"));
  EXPECT_THAT(column_names({{{quantile, 0.5}}, Derivatives::by_every_parameter}, time_alone, terms),
              ElementsAre("quantile.0.5", "d.quantile.0.5.a", "d.quantile.0.5.b"));
}

// q = -log(1 - p) / rate, in the lower and in the upper half.
TEST(Ask, DifferentiatesQuantiles) {
  for (const double p : {1e-12, 0.3, 0.9, 1 - 1e-12}) {
    const AskAnswer found = ask(test::erlang(1), time_alone, {{quantile, p}}, {2});
    EXPECT_NEAR(found.values[1] / (std::log1p(-p) / 4), 1, 1e-12) << p;
  }
}

TEST(Ask, GivesNoSlopeWithinAnAtomAndNoneAtInfinity) {
  // Half of the chains begin absorbed; a quarter is caught for ever where nothing leaves at this theta.
  test::ChainBuilder chain({"a", "escape"});
  chain.edge(2, {0, 1}).state().edge(2, {0, 0, 1}).state().state();
  const Graph graph = chain.start(0, 0.25).start(1, 0.25).start(2, 0.5).graph();
  const AskAnswer found = ask(graph, time_alone, {{quantile, 0.4}, {quantile, 0.9}, {quantile, 0.6}}, {1, 0});
  EXPECT_EQ(found.values[0], 0);
  EXPECT_TRUE(std::isinf(found.values[1]));
  EXPECT_EQ(found.values[3], 0);
  EXPECT_TRUE(std::isnan(found.values[5]));
  // F = 3/4 - exp(-a q) / 4, where a little escape adds q / 4: q = -log(0.6) / a.
  const double q = -std::log(0.6);
  EXPECT_NEAR(found.values[2], q, 1e-14);
  EXPECT_NEAR(found.values[7], -q, 1e-13);
  EXPECT_NEAR(found.values[8], -q / 0.6, 1e-13);
}

TEST(Ask, RefusesSlopesOfQuantilesInDiscreteTime) {
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  const Graph graph = chain.edge(1, {0, 1}).state().state().start(0).graph();
  EXPECT_THROW(ask(graph, time_alone, {{quantile, 0.5}}, {0.5}), InputError);
  EXPECT_EQ(ask(graph, time_alone, {{distribution, 1}}, {0.5}).values[1], 1);
}

// 64 states, as many parameters as make powers too large to remember.
TEST(Ask, SaysWhatIsOutOfReach) {
  std::vector<std::string> parameters;
  for (int p = 0; p < 600; ++p) parameters.push_back("p" + std::to_string(p));
  test::ChainBuilder chain(parameters, TimeKind::discrete);
  for (std::uint32_t i = 0; i < 64; ++i) {
    std::vector<double> coefficients(601);
    coefficients[1 + i] = 1e-12;
    chain.edge(i + 1, coefficients).state();
  }
  const Graph graph = chain.state().start(0).graph();
  std::vector<double> theta(600, 1);
  const AskAnswer found = ask(graph, time_alone, {{distribution, 1e12}}, theta);
  EXPECT_THAT(found.error, ::testing::HasSubstr("the derivative of --cdf 1e+12 is out of reach"));
  EXPECT_EQ(found.values.size(), 601U);
  theta[0] = -1;
  EXPECT_NE(ask(graph, time_alone, {{distribution, 1}}, theta).error, "");
}

}  // namespace
}  // namespace phasic
