// Packs do what a single solver does, bit for bit, in every lane.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "replay/pack_program.hpp"
#include "replay/replay.hpp"
#include "replay/solver.hpp"
#include "replay/terms.hpp"
#include "support/cases.hpp"
#include "support/chains.hpp"
#include "support/kinds.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

const std::vector<bool> no_cuts;  // a solver keeps the address

using Numbers = std::vector<double>;

Numbers weights_at(const Graph& graph, const Trace& trace, double theta) {
  const auto terms = evaluate_terms(graph.terms(), std::vector{theta}, 0.0);
  return class_weights(trace, std::span<const double>(terms));
}

/// Rates grow with the lane; rows of a discrete chain stay below 1.
double theta_of(std::size_t lane, TimeKind time) {
  const auto number = static_cast<double>(lane);
  return time == TimeKind::discrete ? 1 / (1 + number) : 0.3 + number * number;
}

Numbers packed_weights(const Graph& graph, const Trace& trace, std::size_t lanes) {
  Numbers weights(trace.class_count() * lanes);
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const Numbers own = weights_at(graph, trace, theta_of(lane, trace.time()));
    for (std::size_t c = 0; c < own.size(); ++c) weights[c * lanes + lane] = own[c];
  }
  return weights;
}

Numbers rewards_of(const Trace& trace) {
  Numbers rewards;
  for (const VertexId vertex : trace.vertices()) rewards.push_back(0.25 * (vertex % 7));
  return rewards;
}

template <class Vector>
Numbers lane_of(const Vector& packed, std::size_t lane, std::size_t lanes) {
  Numbers result;
  for (std::size_t i = lane; i < packed.size(); i += lanes) result.push_back(packed[i]);
  return result;
}

/// From one lane that is looked at to the next.
std::size_t lane_step(std::size_t lanes) {
  return lanes / test::cases(lanes);
}

/// All that a solver can be asked, one list of numbers a question. `from` is a vector to start from.
std::vector<Numbers> all_of(Solver<double>& solver, const Trace& trace, const Numbers& rewards) {
  using Vector = StateVector<double>;
  std::vector<Vector> vectors{solver.start()};
  const Vector start = vectors[0];
  Vector ones = start;
  for (double& number : ones) number = 1;
  for (auto& x : solver.solve_all(ones, std::vector<Recurrence>{{{}, 0}, {rewards, 1}, {rewards, 0}}))
    vectors.push_back(x);
  for (auto& y : solver.solve_all_transposed(start, std::vector<Recurrence>{{{}, 0}, {rewards, 1}}))
    vectors.push_back(y);
  for (const auto& x : {vectors[1], vectors[4]}) {
    for (const auto change : {&Solver<double>::solve, &Solver<double>::solve_transposed})
      (solver.*change)(vectors.emplace_back(x));
    for (const auto step : {&Solver<double>::step, &Solver<double>::step_transposed})
      vectors.push_back((solver.*step)(x));
    solver.add_scaled(vectors.emplace_back(ones), rewards, 3, x);
  }
  vectors.push_back(solver.leaving());
  vectors.push_back(solver.exits());

  std::vector<Numbers> all;
  for (const Vector& vector : vectors) all.emplace_back(vector.begin(), vector.end());
  all.push_back(solver.from_start(vectors[1]));
  all.push_back(solver.start_into_absorbing());
  all.push_back(solver.into_absorbing(vectors[4]));
  all.push_back(solver.product(vectors[1], vectors[4]));
  const std::vector<Sensitivity<double>> sensitivities{
      {{&vectors[4], &vectors[1]}},
      {{&vectors[4], &vectors[2]}, {&vectors[5], &vectors[1]}},
      {{&vectors[4], &vectors[2]}, {&vectors[5], &vectors[3]}, {&vectors[5], &vectors[2]}}};
  for (const auto& sums : solver.class_sums(sensitivities)) {
    EXPECT_EQ(sums.gained.size(), trace.class_count() * solver.lanes());
    all.push_back(sums.gained);
    all.push_back(sums.lost);
  }
  return all;
}

class PackSolverTest : public testing::TestWithParam<Simd> {};

void expect_single_bits(const Graph& graph, const Trace& trace, const std::vector<bool>& cuts, Simd simd) {
  const auto packed = make_pack_solver(trace, simd);
  ASSERT_EQ(packed == nullptr, simd == Simd::baseline);
  if (!packed) return;
  const Numbers weights = packed_weights(graph, trace, packed->lanes());
  const Numbers rewards = rewards_of(trace);
  ASSERT_FALSE(packed->factor(weights, cuts));
  const auto together = all_of(*packed, trace, rewards);
  const auto single = make_solver(trace, Simd::baseline);
  for (std::size_t lane = 0; lane < packed->lanes(); lane += lane_step(packed->lanes())) {
    const Numbers own = weights_at(graph, trace, theta_of(lane, trace.time()));
    ASSERT_FALSE(single->factor(own, cuts));
    const auto alone = all_of(*single, trace, rewards);
    ASSERT_EQ(together.size(), alone.size());
    for (std::size_t k = 0; k < alone.size(); ++k)
      ASSERT_EQ(lane_of(together[k], lane, packed->lanes()), alone[k])
          << "question " << k << " lane " << lane;
  }
}

