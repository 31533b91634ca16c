#include "fuzz/seeds.hpp"

#include "trace/record.hpp"

namespace phasic::fuzz {

namespace {

/// States 0..n-1 in a cycle, each with a way out into the last one.
GraphParts cycle(std::uint32_t transient, TimeKind time) {
  GraphParts parts;
  parts.time = time;
  parts.terms.parameters = {"rate", "exit"};
  if (time == TimeKind::continuous) {
    // exp(-rate) * exit
    parts.terms.derived.push_back({"damped",
                                   {{Operation::parameter, {0, 0, 0, 0}, 0},
                                    {Operation::negate, {0, 0, 0, 0}, 0},
                                    {Operation::exponential, {1, 0, 0, 0}, 0},
                                    {Operation::parameter, {1, 0, 0, 0}, 0},
                                    {Operation::multiply, {2, 3, 0, 0}, 0}}});
  }
  const std::size_t width = parts.terms.count();
  parts.coefficients = CoefficientTable(width);
  std::vector<double> onward(width, 0);
  std::vector<double> out(width, 0);
  onward[1] = 0.25;
  out.back() = 0.25;
  out[0] = 0.125;
  const std::uint32_t onward_row = parts.coefficients.intern(onward);
  const std::uint32_t out_row = parts.coefficients.intern(out);
  parts.state_length = 2;
  parts.state_count = transient + 1;
  parts.row_offsets.push_back(0);
  for (std::uint32_t state = 0; state <= transient; ++state) {
    parts.states.push_back(static_cast<std::int32_t>(state));
    parts.states.push_back(static_cast<std::int32_t>(state % 3) - 1);
    if (state < transient) {
      parts.transitions.push_back({(state + 1) % transient, onward_row});
      parts.transitions.push_back({transient, out_row});
    }
    parts.row_offsets.push_back(parts.transitions.size());
  }
  parts.start = {{0, 0.5}, {1, 0.25}};
  return parts;
}

}  // namespace

std::vector<Graph> seed_graphs() {
  GraphParts rewarded = cycle(4, TimeKind::continuous);
  rewarded.rewards.push_back({"earned", {1, 0, 2.5, 3, 0}});
  rewarded.properties = {{"place", {{0, 1}}}, {"both", {{0, 1}, {1, -2}}}};
  GraphParts bare = cycle(3, TimeKind::continuous);
  bare.states.clear();
  bare.state_length = 0;
  bare.order = GraphParts::Order::as_given;
  std::vector<Graph> graphs;
  graphs.push_back(make_graph(std::move(rewarded)));
  graphs.push_back(make_graph(cycle(3, TimeKind::discrete)));
  graphs.push_back(make_graph(std::move(bare)));
  return graphs;
}

std::vector<Object> seed_objects() {
  std::vector<Object> objects;
  for (const Graph& graph : seed_graphs()) {
    objects.push_back(graph.object());
    objects.push_back(record(graph).object());
  }
  return objects;
}

}  // namespace phasic::fuzz
