// Digits of distributions, against closed forms in a thousand bits.
#include "moments/enclosed_ask.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "moments/digits.hpp"
#include "moments/enclosed_states.hpp"
#include "support/chains.hpp"
#include "support/mpfr_algebra.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

using test::operator+;
using test::operator-;
using test::operator*;
using test::operator/;
using enum AskKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr mpfr_prec_t bits = 1000;

Mpfr real(const char* decimal) {
  Mpfr number(bits);
  mpfr_set_str(number.get(), decimal, 10, MPFR_RNDN);
  return number;
}
Mpfr real(double number) {
  return Mpfr(bits, number);
}
Mpfr exponential(Mpfr x) {
  mpfr_exp(x.get(), x.get(), MPFR_RNDN);
  return x;
}
Mpfr logarithm(Mpfr x) {
  mpfr_log(x.get(), x.get(), MPFR_RNDN);
  return x;
}
Mpfr power(Mpfr x, unsigned long exponent) {
  mpfr_pow_ui(x.get(), x.get(), exponent, MPFR_RNDN);
  return x;
}

struct Asked {
  AskKind kind;
  std::string at;
};

Precision digits(unsigned count) {
  Precision precision;
  precision.digits = count;
  return precision;
}

Answer answer(const Graph& graph, const std::vector<std::string>& theta, const std::vector<Asked>& asked,
              const Precision& precision, std::vector<double> reward = {}) {
  const Trace trace = record(graph);
  const std::vector<Reward> rewards{{"", std::move(reward)}};
  std::vector<Ask> asks;
  for (const auto& [kind, at] : asked) asks.push_back({kind, std::stod(at), 0, at});
  std::vector<double> numbers;
  for (const std::string& number : theta) numbers.push_back(std::stod(number));
  return EnclosedAnswerer(graph, trace, rewards, {std::move(asks)}, precision).answer({numbers, theta});
}

std::vector<std::string> texts(const Answer& answer) {
  EXPECT_EQ(answer.error, "");
  EXPECT_EQ(answer.shortfall, "");
  std::vector<std::string> result;
  for (const Number& number : answer.values)
    result.push_back(number.decimal.empty() ? std::to_string(number.value) : number.decimal);
  return result;
}

/// The maximum of three exponentials of rate theta: P(T <= t) = (1 - exp(-theta t))^3.
Graph last_of_three() {
  test::ChainBuilder chain({"rate"});
  return chain.edge(1, {0, 3})
      .state()
      .edge(2, {0, 2})
      .state()
      .edge(3, {0, 1})
      .state()
      .state()
      .start(0)
      .graph();
}

TEST(EnclosedAnswerer, HasTheDigitsOfTheLastOfThreeExponentials) {
  for (const char* t : {"0.3", "1e-7", "40"}) {
    const Mpfr alone = exponential(real("0.1") * real(t) * -1.0);
    const Mpfr gone = real(1) - alone;
    const Mpfr survival_then = real(1) - power(gone, 3);
    const Mpfr density_then = power(gone, 2) * alone * real("0.1") * 3.0;
    for (const unsigned count : {1U, 17U, 60U, 200U}) {
      EXPECT_THAT(texts(answer(last_of_three(), {"0.1"}, {{density, t}, {distribution, t}, {survival, t}},
                               digits(count))),
                  ElementsAre(decimal_text(density_then, count), decimal_text(power(gone, 3), count),
                              decimal_text(survival_then, count)))
          << t;
    }
  }
}

TEST(EnclosedAnswerer, HasTheDigitsOfItsQuantilesAndTransforms) {
  for (const char* p : {"0.001", "0.5", "0.95", "0.99999999999"}) {
    Mpfr root = real(p);
    mpfr_rootn_ui(root.get(), root.get(), 3, MPFR_RNDN);
    const Mpfr truth = logarithm(real(1) - root) / real("-0.7");
    EXPECT_THAT(texts(answer(last_of_three(), {"0.7"}, {{quantile, p}}, digits(50))),
                ElementsAre(decimal_text(truth, 50)));
  }
  const Mpfr s = real("0.2");
  const Mpfr rate = real("0.7");
  Mpfr truth = real(1);
  for (const double k : {1.0, 2.0, 3.0}) truth = truth * (rate * k) / (rate * k + s);
  EXPECT_THAT(texts(answer(last_of_three(), {"0.7"}, {{laplace, "0.2"}, {laplace, "0"}}, digits(50))),
              ElementsAre(decimal_text(truth, 50), decimal_text(real(1), 50)));
}

