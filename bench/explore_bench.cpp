// Races exploration against a plain C++ explorer (plain_explorer.hpp), in one run, the contenders in turn.
//
//   explore_bench [ROUNDS [N...]]        two-locus ARG, n = 8 and 10 unless given; 9 rounds
//
// What each does, from nothing:
//   plain              states and edges with coefficients, numbered as found
//   NAME/found         states and edges only, as plain
//   NAME               the graph object: all that phasic-build does but store it. States found, sorted and
//                      numbered, edges merged and sorted, coefficient classes, two SHA-256, every check of a
//                      graph that is read, absorption checked
// lua loads and runs examples/two_locus_arg.lua, compiled examples/two_locus_arg.cpp as phasic-build loads it
// (where the tests' models are built), native the rule written for the bench, in this process. Compiling is
// not timed. Behind a name: threads. `cpu` is of all threads. The medians stand, and the best of all rounds;
// ratios are of wall times.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/log.hpp"
#include "base/number_text.hpp"
#include "base/workers.hpp"
#include "model/explore.hpp"
#include "model/library.hpp"
#include "model/lua_model.hpp"
#include "native_arg.hpp"
#include "plain_explorer.hpp"

namespace {

using namespace phasic;

struct Size {
  std::size_t states = 0;
  std::size_t edges = 0;
};

struct Contender {
  std::string name;
  std::function<Size()> run;
  std::vector<double> wall{};  // milliseconds
  std::vector<double> cpu{};
  Size size{};
};

std::string example() {
  std::stringstream source;
  source << std::ifstream(std::string(PHASIC_SOURCE_DIR) + "/examples/two_locus_arg.lua").rdbuf();
  return source.str();
}

double cpu_milliseconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void time_once(Contender& contender) {
  const double cpu = cpu_milliseconds();
  const auto begin = std::chrono::steady_clock::now();
  contender.size = contender.run();
  const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - begin;
  contender.wall.push_back(wall.count());
  contender.cpu.push_back(cpu_milliseconds() - cpu);
}

using MakeModel = std::function<std::unique_ptr<Model>()>;

Size explored(const MakeModel& make, unsigned threads) {
  const auto model = make();
  const Graph graph = explore(*model, {}, threads, Log("bench"));
  return {graph.vertex_count() - 1, graph.edge_count() - 1};  // without the start
}

Size discovered(const MakeModel& make, unsigned threads) {
  const auto model = make();
  Workers workers(threads);
  const GraphParts parts = discover(*model, {}, workers, Log("bench"));
  return {parts.state_count, parts.transitions.size()};
}

void race(std::uint64_t samples, std::uint64_t rounds) {
  const std::string source = example();
  const MakeModel lua = [&] {
    return load_lua_model("two_locus_arg.lua", source, {{"n", std::to_string(samples)}}, {});
  };
  const MakeModel native = [&] { return std::make_unique<bench::NativeArg>(samples); };
  const std::string library = std::string(PHASIC_MODEL_LIBRARIES) + "/two_locus_arg.so";
  const std::string elf =
      std::filesystem::exists(library) ? read_text_file(library, std::size_t{1} << 30) : "";
  const MakeModel compiled = [&] {
    return load_library_model(library, as_bytes(elf), {{"n", std::to_string(samples)}}, {}, {});
  };
  std::vector<Contender> contenders;
  contenders.push_back({"plain", [&]() -> Size {
                          const auto graph = bench::PlainExplorer(static_cast<int>(samples)).run();
                          return {graph.states.size(), graph.edge_count()};
                        }});
  std::vector<std::pair<std::string, MakeModel>> models{{"native", native}, {"lua", lua}};
  if (!elf.empty()) models.insert(models.begin() + 1, {"compiled", compiled});
  for (const unsigned threads : {1U, 2U}) {
    for (const auto& [name, make] : models) {
      contenders.push_back({fmt::format("{}/found {}", name, threads),
                            [&make, threads] { return discovered(make, threads); }});
      contenders.push_back(
          {fmt::format("{} {}", name, threads), [&make, threads] { return explored(make, threads); }});
    }
  }
  for (std::uint64_t round = 0; round < rounds; ++round) {
    for (Contender& contender : contenders) time_once(contender);
  }
  fmt::print("two-locus ARG n={}: {} states, {} edges; {} rounds\n", samples, contenders[0].size.states,
             contenders[0].size.edges, rounds);
  fmt::print("  {:18} {:>10} {:>10} {:>10} {:>12}\n", "", "wall ms", "best ms", "cpu ms", "of plain");
  const double plain = median(contenders[0].wall);
  for (const Contender& contender : contenders) {
    fmt::print("  {:18} {:10.1f} {:10.1f} {:10.1f} {:12.2f}\n", contender.name, median(contender.wall),
               std::ranges::min(contender.wall), median(contender.cpu), median(contender.wall) / plain);
  }
  for (const Contender& one : contenders) {
    if (!one.name.ends_with(" 1")) continue;
    const std::string name = one.name.substr(0, one.name.size() - 2);
    const auto two = std::ranges::find(contenders, name + " 2", &Contender::name);
    fmt::print("  {}: two threads {:.2f} times as fast as one, {:.2f} by the best\n", name,
               median(one.wall) / median(two->wall),
               std::ranges::min(one.wall) / std::ranges::min(two->wall));
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto number = [&](int i) { return parse_unsigned(argv[i]).value_or(0); };
  const std::uint64_t rounds = argc > 1 ? std::max<std::uint64_t>(1, number(1)) : 9;
  std::vector<std::uint64_t> sizes;
  for (int i = 2; i < argc; ++i) sizes.push_back(std::clamp<std::uint64_t>(number(i), 1, 12));
  if (sizes.empty()) sizes = {8, 10};
  for (const std::uint64_t samples : sizes) race(samples, rounds);
  return 0;
}
