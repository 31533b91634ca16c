// A distribution function at 100 times, counted in solves of a single theta (the mean): what it costs by the
// route that is taken, and by each of two routes; and the same of its derivatives by two parameters.
#include <benchmark/benchmark.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "model/explore.hpp"
#include "model/lua_model.hpp"
#include "moments/contour.hpp"
#include "moments/distribution.hpp"
#include "moments/distribution_gradient.hpp"
#include "moments/walk_gradient.hpp"
#include "replay/replay.hpp"
#include "replay/terms.hpp"
#include "trace/record.hpp"

namespace {

using namespace phasic;

struct Subject {
  explicit Subject(const std::string& n) : graph(explored(n)), trace(record(graph)) {
    const auto terms = evaluate_terms(graph.terms(), theta, 0.0);
    weights = class_weights(trace, std::span<const double>(terms));
    slopes = weight_gradients(trace, graph.terms(), theta, 0.0);
    for (int i = 1; i <= 100; ++i) times.push_back(0.05 * i);
  }
  static Graph explored(const std::string& n) {
    const std::string path = std::string(PHASIC_SOURCE_DIR) + "/examples/two_locus_arg.lua";
    std::stringstream source;
    source << std::ifstream(path).rdbuf();
    const Limits limits;
    const auto model = load_lua_model(path, source.str(), {parse_assignment("n=" + n)}, limits);
    return explore(*model, limits, 1, Log("bench"));
  }

  std::vector<double> theta{2, 5};
  Graph graph;
  Trace trace;
  std::vector<double> weights;
  std::vector<std::vector<double>> slopes;
  std::vector<double> times;
};

const Subject& subject(std::int64_t n) {
  static const std::vector<Subject> subjects = [] {
    std::vector<Subject> made;
    for (const char* size : {"6", "7", "8"}) made.emplace_back(size);
    return made;
  }();
  return subjects[static_cast<std::size_t>(n - 6)];
}

void one_solve(benchmark::State& state) {
  const Subject& of = subject(state.range(0));
  const auto replay = make_replay(of.trace);
  for (auto _ : state) benchmark::DoNotOptimize(replay->moments(of.weights, {}, 1, {}));
}

void cdf_at_100_times(benchmark::State& state) {
  const Subject& of = subject(state.range(0));
  Distribution distribution(of.graph, of.trace, {});
  for (auto _ : state) {
    distribution.begin(of.theta);
    for (const double t : of.times) benchmark::DoNotOptimize(distribution.at(t));
  }
}

void cdf_at_100_times_by_steps(benchmark::State& state) {
  const Subject& of = subject(state.range(0));
  for (auto _ : state) {
    Walk walk(make_chain(of.trace, of.weights, {}, {}));
    for (const double t : of.times) benchmark::DoNotOptimize(walk.at(t));
  }
}

void cdf_at_100_times_by_contour(benchmark::State& state) {
  const Subject& of = subject(state.range(0));
  Contour contour(of.trace, best_simd());
  for (auto _ : state) {
    contour.begin(of.weights, {}, {});
    for (const double t : of.times) benchmark::DoNotOptimize(contour.at(t));
  }
  state.counters["transforms"] = static_cast<double>(contour.transform_count());
}

void slopes_at_100_times(benchmark::State& state) {
  const Subject& of = subject(state.range(0));
  DistributionGradient gradient(of.graph, of.trace, {});
  for (auto _ : state) {
    gradient.begin(of.theta);
    for (const double t : of.times) benchmark::DoNotOptimize(gradient.at(t));
  }
}

void slopes_at_100_times_by_steps(benchmark::State& state) {
  const Subject& of = subject(state.range(0));
  for (auto _ : state) {
    WalkGradient walk(make_chain_gradient(of.trace, of.weights, of.slopes, {}, {}));
    for (const double t : of.times) benchmark::DoNotOptimize(walk.at(t));
  }
}

void slopes_at_100_times_by_contour(benchmark::State& state) {
  const Subject& of = subject(state.range(0));
  Contour contour(of.trace, best_simd());
  for (auto _ : state) {
    contour.begin(of.weights, {}, {}, of.slopes);
    for (const double t : of.times) benchmark::DoNotOptimize(contour.slopes_at(t));
  }
}

void median(benchmark::State& state) {
  const Subject& of = subject(state.range(0));
  Distribution distribution(of.graph, of.trace, {});
  for (auto _ : state) {
    distribution.begin(of.theta);
    benchmark::DoNotOptimize(distribution.quantile(0.5));
  }
}

BENCHMARK(one_solve)->DenseRange(6, 8)->Unit(benchmark::kMicrosecond);
BENCHMARK(cdf_at_100_times)->DenseRange(6, 8)->Unit(benchmark::kMicrosecond);
BENCHMARK(cdf_at_100_times_by_steps)->DenseRange(6, 8)->Unit(benchmark::kMicrosecond);
BENCHMARK(cdf_at_100_times_by_contour)->DenseRange(6, 8)->Unit(benchmark::kMicrosecond);
BENCHMARK(slopes_at_100_times)->DenseRange(6, 8)->Unit(benchmark::kMicrosecond);
BENCHMARK(slopes_at_100_times_by_steps)->DenseRange(6, 8)->Unit(benchmark::kMicrosecond);
BENCHMARK(slopes_at_100_times_by_contour)->DenseRange(6, 8)->Unit(benchmark::kMicrosecond);
BENCHMARK(median)->DenseRange(6, 8)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