// Erlang: the sum over k of the Poisson weights below the number of stages.
TEST(EnclosedAnswerer, HasTheDigitsOfManyStages) {
  const Mpfr mean = real("0.3") * real("200");
  Mpfr weight = exponential(mean * -1.0);
  Mpfr sum(bits);
  for (unsigned k = 0; k < 50; ++k) {
    sum = sum + weight;
    weight = weight * mean / real(k + 1);
  }
  EXPECT_THAT(texts(answer(test::erlang(50), {"0.3"}, {{survival, "200"}}, digits(80))),
              ElementsAre(decimal_text(sum, 80)));
}

// 1e9 and 0.001: 1e12 jumps at t = 1000, which only squaring gets to.
TEST(EnclosedAnswerer, HasTheDigitsOfAStiffChain) {
  test::ChainBuilder chain({"fast", "slow"});
  const Graph graph = chain.edge(1, {0, 1}).state().edge(2, {0, 0, 1}).state().state().start(0).graph();
  const Mpfr fast = real("1e9");
  const Mpfr slow = real("0.001");
  const Mpfr t = real("1000");
  const Mpfr truth =
      (fast * exponential(slow * t * -1.0) - slow * exponential(fast * t * -1.0)) / (fast - slow);
  const Mpfr density_then =
      fast * slow / (fast - slow) * (exponential(slow * t * -1.0) - exponential(fast * t * -1.0));
  EXPECT_THAT(texts(answer(graph, {"1e9", "0.001"}, {{density, "1000"}, {survival, "1000"}}, digits(60))),
              ElementsAre(decimal_text(density_then, 60), decimal_text(truth, 60)));
  // Nearly exponential: the median is log(2) / slow and 1 / fast more, to many digits.
  const Answer median = answer(graph, {"1e9", "0.001"}, {{quantile, "0.5"}}, digits(15));
  EXPECT_THAT(texts(median), ElementsAre(decimal_text(logarithm(real(2)) / slow + real(1) / fast, 15)));
}

// Of t with few bits it is not known where among its steps it lies.
TEST(EnclosedAnswerer, HasTheDigitsOfTimesFarAway) {
  for (const char* t : {"1e40", "1e60", "1.1e120", "1e300"}) {
    for (const unsigned count : {5U, 50U, 300U}) {
      EXPECT_THAT(texts(answer(last_of_three(), {"0.1"}, {{distribution, t}}, digits(count))),
                  ElementsAre(decimal_text(real(1), count)))
          << t;
    }
  }
}

// exp(s) is beyond MPFR's numbers, too; half of the chain has ended before it begins.
TEST(EnclosedAnswerer, HasTheDigitsOfTransformsFarAway) {
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  const Graph graph = chain.edge(1, {0, 1}).state().state().start(0, 0.5).graph();
  const Mpfr e = exponential(real(-1000));
  const Mpfr truth = real(0.5) + real(0.5) * (real("0.3") * e / (real(1) - real("0.7") * e));
  EXPECT_THAT(
      texts(answer(graph, {"0.3"}, {{laplace, "1000"}, {laplace, "1e9"}, {laplace, "1e15"}}, digits(30))),
      ElementsAre(decimal_text(truth, 30), decimal_text(real(0.5), 30), decimal_text(real(0.5), 30)));
}

