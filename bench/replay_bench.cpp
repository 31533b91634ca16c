// What a theta costs: replays one at a time and in packs, gradients and MPFR, beside KLU, from theta to the
// answer. Rounds go through all rivals in turn, so that a busy machine slows each alike; times are this
// thread's, in microseconds a theta, medians over the rounds, and so are ratios, each of two times of one
// round. A rival runs once before its time is taken: it finds the caches as its like leaves them, not as the
// rival before it does. Whoever is slow enough for a single run to fill its time would be measured on those
// alone: gradients, never values.
//
//   replay_bench [ROUNDS]
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>

#include "klu_mean.hpp"
#include "moments/evaluate.hpp"
#include "replay/replay.hpp"
#include "replay/terms.hpp"
#include "subjects.hpp"

namespace {

using namespace phasic;
using bench::Subject;

double thread_microseconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) * 1e-3;
}

/// A rival: what it does, and for how many thetas at once.
struct Rival {
  std::string name;
  std::function<void()> run;
  std::size_t thetas = 1;
  std::vector<double> times = {};  // microseconds a theta, by round

  void measure() {
    constexpr double shortest = 4000;
    run();
    const double begin = thread_microseconds();
    std::size_t runs = 0;
    double passed = 0;
    for (; passed < shortest; passed = thread_microseconds() - begin, ++runs) run();
    times.push_back(passed / static_cast<double>(runs * thetas));
  }
};

double median(std::vector<double> of) {
  std::ranges::sort(of);
  return of[of.size() / 2];
}

double median_ratio(const Rival& slow, const Rival& fast) {
  std::vector<double> ratios(slow.times);
  for (std::size_t round = 0; round < ratios.size(); ++round) ratios[round] /= fast.times[round];
  return median(std::move(ratios));
}

/// Thetas that differ, each with terms and weights of its own.
std::vector<double> theta_number(const Subject& of, std::size_t number) {
  std::vector<double> theta = of.theta;
  theta[0] += 0.01 * static_cast<double>(number);
  return theta;
}

std::vector<double> weights_of(const Subject& of, std::size_t lanes) {
  std::vector<double> weights(of.trace.class_count() * lanes);
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const auto terms = evaluate_terms(of.graph.terms(), theta_number(of, lane), 0.0);
    const auto one = class_weights(of.trace, std::span<const double>(terms));
    for (std::size_t c = 0; c < one.size(); ++c) weights[c * lanes + lane] = one[c];
  }
  return weights;
}

Rival klu(const Subject& of) {
  const auto rival = std::make_shared<bench::KluMean>(of.graph);
  const double mean = rival->mean(of.theta);
  const double ours = make_replay(of.trace)->moments(weights_of(of, 1), {}, 1, {}).scaled[0];
  if (std::abs(mean / ours - 1) > 1e-10)
    throw std::runtime_error("KLU and the replay disagree on " + of.name);
  return {"klu", [&of, rival] { rival->mean(of.theta); }};
}

Rival single(const Subject& of, unsigned order) {
  const std::shared_ptr<Replay<double>> replay = make_replay(of.trace);
  return {"single", [&of, replay, order] { replay->moments(weights_of(of, 1), {}, order, {}); }};
}

Rival pack(const Subject& of, Simd simd, unsigned order) {
  const std::shared_ptr<PackReplay> replay = simd <= best_simd() ? make_pack_replay(of.trace, simd) : nullptr;
  if (!replay) return {std::string(name_of(simd)), {}};
  return {std::string(name_of(simd)),
          [&of, replay, order] { replay->moments(weights_of(of, replay->lanes()), {}, order); },
          replay->lanes()};
}

Rival mpfr(const Subject& of) {
  const std::shared_ptr<Replay<Mpfr>> replay = make_replay(of.trace, mpfr_prec_t{128});
  return {"mpfr", [&of, replay] {
            const auto terms = evaluate_terms(of.graph.terms(), of.theta, Mpfr(128));
            replay->moments(class_weights(of.trace, std::span<const Mpfr>(terms)), {}, 2, {});
          }};
}

/// As phasic-moments --precision double asks for a block of rows: whether a bound needs MPFR is another race.
Rival batch(const Subject& of, std::string name, std::vector<Statistic> columns, Simd simd) {
  constexpr std::size_t rows = 64;
  Precision doubles;
  doubles.kind = Precision::Kind::doubles;
  doubles.tolerance = 0.9;
  const auto evaluator = std::make_shared<Evaluator>(of.graph, of.trace,
                                                     Question{std::move(columns), {Reward{}}, doubles, simd});
  const auto thetas = std::make_shared<std::vector<std::vector<double>>>();
  for (std::size_t i = 0; i < rows; ++i) thetas->push_back(theta_number(of, i));
  return {std::move(name),
          [evaluator, thetas] { evaluator->answers(std::vector<Theta>(thetas->begin(), thetas->end())); },
          rows};
}

