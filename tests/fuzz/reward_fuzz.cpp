// Reward files, for graphs with and without states. What is accepted is a reward.
#include <algorithm>
#include <cmath>

#include "fuzz/input.hpp"
#include "fuzz/seeds.hpp"
#include "moments/reward.hpp"

using namespace phasic;
using namespace phasic::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<Graph> graphs = seed_graphs();
  for (const Graph& graph : graphs) {
    accepts([&] {
      const std::vector<double> reward = parse_reward(graph, text_of(data, size), "reward.tsv");
      const bool is_sound = reward.size() == graph.vertex_count() && reward[0] == 0 &&
                            std::ranges::all_of(reward, [](double r) { return r >= 0 && std::isfinite(r); });
      if (!is_sound) throw InternalError({"", "what was accepted is no reward", "", {}});
    });
  }
  return 0;
}