TEST(EnclosedAnswerer, HasTheDigitsOfDiscreteTime) {
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  const Graph graph = chain.edge(1, {0, 1}).state().state().start(0).graph();
  const Mpfr stays = real(1) - real("0.3");
  const Mpfr ends = real("0.3");
  const Mpfr weight = exponential(real("-0.1"));
  EXPECT_THAT(
      texts(answer(graph, {"0.3"},
                   {{density, "7"},
                    {density, "7.5"},
                    {survival, "7.5"},
                    {survival, "1e6"},
                    {quantile, "0.9"},
                    {quantile, "0.999999999999999"},
                    {laplace, "0.1"}},
                   digits(40))),
      ElementsAre(decimal_text(power(stays, 6) * ends, 40), "0", decimal_text(power(stays, 7), 40),
                  decimal_text(power(stays, 1'000'000), 40), decimal_text(real(7), 40),
                  decimal_text(real(97), 40), decimal_text(ends * weight / (real(1) - stays * weight), 40)));
}

// 1 - 0.7 is reached at 1 exactly, of which no bits of a tenth are proof.
TEST(EnclosedAnswerer, TakesALevelThatIsMetForReached) {
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  const Graph graph = chain.edge(1, {1, -1}).state().state().start(0).graph();
  EXPECT_THAT(
      texts(answer(graph, {"0.7"}, {{quantile, "0.3"}, {quantile, "0.30000000000000000001"}}, digits(3))),
      ElementsAre("1.00", "2.00"));
}

// 0.4 and 1 - 0.4 leave nothing to stay with: the game ends at odd times only, or so it is taken.
TEST(EnclosedAnswerer, TakesWhatIsLostForZero) {
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  chain.edge(1, {0, 1}).edge(2, {1, -1}).state().edge(0, {1, -1}).edge(2, {0, 1}).state();
  const Graph graph = chain.state().start(0).graph();
  // After one game 0.6 are out; who is not is so with 0.4 at the second.
  const Mpfr left = real("0.4") * real("0.6");
  EXPECT_THAT(texts(answer(graph, {"0.4"}, {{density, "1"}, {survival, "2"}}, digits(25))),
              ElementsAre(decimal_text(real("0.6"), 25), decimal_text(left, 25)));
  test::ChainBuilder line({"p"}, TimeKind::discrete);
  line.edge(1, {0, 1}).edge(2, {1, -1}).state().edge(3, {1}).state().edge(3, {1}).state();
  EXPECT_THAT(texts(answer(line.state().start(0).graph(), {"0.4"},
                           {{density, "1"}, {density, "3"}, {survival, "2"}}, digits(25))),
              ElementsAre("0", "0", "0"));
}

// Half of the chains begin absorbed, and a quarter nowhere.
TEST(EnclosedAnswerer, HasTheDigitsOfAtoms) {
  test::ChainBuilder chain({"rate"});
  const Graph graph = chain.edge(1, {0, 1}).state().state().start(0, 0.25).start(1, 0.5).graph();
  const Mpfr alive = exponential(real("-0.3")) * 0.25;
  EXPECT_THAT(texts(answer(graph, {"0.3"},
                           {{distribution, "0"}, {survival, "1"}, {distribution, "1"}, {quantile, "0.75"}},
                           digits(30))),
              ElementsAre(decimal_text(real(0.75), 30), decimal_text(alive, 30),
                          decimal_text(real(1) - alive, 30), "0"));
}

// 0 -> 1 at 3, 0 -> 2 at 1, 1 -> 0 at 0.3, 1 -> 2 at 0.7, where 1 earns nothing: 0 is left for good at 1 + 3
// * 0.7.
TEST(EnclosedAnswerer, HasTheDigitsOfRewardsOfZero) {
  test::ChainBuilder chain({"back", "on"});
  chain.edge(1, {3}).edge(2, {1}).state().edge(0, {0, 1}).edge(2, {0, 0, 1}).state().state();
  const Graph graph = chain.start(0, 0.5).start(1, 0.5).graph();
  const Mpfr rate = real("3.1");
  const Mpfr start = real(1) - real("0.35");
  const Mpfr alive = start * exponential(rate * real("0.5") * -1.0);
  EXPECT_THAT(
      texts(answer(graph, {"0.3", "0.7"},
                   {{density, "0.5"}, {distribution, "0"}, {survival, "0.5"}, {laplace, "2"}}, digits(40),
                   {0, 1, 0, 0})),
      ElementsAre(decimal_text(rate * alive, 40), decimal_text(real("0.35"), 40), decimal_text(alive, 40),
                  decimal_text(real("0.35") + start * rate / (rate + real(2)), 40)));
}