TEST_P(PackSolverTest, GivesEachLaneTheBitsOfASingleSolver) {
  for (std::uint64_t seed = 0; seed < test::cases(8); ++seed) {
    for (const TimeKind time : {TimeKind::continuous, TimeKind::discrete}) {
      for (const double density : {0.02, 0.2}) {
        const Graph graph = make_graph(
            test::random_parts(seed, {.states = 40, .density = density, .decades = 8, .time = time}));
        expect_single_bits(graph, record(graph), {}, GetParam());
      }
    }
  }
}

/// Queues side by side: one component, sparse at first and dense in the end.
Graph grid(std::uint32_t side) {
  test::ChainBuilder chain({"scale"});
  for (std::uint32_t i = 0; i < side; ++i) {
    for (std::uint32_t j = 0; j < side; ++j) {
      const std::uint32_t here = i * side + j;
      if (i + 1 < side) chain.edge(here + side, {0, 1});
      if (i > 0) chain.edge(here - side, {0.25, 0.5});
      if (j + 1 < side) chain.edge(here + 1, {0, 0.75});
      if (j > 0) chain.edge(here - 1, {1.5});
      if (here + 1 == side * side || here % 97 == 0) chain.edge(side * side, {0, 0.125});
      chain.state();
    }
  }
  return chain.state().start(0, 0.75).start(side, 0.25).graph();
}

TEST_P(PackSolverTest, GivesALargeComponentInPanelsTheSameBits) {
  std::size_t most = 0;
  std::vector<Graph> graphs{grid(54)};
  if (test::takes_all_cases())
    graphs.push_back(make_graph(test::random_parts(3, {.states = 160, .density = 0.1})));
  for (const Graph& graph : graphs) {
    const Trace trace = record(graph);
    ASSERT_GT(trace.multiply_add_count(), 350'000U);  // or it goes by a list
    most = std::max(most, trace.pattern(0)->upper.targets.size());
    std::vector<bool> cuts(trace.transient_count());
    for (std::size_t i = 0; i < cuts.size(); ++i) cuts[i] = i % 71 == 5;
    if (test::takes_all_cases()) expect_single_bits(graph, trace, {}, GetParam());
    expect_single_bits(graph, trace, cuts, GetParam());
  }
  ASSERT_GT(most, std::size_t{1} << 15U);  // or no single replay goes along its runs
}

TEST_P(PackSolverTest, CutsTheSameStatesInEveryLane) {
  for (std::uint64_t seed = 0; seed < test::cases(8); ++seed) {
    const Graph graph = make_graph(test::random_parts(seed, {.states = 40, .density = 0.05}));
    const Trace trace = record(graph);
    std::vector<bool> cuts(trace.transient_count());
    for (std::size_t i = 0; i < cuts.size(); ++i) cuts[i] = (i + seed) % 5 == 0;
    expect_single_bits(graph, trace, cuts, GetParam());
  }
}

TEST_P(PackSolverTest, SaysInWhichLanesNothingLeavesAState) {
  test::ChainBuilder chain({"a", "b"});
  const Graph graph =
      chain.edge(1, {0, 1}).state().edge(0, {0, 1}).edge(2, {0, 0, 1}).state().state().start(0).graph();
  const Trace trace = record(graph);
  const auto packed = make_pack_solver(trace, GetParam());
  if (!packed) return;
  const std::size_t lanes = packed->lanes();
  Numbers weights(trace.class_count() * lanes);
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const std::vector theta{1.0, lane % 3 == 1 ? 0.0 : 1.0};
    const auto terms = evaluate_terms(graph.terms(), theta, 0.0);
    const Numbers own = class_weights(trace, std::span<const double>(terms));
    for (std::size_t c = 0; c < own.size(); ++c) weights[c * lanes + lane] = own[c];
  }
  EXPECT_TRUE(packed->factor(weights, no_cuts));
  for (std::size_t lane = 0; lane < lanes; ++lane) EXPECT_EQ(packed->met_closed_state(lane), lane % 3 == 1);
  const auto gradients = make_pack_gradients(trace, GetParam());
  ASSERT_EQ(gradients->lanes(), lanes);
  const auto met = gradients->moments(weights, {}, 1).met_closed_state;
  for (std::size_t lane = 0; lane < lanes; ++lane) EXPECT_EQ(met[lane], lane % 3 == 1);
}

