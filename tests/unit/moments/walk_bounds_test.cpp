// No number of a distribution is further from the truth than its bound says: random chains and stiff ones,
// rates that cancel, rewards of 0, in either kind of time, against dense arithmetic in hundreds of bits.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "moments/ask.hpp"
#include "support/cases.hpp"
#include "support/chains.hpp"
#include "support/dense_exponential.hpp"
#include "support/mpfr_algebra.hpp"
#include "support/ratio_tally.hpp"
#include "support/theta_chain.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

using test::operator+;
using test::operator-;
using test::operator*;
using enum AskKind;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr mpfr_prec_t bits = 400;

AskAnswer ask(const Graph& graph, const std::vector<double>& theta, std::vector<Ask> asks,
              std::vector<double> reward = {}) {
  const Trace trace = record(graph);
  const std::vector<Reward> rewards{{"", std::move(reward)}};
  return AskAnswerer(graph, trace, rewards, best_simd(),
                     {std::move(asks), Derivatives::none, Precision::Bounds::told})
      .answer(theta);
}

AskAnswer ask_at(const Graph& graph, const std::vector<double>& theta, double t,
                 std::vector<double> reward = {}) {
  return ask(graph, theta, {{density, t}, {distribution, t}, {survival, t}}, std::move(reward));
}

class Tally : public test::RatioTally {
 public:
  void check(double value, double bound, double truth, const std::string& what) {
    const double error = std::fabs(value - truth);
    // The truth is rounded to a double.
    ASSERT_LE(error, bound + std::ldexp(truth, -53)) << what << ": " << value << " and " << truth;
    ASSERT_LT(bound, infinity) << what;
    if (error > 0)
      add(bound / error);
    else
      add_exact();
  }
  void check(const AskAnswer& found, const Point& truth, const std::string& what) {
    ASSERT_EQ(found.error, "") << what;
    ASSERT_EQ(found.bounds.size(), 3U);
    check(found.values[0], found.bounds[0], truth.density, what + " density");
    check(found.values[1], found.bounds[1], truth.distribution, what + " distribution");
    check(found.values[2], found.bounds[2], truth.survival, what + " survival");
  }
};

double largest_rate(const Graph& graph, double scale) {
  double largest = 0;
  for (VertexId v = 1; v <= graph.transient_count(); ++v) {
    double sum = 0;
    for (std::uint32_t e = graph.row_offsets()[v]; e < graph.row_offsets()[v + 1]; ++e)
      sum += graph.coefficients(graph.classes()[e])[1] * scale;
    largest = std::max(largest, sum);
  }
  return largest;
}

TEST(WalkBounds, HoldForRandomAndForStiffChains) {
  test::RandomChain options;
  options.states = 8;
  Tally tally;
  for (const double decades : {1.0, 6.0, 14.0}) {
    options.decades = decades;
    for (std::uint64_t seed = 1; seed <= test::cases(20); ++seed) {
      const Graph graph = make_graph(test::random_parts(seed, options));
      const test::DenseExponential oracle(graph, {0.7});
      for (const double jumps : {1e-4, 0.3, 20.0, 900.0, 20000.0}) {
        const double t = jumps / largest_rate(graph, 0.7);
        tally.check(ask_at(graph, {0.7}, t), oracle.at(t),
                    "seed " + std::to_string(seed) + " decades " + std::to_string(decades) + " jumps " +
                        std::to_string(jumps));
      }
    }
  }
  EXPECT_LT(tally.report("random and stiff chains"), 1e4);
}

// A rate of 0.1 + 0.1 a - 0.1 b, of which doubles hold ever fewer digits: the bound knows.
TEST(WalkBounds, HoldWhereRatesCancel) {
  test::ChainBuilder chain({"a", "b"});
  chain.edge(1, {0.1, 0.1, -0.1}).state().edge(2, {0.3}).state().state();
  const Graph graph = chain.start(0).graph();
  Tally tally;
  for (const double lack : {0.3e-3, 0.7e-6, 0.3e-9}) {
    const test::DenseExponential oracle(graph, {2, 3 - lack});
    for (const double t : {0.1, 3.0, 300.0})
      tally.check(ask_at(graph, {2, 3 - lack}, t), oracle.at(t),
                  "lack " + std::to_string(lack) + " t " + std::to_string(t));
  }
  EXPECT_GT(tally.report("where rates cancel"), 1);
}