// One in four comes to a state that nothing leaves.
TEST(EnclosedAnswerer, KnowsWhatNeverEnds) {
  test::ChainBuilder chain({"closed"});
  const Graph graph =
      chain.edge(1, {1}).edge(2, {3}).state().edge(2, {0, 1}).state().state().start(0).graph();
  const Answer found = answer(graph, {"0"},
                              {{quantile, "0.5"},
                               {quantile, "0.8"},
                               {quantile, "0.75"},
                               {laplace, "0"},
                               {laplace, "2"},
                               {survival, "1000"}},
                              digits(20));
  EXPECT_TRUE(found.infinite);
  EXPECT_THAT(texts(found), ElementsAre(decimal_text(logarithm(real(3)) / real(4), 20), "inf", "inf",
                                        decimal_text(real(0.75), 20), decimal_text(real(0.5), 20),
                                        decimal_text(real(0.25), 20)));
  // With a reward of 0 there, R is what it is.
  EXPECT_THAT(
      texts(answer(graph, {"0"}, {{quantile, "0.5"}, {survival, "0.5"}}, digits(20), {0, 1, 0, 0})),
      ElementsAre(decimal_text(logarithm(real(2)) / real(4), 20), decimal_text(exponential(real(-2)), 20)));
}

// A rate of 0.3 - 0.1 - 0.2, which is 0 and cannot be shown to be.
TEST(EnclosedAnswerer, TakesARateThatIsLostForZero) {
  test::ChainBuilder chain({"a", "b", "c"});
  const Graph graph =
      chain.edge(1, {0, 1, -1, -1}).edge(2, {1}).state().edge(2, {1}).state().state().start(0).graph();
  EXPECT_THAT(texts(answer(graph, {"0.3", "0.1", "0.2"}, {{survival, "2"}}, digits(20))),
              ElementsAre(decimal_text(exponential(real(-2)), 20)));
}

TEST(EnclosedAnswerer, SaysWhatIsWrongWithATheta) {
  const Answer found = answer(test::erlang(2), {"-1"}, {{survival, "2"}}, digits(20));
  EXPECT_THAT(found.error, HasSubstr("is negative"));
  ASSERT_EQ(found.values.size(), 1U);
  EXPECT_TRUE(std::isnan(found.values[0].value));
}

TEST(EnclosedAnswerer, SaysWhatIsOutOfReach) {
  const Answer found = answer(test::erlang(1500), {"1e9"}, {{survival, "2"}}, digits(20));
  EXPECT_THAT(found.error, HasSubstr("--survival 2 is out of reach"));
  EXPECT_TRUE(std::isnan(found.values[0].value));
}

TEST(EnclosedAnswerer, FindsQuantilesBeyondTheRangeOfDoubles) {
  const Mpfr rest = real(1) - real("0.9999");
  EXPECT_THAT(texts(answer(test::erlang(1), {"3e-308"}, {{quantile, "0.9999"}}, digits(20))),
              ElementsAre(decimal_text((real(0.0) - logarithm(rest)) / real("3e-308"), 20)));
}

TEST(EnclosedAnswerer, FindsQuantilesOfProbabilitiesThatDoublesCannotTellFromOne) {
  const std::string nines = "0." + std::string(400, '9');
  EXPECT_THAT(texts(answer(test::erlang(1), {"2"}, {{quantile, nines}}, digits(20))),
              ElementsAre(decimal_text(real(200) * logarithm(real(10)), 20)));
  // 2^-1329 is the first power of a half below 1e-400.
  test::ChainBuilder coin({"p"}, TimeKind::discrete);
  coin.edge(1, {0, 1}).state().state().start(0);
  EXPECT_THAT(texts(answer(coin.graph(), {"0.5"}, {{quantile, nines}}, digits(4))), ElementsAre("1329"));
}

