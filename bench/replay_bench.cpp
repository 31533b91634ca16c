// One theta at a time, against KLU's refactor and solve on the same matrix: the strongest rival for repeated
// sparse solves. Both start from theta and end with the mean.
#include <benchmark/benchmark.h>
#include <klu.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "base/log.hpp"
#include "model/explore.hpp"
#include "model/lua_model.hpp"
#include "replay/replay.hpp"
#include "replay/terms.hpp"
#include "trace/record.hpp"

namespace {

using namespace phasic;

Graph explored(const std::string& name, const std::string& n) {
  const std::string path = std::string(PHASIC_SOURCE_DIR) + "/examples/" + name;
  std::stringstream source;
  source << std::ifstream(path).rdbuf();
  const Limits limits;
  const auto model = load_lua_model(path, source.str(), {parse_assignment("n=" + n)}, limits);
  return explore(*model, limits, 1, Log("bench"));
}

struct Subject {
  std::string name;
  Graph graph;
  std::vector<double> theta;
};

const Subject& subject(std::int64_t index) {
  static const std::vector<Subject> subjects = [] {
    std::vector<Subject> made;
    for (const char* n : {"6", "7", "8"}) {
      made.push_back({std::string("ARG n=") + n, explored("two_locus_arg.lua", n), {2, 5}});
    }
    made.push_back({"Kingman n=30", explored("kingman.lua", "30"), {1}});
    return made;
  }();
  return subjects[static_cast<std::size_t>(index)];
}

void replay_moments(benchmark::State& state, unsigned order) {
  const Subject& of = subject(state.range(0));
  const Trace trace = record(of.graph);
  const auto replay = make_replay(trace);
  for (auto _ : state) {
    const auto terms = evaluate_terms(of.graph.terms(), of.theta, 0.0);
    const auto weights = class_weights(trace, std::span<const double>(terms));
    benchmark::DoNotOptimize(replay->moments(weights, {}, order, {}));
  }
  state.SetLabel(of.name);
}

/// Per theta: a pack of thetas a call, each with terms and weights of its own.
void pack_mean(benchmark::State& state, Simd simd) {
  const Subject& of = subject(state.range(0));
  const Trace trace = record(of.graph);
  const auto replay = make_pack_replay(trace, simd);
  if (!replay) return state.SkipWithError("no packs here");
  const std::size_t lanes = replay->lanes();
  std::vector<double> weights(trace.class_count() * lanes);
  for (auto _ : state) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      std::vector<double> theta = of.theta;
      theta[0] += static_cast<double>(lane);
      const auto terms = evaluate_terms(of.graph.terms(), theta, 0.0);
      const auto one = class_weights(trace, std::span<const double>(terms));
      for (std::size_t c = 0; c < one.size(); ++c) weights[c * lanes + lane] = one[c];
    }
    benchmark::DoNotOptimize(replay->moments(weights, {}, 1));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(lanes));
  state.counters["per_theta"] =
      benchmark::Counter(static_cast<double>(lanes),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.SetLabel(of.name);
}

void replay_mpfr_128_mean_and_variance(benchmark::State& state) {
  const Subject& of = subject(state.range(0));
  const Trace trace = record(of.graph);
  const auto replay = make_replay(trace, mpfr_prec_t{128});
  for (auto _ : state) {
    const auto terms = evaluate_terms(of.graph.terms(), of.theta, Mpfr(128));
    const auto weights = class_weights(trace, std::span<const Mpfr>(terms));
    benchmark::DoNotOptimize(replay->moments(weights, {}, 2, {}));
  }
  state.SetLabel(of.name);
}

/// M = -S in compressed columns, with the classes that make up each entry.
class KluMean {
 public:
  explicit KluMean(const Graph& graph) : graph_(graph), n_(static_cast<int>(graph.transient_count())) {
    std::vector<std::vector<std::pair<int, std::uint32_t>>> columns(graph.transient_count());
    for (VertexId v = 1; v <= graph.transient_count(); ++v) {
      columns[v - 1].emplace_back(v - 1, diagonal_);
      for (std::uint32_t e = graph.row_offsets()[v]; e < graph.row_offsets()[v + 1]; ++e) {
        const VertexId target = graph.targets()[e];
        if (graph.is_transient(target)) columns[target - 1].emplace_back(v - 1, graph.classes()[e]);
      }
    }
    for (auto& column : columns) {
      std::sort(column.begin(), column.end());
      for (const auto& [row, edge_class] : column) {
        if (edge_class == diagonal_) diagonal_place_.push_back(classes_.size());
        rows_.push_back(row);
        classes_.push_back(edge_class);
      }
      offsets_.push_back(static_cast<int>(rows_.size()));
    }
    values_.resize(rows_.size());
    klu_defaults(&common_);
    symbolic_ = klu_analyze(n_, offsets_.data(), rows_.data(), &common_);
    if (symbolic_ == nullptr) throw std::runtime_error("klu_analyze failed");
  }
  ~KluMean() {
    klu_free_numeric(&numeric_, &common_);
    klu_free_symbolic(&symbolic_, &common_);
  }
  KluMean(const KluMean&) = delete;
  KluMean& operator=(const KluMean&) = delete;

