// From a model file to its graph, in memory: the two-locus ARG with children said by what changes, as the
// example has it, and with children as copied tables.
#include <benchmark/benchmark.h>

#include <fstream>
#include <sstream>
#include <string>

#include "base/log.hpp"
#include "model/explore.hpp"
#include "model/lua_model.hpp"

namespace {

using namespace phasic;

std::string example() {
  std::stringstream source;
  source << std::ifstream(std::string(PHASIC_SOURCE_DIR) + "/examples/two_locus_arg.lua").rdbuf();
  return source.str();
}

// The same model, its children made by copying the state into a table: state:with(i, d, ...) becomes this.
std::string by_copies() {
  std::string source = example();
  const std::string copy =
      "local function copied(state, ...)\n"
      "  local child, changes = {}, { ... }\n"
      "  for i = 1, #state do child[i] = state[i] end\n"
      "  for k = 1, #changes, 2 do child[changes[k]] = child[changes[k]] + changes[k + 1] end\n"
      "  return child\n"
      "end\n";
  const std::string method = "state:with(";
  for (std::size_t at = source.find(method); at != std::string::npos; at = source.find(method, at)) {
    source.replace(at, method.size(), "copied(state, ");
  }
  return copy + source;
}

void explore_model(benchmark::State& state, const std::string& source) {
  const Limits limits;
  const Log log("bench");
  const std::vector<Assignment> assignments{{"n", std::to_string(state.range(0))}};
  std::size_t edges = 0;
  for (auto _ : state) {
    const auto model = load_lua_model("two_locus_arg.lua", source, assignments, limits);
    edges = explore(*model, limits, log).edge_count();
  }
  state.counters["edges"] = static_cast<double>(edges);
}

}  // namespace

BENCHMARK_CAPTURE(explore_model, by_difference, example())->Arg(6)->Arg(8)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(explore_model, by_copies, by_copies())->Arg(6)->Arg(8)->Unit(benchmark::kMillisecond);

BENCHMARK_MAIN();
