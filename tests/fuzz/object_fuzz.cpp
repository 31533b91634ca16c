// Objects: the container, graphs, traces, and what the tools do with a graph or trace that was accepted.
#include <cmath>

#include "cli/object_facts.hpp"
#include "fuzz/input.hpp"
#include "fuzz/loose_object.hpp"
#include "fuzz/seeds.hpp"
#include "fuzz/use_graph.hpp"
#include "moments/reward.hpp"
#include "replay/replay.hpp"

using namespace phasic;
using namespace phasic::fuzz;

namespace {

void use(const Graph& graph) {
  facts_of(graph.object());
  if (!is_small(graph)) return;
  for (VertexId v = 0; v < graph.vertex_count(); ++v) (void)graph.state_text(v);
  (void)find_trapped_vertex(graph);
  const Trace trace = record(graph);
  ask(graph, trace, {});
  for (const StateProperty& property : graph.properties()) {
    accepts([&] { ask(graph, trace, counted_reward(graph, property.name)); });  // a count may be negative
  }
  for (const std::string& name : graph.reward_names()) ask(graph, trace, named_reward(graph, name));
}

void use(const Trace& trace) {
  facts_of(trace.object());
  if (trace.transient_count() > most_vertices || trace.term_count() > most_terms) return;
  std::vector<double> weights;
  for (ClassId c = 0; c < trace.class_count(); ++c) {
    double sum = 0;
    for (const double coefficient : trace.coefficients(c)) sum += coefficient;
    weights.push_back(std::isfinite(sum) ? std::fabs(sum) : 1);
  }
  (void)make_replay(trace)->moments(weights, {}, 2, {});
  (void)find_cuts(trace, std::vector<bool>(trace.class_count(), true));
  if (const auto pack = make_pack_replay(trace)) {
    std::vector<double> lanes;
    for (const double weight : weights) lanes.insert(lanes.end(), pack->lanes(), weight);
    (void)pack->moments(lanes, {}, 2);
  }
}

// A pipe may bring a trace that claims to be of a graph and is not.
void claim_to_be_of_others(const Trace& trace) {
  static const std::vector<Graph> others = seed_graphs();
  for (const Graph& other : others) {
    const std::string forged = with_section(as_text(other.object().bytes()), "structure",
                                            as_text(std::as_bytes(std::span(trace.structure_hash().bytes))));
    const auto bytes = as_bytes(forged);
    const Graph graph = Graph::decode(Object::verify(Buffer(bytes.begin(), bytes.end())));
    try {
      ask(graph, trace, std::vector<double>(graph.vertex_count(), 1));
    } catch (const InternalError&) {
      // what an Evaluator throws for a trace of another shape
    }
  }
}

void read(std::string_view text) {
  accepts([&] {
    const auto bytes = as_bytes(text);
    const Object object = Object::verify(Buffer(bytes.begin(), bytes.end()));
    (void)summary_of(object);
    if (object.type() == ObjectType::graph) use(Graph::decode(object));
    if (object.type() != ObjectType::trace) return;
    const Trace trace = Trace::decode(object);
    use(trace);
    claim_to_be_of_others(trace);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    for (const Object& object : seed_objects()) read(as_text(object.bytes()));
  } else {
    read(text_of(data, size));
  }
  return 0;
}