TEST(EnclosedAnswerer, TellsBoundsOfWhatIsPrinted) {
  Precision precision = digits(6);
  precision.bounds = Precision::Bounds::told;
  const Answer rounded = answer(test::erlang(1), {"0.3"}, {{survival, "1"}}, precision);
  // exp(-0.3) = 0.74081822...
  EXPECT_EQ(rounded.values[0].decimal, "0.740818");
  EXPECT_NEAR(rounded.bounds[0].value, 2.2068e-7, 0.02e-7);
  precision = {Precision::Kind::mpfr, 200};
  precision.bounds = Precision::Bounds::told;
  const Answer nearest = answer(test::erlang(1), {"0.3"}, {{survival, "1"}}, precision);
  EXPECT_EQ(nearest.values[0].value, exponential(real("-0.3")).to_double());
  EXPECT_LT(nearest.bounds[0].value, 1e-16);
  EXPECT_GT(nearest.bounds[0].value, 0);
  EXPECT_EQ(nearest.escalation, "");
}

/// exp(-2t) on the left, 2 (exp(-t) - exp(-2t)) on the right, where the left is left at 2 and the right at 1.
TEST(EnclosedStates, HaveTheDigitsOfTwoStages) {
  test::ChainBuilder chain({"rate"});
  const Graph graph = chain.edge(1, {0, 2}).state().edge(2, {0, 1}).state().state().start(0).graph();
  const Trace trace = record(graph);
  const std::vector<Reward> rewards{Reward{}, {"triple", {0, 3, 3, 3}}};
  const Written t{0.3, "0.3"};
  const std::vector<double> theta{1};
  const auto found = EnclosedStates(graph, trace, rewards, {{t, {0, "0"}}, {t}}, digits(50)).answer(theta);
  ASSERT_EQ(found.error, "");
  ASSERT_EQ(found.columns.size(), 4U);
  const Mpfr once = exponential(real("-0.3"));
  const Mpfr twice = once * once;
  const auto expect = [&](std::size_t column, std::int32_t state, const Mpfr& truth) {
    for (VertexId v = 1; v < graph.vertex_count(); ++v) {
      if (graph.state_entry(v, 0) == state) {
        EXPECT_EQ(found.columns[column][v].value.decimal, decimal_text(truth, 50)) << column << " " << state;
      }
    }
  };
  const Mpfr left = (real(1) - twice) / real(2);
  const Mpfr right = real(2) * (real(1) - once) - (real(1) - twice);
  expect(0, 0, twice);
  expect(0, 1, real(2) * (once - twice));
  expect(0, 2, real(1) - real(2) * once + twice);
  expect(1, 0, real(1));
  expect(1, 1, real(0.0));
  expect(2, 0, left);
  expect(2, 1, right);
  expect(2, 2, real(0.0));
  expect(3, 0, left * 3.0);
  expect(3, 1, right * 3.0);
}

// 3e12 jumps: long before, each of three stages has had its mean.
TEST(EnclosedStates, HaveTheDigitsOfTimesFarAway) {
  const Graph graph = test::erlang(3);
  const Trace trace = record(graph);
  const std::vector<Reward> rewards{Reward{}};
  const std::vector<double> theta{3e9};
  const auto found = EnclosedStates(graph, trace, rewards, {{}, {{1000, "1000"}}}, digits(30)).answer(theta);
  ASSERT_EQ(found.error, "");
  for (VertexId v = 1; v <= graph.transient_count(); ++v)
    EXPECT_EQ(found.columns[0][v].value.decimal, decimal_text(real(1) / real("3e9"), 30)) << v;
}

TEST(EnclosedStates, SayWhatIsOutOfReach) {
  const Graph graph = test::erlang(1500);
  const Trace trace = record(graph);
  const std::vector<Reward> rewards{Reward{}};
  const std::vector<double> theta{1e9};
  EXPECT_THAT(EnclosedStates(graph, trace, rewards, {{}, {{1, "1"}}}, digits(5)).answer(theta).error,
              HasSubstr("--state-times 1 is out of reach"));
}

}  // namespace
}  // namespace phasic