  double mean(std::span<const double> theta) {
    fill(theta);
    if (numeric_ == nullptr)
      numeric_ = klu_factor(offsets_.data(), rows_.data(), values_.data(), symbolic_, &common_);
    else
      klu_refactor(offsets_.data(), rows_.data(), values_.data(), symbolic_, numeric_, &common_);
    x_.assign(static_cast<std::size_t>(n_), 1.0);
    klu_solve(symbolic_, numeric_, n_, 1, x_.data(), &common_);
    double sum = 0;
    for (std::uint32_t e = 0; e < graph_.row_offsets()[1]; ++e) {
      sum += weights_[graph_.classes()[e]] * x_[graph_.targets()[e] - 1];
    }
    return sum;
  }

 private:
  void fill(std::span<const double> theta) {
    weights_.resize(graph_.class_count());
    for (ClassId c = 0; c < weights_.size(); ++c) {
      const auto vector = graph_.coefficients(c);
      weights_[c] = vector[0];
      for (std::size_t p = 0; p < theta.size(); ++p) weights_[c] += vector[p + 1] * theta[p];
    }
    for (std::size_t i = 0; i < classes_.size(); ++i) {
      if (classes_[i] != diagonal_) values_[i] = -weights_[classes_[i]];
    }
    for (VertexId v = 1; v <= graph_.transient_count(); ++v) {
      double sum = 0;
      for (std::uint32_t e = graph_.row_offsets()[v]; e < graph_.row_offsets()[v + 1]; ++e) {
        sum += weights_[graph_.classes()[e]];
      }
      values_[diagonal_place_[v - 1]] = sum;
    }
  }

  static constexpr std::uint32_t diagonal_ = 0xFFFFFFFFU;
  const Graph& graph_;
  int n_;
  std::vector<int> offsets_{0};
  std::vector<int> rows_;
  std::vector<std::uint32_t> classes_;
  std::vector<std::size_t> diagonal_place_;
  std::vector<double> values_;
  std::vector<double> weights_;
  std::vector<double> x_;
  klu_common common_{};
  klu_symbolic* symbolic_ = nullptr;
  klu_numeric* numeric_ = nullptr;
};

void klu_mean(benchmark::State& state) {
  const Subject& of = subject(state.range(0));
  KluMean klu(of.graph);
  double mean = klu.mean(of.theta);
  for (auto _ : state) benchmark::DoNotOptimize(mean = klu.mean(of.theta));
  const Trace trace = record(of.graph);
  const auto terms = evaluate_terms(of.graph.terms(), of.theta, 0.0);
  const double ours =
      make_replay(trace)->moments(class_weights(trace, std::span<const double>(terms)), {}, 1, {}).scaled[0];
  if (std::abs(mean / ours - 1) > 1e-10) state.SkipWithError("KLU and the replay disagree");
  state.SetLabel(of.name);
}

void record_trace(benchmark::State& state) {
  const Subject& of = subject(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(record(of.graph));
  state.SetLabel(of.name);
}

BENCHMARK(klu_mean)->DenseRange(0, 3)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(replay_moments, mean, 1)->DenseRange(0, 3)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(pack_mean, avx512, Simd::avx512)->DenseRange(0, 3)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(pack_mean, avx2, Simd::avx2)->DenseRange(0, 3)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(replay_moments, mean_and_variance, 2)->DenseRange(0, 3)->Unit(benchmark::kMicrosecond);
BENCHMARK(replay_mpfr_128_mean_and_variance)->DenseRange(0, 3)->Unit(benchmark::kMicrosecond);
BENCHMARK(record_trace)->DenseRange(0, 3)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