/// Of the moments up to `order` and of their gradients.
void expect_single_gradients(const Graph& graph, const Trace& trace, PackGradients& packed,
                             const Numbers& rewards, unsigned order) {
  const std::size_t lanes = packed.lanes();
  const MomentGradients together = packed.moments(packed_weights(graph, trace, lanes), rewards, order);
  for (std::size_t lane = 0; lane < lanes; lane += lane_step(lanes)) {
    const Numbers own = weights_at(graph, trace, theta_of(lane, trace.time()));
    EXPECT_EQ(lane_of(together.scaled, lane, lanes),
              make_replay(trace, Simd::baseline)->moments(own, rewards, order, {}).scaled);
    const auto single = make_solver(trace, Simd::baseline);
    ASSERT_FALSE(single->factor(own, no_cuts));
    std::vector<Recurrence> all;
    for (std::size_t k = 0; k < order; ++k) all.push_back({rewards, k});
    StateVector<double> ones = single->start();
    for (double& number : ones) number = 1;
    const auto x = single->solve_all(ones, all);
    all[0].rewards = {};
    const auto y = single->solve_all_transposed(single->start(), all);
    std::vector<Sensitivity<double>> sensitivities(order);
    for (unsigned k = 0; k < order; ++k) {
      for (unsigned l = 0; l <= k; ++l) sensitivities[k].emplace_back(&y[l], &x[k - l]);
    }
    const auto sums = single->class_sums(sensitivities);
    for (unsigned k = 0; k < order; ++k) {
      EXPECT_EQ(lane_of(together.sums[k].gained, lane, lanes), sums[k].gained);
      EXPECT_EQ(lane_of(together.sums[k].lost, lane, lanes), sums[k].lost);
    }
  }
}

TEST_P(PackSolverTest, HasTheBitsOfASingleSolverForTheGradientsOfMoments) {
  for (std::uint64_t seed = 0; seed < test::cases(8); ++seed) {
    const double density = seed % 2 == 0 ? 0.02 : 0.2;
    const Graph graph =
        make_graph(test::random_parts(seed, {.states = 60, .density = density, .decades = 8}));
    const Trace trace = record(graph);
    const auto packed = make_pack_gradients(trace, GetParam());
    ASSERT_EQ(packed == nullptr, GetParam() == Simd::baseline);
    if (!packed) return;
    const Numbers rewards = seed % 3 == 0 ? Numbers{} : rewards_of(trace);
    for (unsigned order = 1; order <= 3; ++order)
      expect_single_gradients(graph, trace, *packed, rewards, order);
  }
}

/// Grids one after another, of two sizes: components that cost more and less to factorise.
Graph row_of_grids(std::uint32_t count) {
  test::ChainBuilder chain({"scale"});
  for (std::uint32_t number = 0, first = 0; number < count; ++number) {
    const std::uint32_t side = number % 2 == 0 ? 10 : 6;
    const std::uint32_t end = first + side * side;
    for (std::uint32_t here = first; here < end; ++here) {
      if (here + side < end) chain.edge(here + side, {0, 1});
      if (here >= first + side) chain.edge(here - side, {0.25, 0.5});
      if (here + 1 < end) chain.edge(here + 1, {0, 0.75});
      if (here > first) chain.edge(here - 1, {1.5});
      if (here + 1 == end) chain.edge(end, {0, 0.125});
      chain.state();
    }
    first = end;
  }
  return chain.state().start(0, 0.75).start(50, 0.25).graph();
}

TEST_P(PackSolverTest, HasTheSameBitsForGradientsWhereOnlySomeFactorsAreKept) {
  const Graph graph = row_of_grids(8);
  const Trace trace = record(graph);
  constexpr std::size_t cache = std::size_t{1} << 16U;
  const auto packed = make_pack_gradients(trace, GetParam(), cache);
  if (!packed) return;
  std::size_t factors = 0;
  for (std::size_t c = 0; c < trace.component_count(); ++c)
    factors += PackSlots(*trace.pattern(c)).count() * packed->lanes() * sizeof(double);
  ASSERT_GT(factors, 2 * cache);  // or all of them are
  expect_single_gradients(graph, trace, *packed, rewards_of(trace), 2);
}

TEST_P(PackSolverTest, HasTheSameBitsForGradientsOfManyStatesInFewerLanes) {
  const Graph graph = test::erlang(300);
  const Trace trace = record(graph);
  const auto packed = make_pack_gradients(trace, GetParam(), 300 * 32 * sizeof(double) - 1);
  if (!packed) return;
  EXPECT_EQ(packed->lanes(), std::min<std::size_t>(make_pack_replay(trace, GetParam())->lanes(), 16));
  expect_single_gradients(graph, trace, *packed, rewards_of(trace), 2);
}

INSTANTIATE_TEST_SUITE_P(Simd, PackSolverTest, testing::ValuesIn(test::kinds_of_simd()),
                         [](const auto& of) { return std::string(name_of(of.param)); });

}  // namespace
}  // namespace phasic
