// The chains that replays are raced on.
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "model/explore.hpp"
#include "model/lua_model.hpp"
#include "trace/record.hpp"

namespace phasic::bench {

/// What is asked for: speeds as multiples of KLU's at least, and what MPFR may cost, in doubles' times, at
/// most; 0 where nothing is.
struct Floors {
  double avx512;
  double avx2;
  double single;
  double mpfr = 0;
};

struct Subject {
  Subject(std::string name_in, Graph graph_in, std::vector<double> theta_in, Floors floors_in)
      : name(std::move(name_in)),
        graph(std::move(graph_in)),
        trace(record(graph)),
        theta(std::move(theta_in)),
        floors(floors_in) {}
  std::string name;
  Graph graph;
  Trace trace;
  std::vector<double> theta;
  Floors floors;
};

inline Graph explored(const std::string& path, const std::string& source, const std::string& n) {
  const Limits limits;
  const auto model = load_lua_model(path, source, {parse_assignment("n=" + n)}, limits);
  return explore(*model, limits, 1, Log("bench"));
}
inline Graph explored_example(const std::string& name, const std::string& n) {
  const std::string path = std::string(PHASIC_SOURCE_DIR) + "/examples/" + name;
  std::stringstream source;
  source << std::ifstream(path).rdbuf();
  return explored(path, source.str(), n);
}

/// Two queues of fewer than n: one component, as wide as it is long.
inline constexpr const char* grid_of_queues = R"(
local n = param("n", 60)
parameters { "arrival", "service" }
initial { { 1, { [1] = 1, [2] = 1 } } }
transitions(function(state, emit)
  if state[1] == 0 then return end
  for queue = 1, 2 do
    if state[queue] < n then emit(state:with(queue, 1), { arrival = 1 }) end
    if state[queue] > 1 then emit(state:with(queue, -1), { service = 1 }) end
  end
  if state[1] == n and state[2] == n then emit({ 0, 0 }, { arrival = 1 }) end
end)
)";

inline std::vector<Subject> subjects() {
  std::vector<Subject> made;
  made.emplace_back("ARG n=6", explored_example("two_locus_arg.lua", "6"), std::vector<double>{2, 5},
                    Floors{12, 6, 1.2, 60});
  for (const char* n : {"7", "8"}) {
    made.emplace_back(std::string("ARG n=") + n, explored_example("two_locus_arg.lua", n),
                      std::vector<double>{2, 5}, Floors{10, 5, 1.2});
  }
  made.emplace_back("Kingman n=30", explored_example("kingman.lua", "30"), std::vector<double>{1},
                    Floors{10, 5, 1.2});
  made.emplace_back("grid 60x60", explored("grid.lua", grid_of_queues, "60"), std::vector<double>{1, 1},
                    Floors{4, 2, 1.2});
  return made;
}

}  // namespace phasic::bench
