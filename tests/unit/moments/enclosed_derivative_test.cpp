// Digits of derivatives of distributions, against closed forms in a thousand bits.
#include "moments/enclosed_derivative.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "moments/digits.hpp"
#include "moments/enclosed_ask.hpp"
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

constexpr mpfr_prec_t bits = 1200;

Mpfr real(const std::string& decimal) {
  Mpfr number(bits);
  mpfr_set_str(number.get(), decimal.c_str(), 10, MPFR_RNDN);
  return number;
}
Mpfr real(double number) {
  return Mpfr(bits, number);
}
Mpfr minus(const Mpfr& x) {
  return x * -1.0;
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

/// Values, and behind them derivatives.
Answer answer(const Graph& graph, const std::vector<std::string>& theta, const std::vector<Asked>& asked,
              const Precision& precision, std::vector<double> reward = {}) {
  const Trace trace = record(graph);
  const std::vector<Reward> rewards{{"", std::move(reward)}};
  Asking asking{{}, Derivatives::by_every_parameter};
  for (const auto& [kind, at] : asked) asking.asks.push_back({kind, std::stod(at), 0, at});
  std::vector<double> numbers;
  for (const std::string& number : theta) numbers.push_back(std::stod(number));
  return EnclosedAnswerer(graph, trace, rewards, std::move(asking), precision).answer({numbers, theta});
}

/// The derivatives of an answer.
std::vector<std::string> slopes(const Answer& answer, std::size_t values) {
  EXPECT_EQ(answer.error, "");
  EXPECT_EQ(answer.shortfall, "");
  std::vector<std::string> result;
  for (std::size_t i = values; i < answer.values.size(); ++i) {
    const Number& number = answer.values[i];
    result.push_back(number.decimal.empty() ? std::to_string(number.value) : number.decimal);
  }
  return result;
}

/// The maximum of three exponentials of rate theta: P(T <= t) = (1 - exp(-theta t))^3.
Graph last_of_three() {
  test::ChainBuilder chain({"rate"});
  chain.edge(1, {0, 3}).state().edge(2, {0, 2}).state().edge(3, {0, 1}).state().state();
  return chain.start(0).graph();
}

// With e = exp(-theta t) and g = 1 - e: F = g^3, f = 3 theta g^2 e.
TEST(EnclosedDerivative, HasTheDigitsOfTheLastOfThreeExponentials) {
  const Mpfr rate = real("0.1");
  for (const char* at : {"0.3", "1e-7", "40", "30000"}) {
    const Mpfr t = real(at);
    const Mpfr alone = exponential(minus(rate * t));
    const Mpfr gone = real(1) - alone;
    const Mpfr of_distribution = power(gone, 2) * alone * t * 3.0;
    const Mpfr of_density = gone * alone * 3.0 * (gone + rate * t * alone * 2.0 - rate * t * gone);
    for (const unsigned count : {1U, 17U, 60U, 200U}) {
      EXPECT_THAT(slopes(answer(last_of_three(), {"0.1"}, {{density, at}, {distribution, at}, {survival, at}},
                                digits(count)),
                         3),
                  ElementsAre(decimal_text(of_density, count), decimal_text(of_distribution, count),
                              decimal_text(minus(of_distribution), count)))
          << at;
    }
  }
}

// q = -log(1 - p^(1/3)) / theta, and E[exp(-s T)] is the product over k of k theta / (k theta + s).
TEST(EnclosedDerivative, HasTheDigitsOfItsQuantilesAndTransforms) {
  const Mpfr rate = real("0.7");
  for (const char* p : {"0.001", "0.5", "0.99999999999"}) {
    Mpfr root = real(p);
    mpfr_rootn_ui(root.get(), root.get(), 3, MPFR_RNDN);
    const Mpfr truth = logarithm(real(1) - root) / (rate * rate);
    EXPECT_THAT(slopes(answer(last_of_three(), {"0.7"}, {{quantile, p}}, digits(50)), 1),
                ElementsAre(decimal_text(truth, 50)));
  }
  const Mpfr s = real("0.2");
  Mpfr transform = real(1);
  Mpfr relative(bits);
  for (const double k : {1.0, 2.0, 3.0}) {
    transform = transform * (rate * k) / (rate * k + s);
    relative = relative + s / (rate * (rate * k + s));
  }
  // The end is certain, whatever the rate.
  EXPECT_THAT(slopes(answer(last_of_three(), {"0.7"}, {{laplace, "0.2"}, {laplace, "0"}}, digits(50)), 2),
              ElementsAre(decimal_text(transform * relative, 50), "0"));
}

// 1e9 and 0.001: 1e12 jumps at t = 1000, which only squaring gets to. S = (f e^-st - s e^-ft) / (f - s).
TEST(EnclosedDerivative, HasTheDigitsOfAStiffChain) {
  test::ChainBuilder chain({"fast", "slow"});
  const Graph graph = chain.edge(1, {0, 1}).state().edge(2, {0, 0, 1}).state().state().start(0).graph();
  const Mpfr fast = real("1e9");
  const Mpfr slow = real("0.001");
  const Mpfr t = real("1000");
  const Mpfr left = exponential(minus(slow * t));
  const Mpfr left_of_fast = exponential(minus(fast * t));
  const Mpfr apart = fast - slow;
  const Mpfr alive = (fast * left - slow * left_of_fast) / apart;
  const Mpfr by_fast = (left + slow * t * left_of_fast - alive) / apart;
  const Mpfr by_slow = (alive - fast * t * left - left_of_fast) / apart;
  EXPECT_THAT(slopes(answer(graph, {"1e9", "0.001"}, {{survival, "1000"}}, digits(60)), 1),
              ElementsAre(decimal_text(by_fast, 60), decimal_text(by_slow, 60)));
  const Mpfr density_then = fast * slow / apart * (left - left_of_fast);
  const Mpfr density_by_slow =
      density_then * (real(1) / slow + real(1) / apart) - fast * slow / apart * t * left;
  EXPECT_EQ(slopes(answer(graph, {"1e9", "0.001"}, {{density, "1000"}}, digits(40)), 1)[1],
            decimal_text(density_by_slow, 40));
}

// P(T = k) = (1 - p)^(k - 1) p, whose derivative is (1 - p)^(k - 2) (1 - k p).
TEST(EnclosedDerivative, HasTheDigitsOfDiscreteTime) {
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  const Graph graph = chain.edge(1, {0, 1}).state().state().start(0).graph();
  const Mpfr p = real("0.3");
  const Mpfr stays = real(1) - p;
  const Mpfr e = exponential(real("-0.1"));
  const Mpfr rest = real(1) - stays * e;
  EXPECT_THAT(
      slopes(answer(graph, {"0.3"},
                    {{density, "7"},
                     {density, "7.5"},
                     {density, "0"},
                     {survival, "7.5"},
                     {distribution, "1e6"},
                     {laplace, "0.1"}},
                    digits(40)),
             6),
      ElementsAre(decimal_text(power(stays, 5) * (real(1) - p * 7.0), 40), "0", "0",
                  decimal_text(power(stays, 6) * -7.0, 40), decimal_text(power(stays, 999'999) * 1e6, 40),
                  decimal_text(e * (real(1) - e) / (rest * rest), 40)));
  const Trace trace = record(graph);
  const std::vector<Reward> rewards{Reward{}};
  EXPECT_THROW(EnclosedAnswerer(graph, trace, rewards, {{{quantile, 0.5}}, Derivatives::by_every_parameter},
                                digits(5)),
               InputError);
}

// A state of reward 3 is three steps: the end comes at 3 k + 1 with k the number of visits after the first.
TEST(EnclosedDerivative, HasTheDigitsOfStepsInARow) {
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  const Graph graph = chain.edge(1, {0, 1}).state().state().start(0).graph();
  const Mpfr stays = real(1) - real("0.3");
  EXPECT_THAT(slopes(answer(graph, {"0.3"}, {{density, "9"}, {survival, "9"}, {survival, "8"}}, digits(30),
                            {0, 3, 0}),
                     3),
              ElementsAre(decimal_text(stays * (real(1) - real("0.3") * 3.0), 30),
                          decimal_text(power(stays, 2) * -3.0, 30), decimal_text(stays * -2.0, 30)));
}

// 0 -> 1 at 3, 0 -> 2 at 1, 1 -> 0 at b, 1 -> 2 at c, where 1 earns nothing: 0 is left for good at
// r = 1 + 3 c / (b + c), and who begins in 1 has ended with c / (b + c). r' is 3 (b, or -c) / (b + c)^2.
TEST(EnclosedDerivative, HasTheDigitsOfRewardsOfZero) {
  test::ChainBuilder chain({"back", "on"});
  chain.edge(1, {3}).edge(2, {1}).state().edge(0, {0, 1}).edge(2, {0, 0, 1}).state().state();
  const Graph graph = chain.start(0, 0.5).start(1, 0.5).graph();
  const Mpfr back = real("0.3");
  const Mpfr on = real("0.75");
  const Mpfr both = back + on;
  const Mpfr rate = real(1) + on * 3.0 / both;
  const Mpfr start = real(1) - on * 0.5 / both;
  const Mpfr t = real("0.5");
  const Mpfr left = exponential(minus(rate * t));
  const auto of_survival = [&](const Mpfr& share) {  // that of on / both
    return (minus(share) * 0.5 - start * t * share * 3.0) * left;
  };
  const Mpfr by_back = minus(on) / (both * both);
  const Mpfr by_on = back / (both * both);
  EXPECT_THAT(slopes(answer(graph, {"0.3", "0.75"}, {{distribution, "0"}, {survival, "0.5"}}, digits(40),
                            {0, 1, 0, 0}),
                     2),
              ElementsAre(decimal_text(by_back * 0.5, 40), decimal_text(by_on * 0.5, 40),
                          decimal_text(of_survival(by_back), 40), decimal_text(of_survival(by_on), 40)));
}

// The way through 1 opens with `open`, which is 0: alive is exp(-(2 + open) t) and who has gone through and
// is not out, so by open that is -t exp(-2 t) and the integral of exp(-2 u) exp(-(t - u)).
TEST(EnclosedDerivative, HasTheDigitsOfARateThatIsZero) {
  test::ChainBuilder chain({"open"});
  chain.edge(1, {0, 1}).edge(2, {2}).state().edge(2, {1}).state().state();
  const Mpfr t = real("1.5");
  const Mpfr once = exponential(minus(t));
  const Mpfr twice = once * once;
  EXPECT_THAT(slopes(answer(chain.start(0).graph(), {"0"}, {{survival, "1.5"}}, digits(40)), 1),
              ElementsAre(decimal_text(once - twice - t * twice, 40)));
  // All that happens, happens at once after that.
  test::ChainBuilder only({"open"});
  only.edge(1, {0, 1}).state().state().start(0);
  EXPECT_THAT(
      slopes(answer(only.graph(), {"0"}, {{survival, "1.5"}, {density, "1.5"}, {laplace, "3"}}, digits(40)),
             3),
      ElementsAre(decimal_text(minus(t), 40), decimal_text(real(1), 40),
                  decimal_text(real(1) / real(3), 40)));
}

TEST(EnclosedDerivative, IsZeroWhereNothingDependsOnAParameter) {
  test::ChainBuilder chain({"rate", "elsewhere"});
  chain.edge(1, {0, 1}).state().state();
  const Answer found = answer(
      chain.start(0).graph(), {"0.3", "5"},
      {{density, "2"}, {distribution, "2"}, {survival, "2"}, {quantile, "0.5"}, {laplace, "1"}}, digits(20));
  EXPECT_THAT(found.escalation, HasSubstr("mpfr:128"));
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(slopes(found, 5)[2 * i + 1], "0") << i;
}

// Two states that are left alike: how fast they change places does not matter, which no bits can tell.
TEST(EnclosedDerivative, IsZeroWhereThousandsOfBitsDoNotTellItFromZero) {
  for (const char* rate : {"1", "0.3"}) {
    test::ChainBuilder chain({"between", "out"});
    chain.edge(1, {0, 1}).edge(2, {0, 0, 1}).state().edge(0, {0, 1}).edge(2, {0, 0, 1}).state().state();
    const Graph graph = chain.start(0, 0.5).start(1, 0.5).graph();
    const Mpfr t = real("0.5");
    EXPECT_THAT(slopes(answer(graph, {rate, "1"}, {{survival, "0.5"}}, digits(20)), 1),
                ElementsAre("0", decimal_text(minus(t) * exponential(minus(t)), 20)));
  }
}

// A class that nothing leaves, and which earns nothing, is where R ends; one that earns makes it infinite.
TEST(EnclosedDerivative, HasNoValueWhereAClassIsOpened) {
  test::ChainBuilder chain({"closed"});
  chain.edge(1, {1}).edge(2, {3}).state().edge(2, {0, 1}).state().state();
  const Graph graph = chain.start(0).graph();
  EXPECT_THAT(slopes(answer(graph, {"0"}, {{survival, "1"}, {laplace, "2"}}, digits(20), {0, 1, 0, 0}), 2),
              ElementsAre("nan", "nan"));
  EXPECT_THAT(
      slopes(answer(graph, {"0"}, {{laplace, "0"}, {quantile, "0.8"}, {laplace, "2"}}, digits(20)), 3),
      ElementsAre("nan", "nan", decimal_text(real(1) / real(12), 20)));
}

TEST(EnclosedDerivative, SaysWhatIsOutOfReach) {
  // Values are three times as cheap.
  const Graph graph = test::erlang(1500);
  EXPECT_THAT(answer(graph, {"60"}, {{survival, "2000"}}, digits(20)).error,
              HasSubstr("the derivative of --survival 2000 is out of reach"));
  test::ChainBuilder chain({"p"}, TimeKind::discrete);
  chain.edge(1, {0, 1}).state().state().start(0);
  EXPECT_THAT(answer(chain.graph(), {"0.3"}, {{laplace, "1e9"}}, digits(20)).error,
              HasSubstr("the derivative of --laplace 1e+09 is out of reach"));
}

// exp(-0.3) = 0.74081822..., and by the rate as much less.
TEST(EnclosedDerivative, TellsBoundsOfWhatIsPrinted) {
  Precision precision = digits(6);
  precision.bounds = Precision::Bounds::told;
  const Answer rounded = answer(test::erlang(1), {"0.3"}, {{survival, "1"}}, precision);
  ASSERT_EQ(rounded.bounds.size(), 2U);
  EXPECT_EQ(rounded.values[1].decimal, "-0.740818");
  EXPECT_NEAR(rounded.bounds[1].value, 2.2068e-7, 0.02e-7);
}

// Two stages at a and b: the second holds a (e^-at - e^-bt) / (b - a).
TEST(EnclosedStates, HaveTheDigitsOfDerivatives) {
  test::ChainBuilder chain({"a", "b"});
  const Graph graph = chain.edge(1, {0, 1}).state().edge(2, {0, 0, 1}).state().state().start(0).graph();
  const Trace trace = record(graph);
  const std::vector<Reward> rewards{{"", {0, 3, 3, 3}}};
  const std::vector<double> numbers{1, 2};
  for (const std::string at : {"0.25", "300"}) {
    const Mpfr t = real(at);
    const Mpfr once = exponential(minus(t));
    const Mpfr twice = once * once;
    const std::vector<Written> times{{std::stod(at), at}};
    const auto found =
        EnclosedStates(graph, trace, rewards, {times, times, Derivatives::by_every_parameter}, digits(40))
            .answer(numbers);
    ASSERT_EQ(found.error, "");
    ASSERT_EQ(found.columns.size(), 6U);
    const auto expect = [&](std::size_t column, std::int32_t state, const Mpfr& truth) {
      for (VertexId v = 1; v < graph.vertex_count(); ++v) {
        if (graph.state_entry(v, 0) == state) {
          EXPECT_EQ(found.columns[column][v].value.decimal, decimal_text(truth, 40))
              << at << " " << column << " " << state;
        }
      }
    };
    // By a at 1, b at 2: p_0' = -t e^-t, p_1' = (e^-t - e^-2t) - t e^-t + (e^-t - e^-2t).
    const Mpfr apart = once - twice;
    expect(2, 0, minus(t) * once);
    expect(2, 1, apart * 2.0 - t * once);
    expect(3, 0, real(0.0));
    expect(3, 1, t * twice - apart);
    expect(3, 2, apart - t * twice);
    // Time in 0 is (1 - e^-at) / a, by a at 1 that is t e^-t - (1 - e^-t); it earns 3.
    expect(4, 0, (t * once - real(1) + once) * 3.0);
    expect(5, 0, real(0.0));
    expect(4, 2, real(0.0));
  }
}

}  // namespace
}  // namespace phasic