Rival record_trace(const Subject& of) {
  return {"record", [&of] { record(of.graph); }};
}

void race(std::vector<Rival>& rivals, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    for (Rival& rival : rivals) {
      if (rival.run) rival.measure();
    }
  }
}

std::string ratio_text(double ratio, double floor, std::string_view sign) {
  if (floor == 0) return fmt::format("{:6.1f}x       ", ratio);  // none is asked
  const bool holds = sign == ">=" ? ratio >= floor : ratio <= floor;
  return fmt::format("{:6.1f}x {} {:3g}{}", ratio, sign, floor, holds ? "" : " !");
}

std::string faster_text(const Rival& rival, const Rival& klu, double floor) {
  if (!rival.run) return fmt::format("{:>9} {:>14}", "-", "not here");
  return fmt::format("{:9.2f} {:>14}", median(rival.times),
                     ratio_text(median_ratio(klu, rival), floor, ">="));
}
std::string slower_text(const Rival& rival, const Rival& base, double floor) {
  return fmt::format("{:9.2f} {:9.2f} {:>14}", median(base.times), median(rival.times),
                     ratio_text(median_ratio(rival, base), floor, "<="));
}

const std::vector<Statistic> two_moments{{StatisticKind::moment, 1, 0, 0, {}},
                                         {StatisticKind::moment, 2, 0, 0, {}}};

std::string mean_line(const Subject& of, int rounds) {
  std::vector<Rival> rivals{klu(of), single(of, 1), pack(of, Simd::avx512, 1), pack(of, Simd::avx2, 1),
                            record_trace(of)};
  race(rivals, rounds);
  return fmt::format("{:14} {:9.1f} {} {} {} {:9.1f}\n", of.name, median(rivals[0].times),
                     faster_text(rivals[1], rivals[0], of.floors.single),
                     faster_text(rivals[2], rivals[0], of.floors.avx512),
                     faster_text(rivals[3], rivals[0], of.floors.avx2), median(rivals[4].times) / 1000);
}

std::string moments_line(const Subject& of, int rounds) {
  const auto gradients = with_gradients(two_moments, of.theta.size());
  const Simd narrow = std::min(best_simd(), Simd::avx2);
  std::vector<Rival> rivals{batch(of, "", two_moments, best_simd()),
                            batch(of, "", gradients, best_simd()),
                            batch(of, "", two_moments, narrow),
                            batch(of, "", gradients, narrow),
                            single(of, 2),
                            mpfr(of)};
  race(rivals, rounds);
  return fmt::format("{:14} {} {} {}\n", of.name, slower_text(rivals[1], rivals[0], 3),
                     slower_text(rivals[3], rivals[2], 3), slower_text(rivals[5], rivals[4], of.floors.mpfr));
}

}  // namespace

int main(int count, char** arguments) {
  const int rounds = count > 1 ? std::max(1, std::atoi(arguments[1])) : 15;
  const auto subjects = bench::subjects();
  fmt::print(
      "Microseconds a theta, one thread of a processor with {}; medians of {} rounds. A ! marks a floor "
      "that\n"
      "was not reached.\n\n",
      name_of(best_simd()), rounds);
  fmt::print(
      "The mean, and how many times faster than KLU's refactor and solve:\n{:14} {:>9} {:>24} {:>24} {:>24} "
      "{:>9}\n",
      "", "KLU", "a single theta", "packs, avx512", "packs, avx2", "record/ms");
  for (const Subject& of : subjects) fmt::print("{}", mean_line(of, rounds)), std::fflush(stdout);
  fmt::print(
      "\nTwo moments, and their gradients, by the row of a batch ({}, {}); mean and variance of one theta, "
      "in\n"
      "doubles and in MPFR numbers of 128 bits:\n{:14} {:>9} {:>24} {:>9} {:>24} {:>9} {:>24}\n",
      name_of(best_simd()), name_of(std::min(best_simd(), Simd::avx2)), "", "values", "gradients", "values",
      "gradients", "double", "MPFR");
  for (const Subject& of : subjects) fmt::print("{}", moments_line(of, rounds)), std::fflush(stdout);
}