TEST(WalkBounds, HoldForRewards) {
  test::RandomChain options;
  options.states = 8;
  options.decades = 4;
  Tally tally;
  for (std::uint64_t seed = 1; seed <= test::cases(10); ++seed) {
    const Graph graph = make_graph(test::random_parts(seed, options));
    std::vector<double> reward(graph.vertex_count(), 0);
    for (VertexId v = 1; v <= graph.transient_count(); ++v) reward[v] = 0.1 * v;
    const test::DenseExponential oracle(graph, {1}, reward);
    for (const double t : {0.001, 0.1, 2.0})
      tally.check(ask_at(graph, {1}, t, reward), oracle.at(t), "seed " + std::to_string(seed));
  }
  EXPECT_GT(tally.report("rewards"), 1);
}

// 0 -> 1 at 3, 0 -> 2 at 1, 1 -> 0 at 0.3, 1 -> 2 at 0.7, where 1 earns nothing: 0 is left for good at 1 + 3
// * 0.7.
TEST(WalkBounds, HoldWhereStatesEarnNothing) {
  test::ChainBuilder chain({});
  chain.edge(1, {3}).edge(2, {1}).state().edge(0, {0.3}).edge(2, {0.7}).state().state();
  const Graph graph = chain.start(0, 0.5).start(1, 0.5).graph();
  const Mpfr share = Mpfr(bits, 0.7);
  Mpfr sum = Mpfr(bits, 0.3) + share;
  Mpfr kept(bits, 0.7);
  mpfr_div(kept.get(), kept.get(), sum.get(), MPFR_RNDN);
  const Mpfr rate = kept * 3.0 + Mpfr(bits, 1.0);
  const Mpfr start = Mpfr(bits, 1.0) - kept * 0.5;
  Tally tally;
  for (const double t : {0.0, 1e-9, 0.5, 20.0, 200.0}) {
    Mpfr power = rate * -t;
    mpfr_exp(power.get(), power.get(), MPFR_RNDN);
    const Mpfr alive = start * power;
    const Point truth{(alive * rate).to_double(), (Mpfr(bits, 1.0) - alive).to_double(), alive.to_double()};
    tally.check(ask_at(graph, {}, t, {0, 1, 0, 0}), truth, "t " + std::to_string(t));
  }
  EXPECT_GT(tally.report("where states earn nothing"), 1);
}

/// What happened in so many steps, in MPFR. The parameter multiplies all.
Point after_steps(const Graph& graph, double theta, unsigned steps) {
  const std::size_t n = graph.transient_count();
  const auto weight = [&](std::uint32_t e) {
    const auto coefficients = graph.coefficients(graph.classes()[e]);
    return Mpfr(bits, coefficients[1]) * theta + Mpfr(bits, coefficients[0]);
  };
  std::vector<Mpfr> now(n + 1, Mpfr(bits));
  for (std::uint32_t e = 0; e < graph.row_offsets()[1]; ++e) {
    const VertexId target = graph.targets()[e];
    if (graph.is_transient(target)) now[target] = now[target] + weight(e);
  }
  Mpfr alive(bits);
  const auto count = [&] {
    Mpfr sum(bits);
    for (const Mpfr& state : now) sum = sum + state;
    return sum;
  };
  alive = count();
  Mpfr before(bits, 1.0);
  for (unsigned k = 0; k < steps; ++k) {
    std::vector<Mpfr> next(n + 1, Mpfr(bits));
    for (VertexId v = 1; v <= n; ++v) {
      Mpfr stays(bits, 1.0);
      for (std::uint32_t e = graph.row_offsets()[v]; e < graph.row_offsets()[v + 1]; ++e) {
        const Mpfr by = weight(e);
        stays = stays - by;
        const VertexId target = graph.targets()[e];
        if (graph.is_transient(target)) next[target] = next[target] + now[v] * by;
      }
      next[v] = next[v] + now[v] * stays;
    }
    now = std::move(next);
    before = alive;
    alive = count();
  }
  return {(before - alive).to_double(), (Mpfr(bits, 1.0) - alive).to_double(), alive.to_double()};
}

