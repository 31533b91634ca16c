// The examples against closed forms and golden values, through a dense solve that shares no code with the
// library's elimination.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>

#include "support/cases.hpp"
#include "unit/model/models.hpp"

namespace phasic::test {
namespace {

using Vector = Eigen::VectorXd;

struct Moments {
  double mean;
  double variance;
};

// M = -S, m1 = M^-1 r, m2 = 2 M^-1 (r * m1); continuous time, no derived terms.
Moments dense_moments(const Graph& graph, const std::vector<double>& theta, const std::string& reward = "") {
  const auto size = static_cast<Eigen::Index>(graph.transient_count());
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(size, size);
  Vector start = Vector::Zero(size);
  Vector rewards = Vector::Ones(size);
  for (VertexId vertex = 0; vertex <= graph.transient_count(); ++vertex) {
    const Eigen::Index row = static_cast<Eigen::Index>(vertex) - 1;
    for (std::uint32_t edge = graph.row_offsets()[vertex]; edge < graph.row_offsets()[vertex + 1]; ++edge) {
      const auto coefficients = graph.coefficients(graph.classes()[edge]);
      double weight = coefficients[0];
      for (std::size_t i = 0; i < theta.size(); ++i) weight += coefficients[1 + i] * theta[i];
      const VertexId target = graph.targets()[edge];
      if (vertex == 0) {
        if (graph.is_transient(target)) start[static_cast<Eigen::Index>(target) - 1] = weight;
        continue;
      }
      matrix(row, row) += weight;
      if (graph.is_transient(target)) matrix(row, static_cast<Eigen::Index>(target) - 1) -= weight;
    }
    if (vertex != 0 && !reward.empty()) rewards[row] = graph.reward(reward).value()[vertex];
  }
  const Eigen::PartialPivLU<Eigen::MatrixXd> solver(matrix);
  const Vector first = solver.solve(rewards);
  const Vector second = 2 * solver.solve(rewards.cwiseProduct(first));
  const double mean = start.dot(first);
  return {mean, start.dot(second) - mean * mean};
}

Graph example_graph(const std::string& name, const std::vector<std::string>& given = {}) {
  return graph_of(example(name), given);
}

// Within 1e-12, relative.
MATCHER_P(IsCloseTo, expected, "") {
  return std::abs(arg - expected) <= 1e-12 * std::abs(expected);
}

// Counts and means as published for this model at theta (2, 5), each confirmed by exact fractions for n <= 4.
TEST(TwoLocusArg, HasTheGraphAndTheMeanOfItsGoldenValues) {
  struct Golden {
    int n;
    std::size_t vertices;
    std::size_t edges;
    double mean;
  };
  for (const Golden& golden :
       {Golden{2, 10, 19, 0.8270298403886188}, Golden{3, 32, 108, 1.097774069101282},
        Golden{4, 110, 520, 1.195883473275236}, Golden{5, 340, 2151, 1.264272062302333},
        Golden{6, 1044, 8099, 1.300798319675968}}) {
    const Graph graph = example_graph("two_locus_arg.lua", {fmt::format("n={}", golden.n)});
    EXPECT_EQ(graph.vertex_count(), golden.vertices) << golden.n;
    EXPECT_EQ(graph.edge_count(), golden.edges) << golden.n;
    EXPECT_EQ(graph.absorbing_count(), 1U) << golden.n;
    // The last takes a minute of dense algebra where that is sanitized.
    if (golden.n < 6 || test::takes_all_cases()) {
      EXPECT_THAT(dense_moments(graph, {2, 5}).mean, IsCloseTo(golden.mean)) << golden.n;
    }
  }
}

TEST(TwoLocusArg, DeclaresTheParametersOfTheMainJob) {
  const auto model = load(example("two_locus_arg.lua"));
  const auto& parameters = model->declaration().parameters;
  ASSERT_EQ(parameters.size(), 2U);
  EXPECT_EQ(parameters[0].name, "n");
  EXPECT_EQ(parameters[0].value, ParameterValue(std::int64_t{6}));
  EXPECT_EQ(parameters[1].name, "dummy");
  EXPECT_EQ(parameters[1].value, ParameterValue(std::int64_t{0}));
  EXPECT_EQ(example_graph("two_locus_arg.lua", {"n=3"}).hash(),
            example_graph("two_locus_arg.lua", {"n=3", "dummy=42"}).hash());
}

// While k lineages are left, the next coalescence takes an exponential time of rate C(k, 2).
TEST(Kingman, HeightLengthAndSingletonsAreAsTheoryHasThem) {
  for (const int n : {2, 4, 10}) {
    const Graph graph = example_graph("kingman.lua", {fmt::format("n={}", n)});
    double height = 0;
    double height_variance = 0;
    double length = 0;
    double length_variance = 0;
    for (int k = 2; k <= n; ++k) {
      const double mean = 2.0 / (k * (k - 1));
      height += mean;
      height_variance += mean * mean;
      length += k * mean;
      length_variance += k * k * mean * mean;
    }
    const double rate = 3;
    const Moments time = dense_moments(graph, {rate});
    EXPECT_THAT(time.mean, IsCloseTo(height / rate));
    EXPECT_THAT(time.variance, IsCloseTo(height_variance / (rate * rate)));
    EXPECT_THAT(dense_moments(graph, {rate}, "tree_height").mean, IsCloseTo(height / rate));
    const Moments total = dense_moments(graph, {rate}, "total_length");
    EXPECT_THAT(total.mean, IsCloseTo(length / rate));
    EXPECT_THAT(total.variance, IsCloseTo(length_variance / (rate * rate)));
    EXPECT_THAT(dense_moments(graph, {rate}, "singletons").mean, IsCloseTo(2 / rate));  // Fu and Li 1993
  }
  EXPECT_EQ(example_graph("kingman.lua", {"n=30"}).vertex_count(), 5605U);
  EXPECT_EQ(example_graph("kingman.lua", {"n=30"}).edge_count(), 48298U);
}

// Two lineages of one island need 2 on average whatever the migration, of two islands 1 / (2 m) more.
TEST(TwoIslands, MeanCoalescenceTimesOfAPair) {
  for (const double migration : {0.05, 0.25, 4.0}) {
    const Graph together = example_graph("two_islands.lua", {"left=2", "right=0"});
    const Graph apart = example_graph("two_islands.lua", {"left=1", "right=1"});
    EXPECT_THAT(dense_moments(together, {1, migration}).mean, IsCloseTo(2.0));
    EXPECT_THAT(dense_moments(apart, {1, migration}).mean, IsCloseTo(2 + 1 / (2 * migration)));
    EXPECT_THAT(dense_moments(apart, {1, migration}, "left").mean, IsCloseTo(2 + 1 / (2 * migration)));
  }
}

// Exact fractions, worked out independently: see the golden values of the numerics.
TEST(Rabbits, MeanVarianceAndRewardsAreTheGoldenFractions) {
  const Graph graph = example_graph("rabbits.lua");
  const Moments time = dense_moments(graph, {2, 4});
  EXPECT_THAT(time.mean, IsCloseTo(395.0 / 784));
  EXPECT_THAT(time.variance, IsCloseTo(0.22645674979175343));
  const Moments right = dense_moments(graph, {2, 4}, "right");
  EXPECT_THAT(right.mean, IsCloseTo(37.0 / 392));
  EXPECT_THAT(right.variance, IsCloseTo(0.0463478758850479));
}

TEST(Erlang, MeanAndVariance) {
  const Moments time = dense_moments(example_graph("erlang.lua", {"stages=7"}), {2});
  EXPECT_THAT(time.mean, IsCloseTo(7 / 2.0));
  EXPECT_THAT(time.variance, IsCloseTo(7 / 4.0));
}

// The time to go from k to k - 1 is a sum of products of birth and death rates; from 3, three such steps.
TEST(BirthDeath, MeanTimeToExtinction) {
  const double birth = 1.5;
  const double death = 2;
  const int capacity = 10;
  // E[from k to k - 1] = sum over i >= k of 1 / death_i * prod over k <= j < i of birth_j / death_j.
  const auto expected = [&](int from) {
    double sum = 0;
    double product = 1;
    for (int i = from; i <= capacity; ++i) {
      sum += product / (death * i);
      product *= birth / death;
    }
    return sum;
  };
  EXPECT_THAT(dense_moments(example_graph("birth_death.lua"), {birth, death}).mean, IsCloseTo(expected(1)));
  EXPECT_THAT(dense_moments(example_graph("birth_death.lua", {"start=3"}), {birth, death}).mean,
              IsCloseTo(expected(1) + expected(2) + expected(3)));
}

TEST(Mm1k, MeanBusyPeriod) {
  for (const int capacity : {1, 2, 5, 20}) {
    double expected = 0;
    for (int i = 0; i < capacity; ++i) expected += std::pow(1.5 / 2, i) / 2;
    const Graph graph = example_graph("mm1k.lua", {fmt::format("capacity={}", capacity)});
    EXPECT_THAT(dense_moments(graph, {1.5, 2}).mean, IsCloseTo(expected));
  }
}

}  // namespace
}  // namespace phasic::test