TEST(WalkBounds, HoldInDiscreteTime) {
  test::RandomChain options;
  options.states = 7;
  options.time = TimeKind::discrete;
  Tally tally;
  for (const double decades : {1.0, 6.0}) {
    options.decades = decades;
    for (std::uint64_t seed = 1; seed <= test::cases(20); ++seed) {
      const Graph graph = make_graph(test::random_parts(seed, options));
      for (const unsigned steps : {0U, 1U, 7U, 300U})
        tally.check(ask_at(graph, {0.9}, steps), after_steps(graph, 0.9, steps),
                    "seed " + std::to_string(seed) + " steps " + std::to_string(steps));
    }
  }
  EXPECT_GT(tally.report("in discrete time"), 1);
}

// 0.7 + 0.1 + 0.2 is 1 but for some 1e-17, and so much stays.
TEST(WalkBounds, HoldWhereHardlyAnythingStays) {
  Tally tally;
  for (const double last : {0.2, 0.2 - 0x1p-54, 0.2 - 0x1p-53}) {
    test::ChainBuilder chain({}, TimeKind::discrete);
    chain.edge(1, {0.7}).edge(2, {0.1}).edge(3, {last}).state().state().state().state();
    const Graph graph = chain.start(0).graph();
    const Mpfr stays = Mpfr(bits, 1.0) - Mpfr(bits, 0.7) - Mpfr(bits, 0.1) - Mpfr(bits, last);
    const Mpfr power = stays * stays;
    ASSERT_GT(stays.to_double(), 0);
    tally.check(
        ask_at(graph, {}, 1),
        {(Mpfr(bits, 1.0) - stays).to_double(), (Mpfr(bits, 1.0) - stays).to_double(), stays.to_double()},
        "1 step");
    tally.check(ask_at(graph, {}, 2),
                {(stays - power).to_double(), (Mpfr(bits, 1.0) - power).to_double(), power.to_double()},
                "2 steps");
  }
  EXPECT_GT(tally.report("where hardly anything stays"), 1);
}

// A probability of staying of 0.1 is 1 - (0.3 + 0.6), and a reward of 3 makes an edge of it.
TEST(WalkBounds, HoldWhereStayingEarnsSeveralTimes) {
  test::ChainBuilder chain({}, TimeKind::discrete);
  const Graph graph = chain.edge(1, {0.3}).edge(2, {0.6}).state().state().state().start(0).graph();
  const Mpfr leaves = Mpfr(bits, 0.3) + Mpfr(bits, 0.6);
  const Mpfr stays = Mpfr(bits, 1.0) - leaves;
  Tally tally;
  Mpfr alive(bits, 1.0);
  for (const double t : {3.0, 6.0, 9.0, 12.0}) {
    const Point truth{(alive * leaves).to_double(), (Mpfr(bits, 1.0) - alive * stays).to_double(),
                      (alive * stays).to_double()};
    tally.check(ask_at(graph, {}, t, {0, 3, 0, 0}), truth, "t " + std::to_string(t));
    alive = alive * stays;
  }
  EXPECT_GT(tally.report("where staying earns several times"), 1);
}

TEST(WalkBounds, HoldForTransforms) {
  const Graph graph = test::erlang(30);
  Tally tally;
  for (const double rate : {0.3, 7.0, 1e6}) {
    for (const double s : {1e-9, 0.1, 3.0, 1e4}) {
      Mpfr truth = Mpfr(bits, rate);
      const Mpfr sum = truth + Mpfr(bits, s);
      mpfr_div(truth.get(), truth.get(), sum.get(), MPFR_RNDN);
      mpfr_pow_ui(truth.get(), truth.get(), 30, MPFR_RNDN);
      const AskAnswer found = ask(graph, {rate}, {{laplace, s}});
      tally.check(found.values[0], found.bounds[0], truth.to_double(), "s " + std::to_string(s));
    }
  }
  EXPECT_LT(tally.report("transforms"), 1e4);
}

// q = -log(1 - p) / rate, and whole numbers in discrete time.
TEST(WalkBounds, HoldForQuantiles) {
  Tally tally;
  for (const double p : {1e-9, 0.3, 0.5, 0.95, 1 - 0x1p-30}) {
    Mpfr truth(bits, -p);
    mpfr_log1p(truth.get(), truth.get(), MPFR_RNDN);
    mpfr_div_d(truth.get(), truth.get(), -2.7, MPFR_RNDN);
    const AskAnswer found = ask(test::erlang(1), {2.7}, {{quantile, p}});
    tally.check(found.values[0], found.bounds[0], truth.to_double(), "p " + std::to_string(p));
    EXPECT_LT(found.bounds[0], 1e-12 * found.values[0]) << p;
  }
  test::ChainBuilder chain({}, TimeKind::discrete);
  const Graph graph = chain.edge(1, {0.5}).state().state().start(0).graph();
  EXPECT_EQ(ask(graph, {}, {{quantile, 0.7}}).bounds[0], 0);
  // 0.5 is reached at 1 exactly, which no bound but 0 can prove.
  EXPECT_LE(ask(graph, {}, {{quantile, 0.5}}).bounds[0], 1);
}

// Of two stages at rate r the density r^2 t exp(-r t) changes by r^2 (1 - r t) exp(-r t), at 1 / r not at
// all.
TEST(WalkBounds, KnowHowFastADensityChanges) {
  for (const double t : {0.01, 0.3, 0.5, 2.0, 40.0}) {
    const double slope = std::fabs(4 * (1 - 2 * t) * std::exp(-2 * t));
    const double size = 4 * (1 + 2 * t) * std::exp(-2 * t);
    Walk walk = test::ThetaChain(test::erlang(2), {2}).walk();
    const double steepest = walk.steepest_density(t, 0, 0);
    EXPECT_GE(steepest, slope * (1 - 1e-14)) << t;
    EXPECT_LE(steepest, 1.01 * slope + 1e-11 * size) << t;
    // Half a per cent later or earlier it is steeper, by what the density's own derivative says.
    for (const double moved : {t * 0.995, t * 1.005}) {
      EXPECT_GE(walk.steepest_density(t, 0, 0.0051 * 0x1p53),
                std::fabs(4 * (1 - 2 * moved) * std::exp(-2 * moved)))
          << t;
    }
  }
}

TEST(WalkBounds, AreInfiniteWhereNotEvenASignIsKnown) {
  test::ChainBuilder chain({"a", "b"});
  const Graph graph = chain.edge(1, {0.1, 0.1, -0.1}).edge(2, {1}).state().state().state().start(0).graph();
  // 0.1 + 0.2 - 0.3, which doubles say is 2.8e-17.
  const AskAnswer found = ask(graph, {2, 3}, {{distribution, 1}, {laplace, 1}, {quantile, 0.5}});
  ASSERT_EQ(found.error, "");
  for (const double bound : found.bounds) EXPECT_EQ(bound, infinity);
}

TEST(WalkBounds, SayThatTheyAreOutOfReach) {
  const AskAnswer found = ask(test::erlang(3), {1e12}, {{distribution, 1}});
  EXPECT_NE(found.error.find("--cdf 1 has no error bound"), std::string::npos) << found.error;
  EXPECT_TRUE(std::isnan(found.values[0]));
  EXPECT_TRUE(std::isnan(found.bounds[0]));
}

}  // namespace
}  // namespace phasic
