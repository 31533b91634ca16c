#include "model/explore.hpp"

#include <fmt/format.h>

#include <chrono>

#include "base/error.hpp"
#include "base/progress.hpp"
#include "model/state_table.hpp"
#include "model/state_text.hpp"

namespace phasic {

namespace {

constexpr std::uint64_t start_vertices = 1;  // no state, but a vertex of the graph

class Explorer {
 public:
  Explorer(Model& model, const Limits& limits, const Log& log)
      : progress_(log, "exploring", "states"),
        declaration_(model.declaration()),
        source_(model.make_source()),
        states_(declaration_.state_length),
        most_vertices_(limits.vertices) {
    parts_.time = declaration_.time;
    parts_.terms = source_->terms();
    parts_.properties = declaration_.properties;
    parts_.state_length = declaration_.state_length;
    parts_.coefficients = CoefficientTable(parts_.terms.count());
    for (const std::string& name : declaration_.rewards) parts_.rewards.push_back({name, {}});
  }

  // States are numbered as they are found, and visited in that order: the queue is the numbering itself.
  GraphParts run() {
    for (const StartState& start : declaration_.start) {
      parts_.start.push_back({states_.insert(start.entries), start.probability});
    }
    parts_.row_offsets.push_back(0);
    for (std::uint32_t number = 0; number < states_.size(); ++number) {
      visit(number);
      if (progress_.is_due()) {
        progress_.show(number + 1, 0, fmt::format("{} to go", grouped_digits(states_.size() - number - 1)));
      }
    }
    parts_.state_count = states_.size();
    parts_.states = std::move(states_).release();
    return std::move(parts_);
  }

 private:
  void visit(std::uint32_t number) {
    // A copy: the table's rows move as it grows.
    state_.assign(states_[number].begin(), states_[number].end());
    const Expansion found = source_->expand(state_);
    for (std::size_t edge = 0; edge < found.size(); ++edge) {
      const auto [child, coefficients] = found[edge];
      parts_.transitions.push_back({states_.insert(child), parts_.coefficients.intern(coefficients)});
    }
    if (most_vertices_ != 0 && states_.size() + start_vertices > most_vertices_) {
      throw LimitError({fmt::format("{}: in state {}", declaration_.where, state_text(state_)),
                        fmt::format("the exploration found more than {} vertices", most_vertices_),
                        "is the state space finite? If so, raise --max-vertices (0: no limit)",
                        {}});
    }
    parts_.row_offsets.push_back(parts_.transitions.size());
    keep_rewards(found.size() != 0);
  }

  void keep_rewards(bool has_transitions) {
    if (parts_.rewards.empty()) return;
    const std::span<const double> values =
        has_transitions ? source_->rewards(state_) : std::span<const double>{};
    for (std::size_t i = 0; i < parts_.rewards.size(); ++i) {
      parts_.rewards[i].values.push_back(has_transitions ? values[i] : 0.0);
    }
  }

  Progress progress_;
  const Declaration& declaration_;
  std::unique_ptr<TransitionSource> source_;
  StateTable states_;
  std::uint64_t most_vertices_;  // 0 is no limit
  GraphParts parts_;
  std::vector<std::int32_t> state_;
};

void require_absorption(const Graph& graph, const Declaration& declaration) {
  const auto trapped = find_trapped_vertex(graph);
  if (!trapped) return;
  std::vector<std::int32_t> state;
  for (std::size_t i = 0; i < graph.state_length(); ++i) state.push_back(graph.state_entry(*trapped, i));
  throw InputError({fmt::format("{}: in state {}", declaration.where, state_text(state)),
                    "absorption cannot be reached from here",
                    "some path from every state leads to one without transitions",
                    {}});
}

// make_graph knows states, not files.
Graph graph_of(GraphParts parts, const Declaration& declaration) {
  try {
    return make_graph(std::move(parts));
  } catch (const InputError& error) {
    Complaint complaint = error.complaint();
    complaint.where = complaint.where.empty() ? declaration.where
                                              : fmt::format("{}: in {}", declaration.where, complaint.where);
    throw InputError(std::move(complaint));
  }
}

}  // namespace

Graph explore(Model& model, const Limits& limits, const Log& log) {
  const auto begin = std::chrono::steady_clock::now();
  Graph graph = graph_of(Explorer(model, limits, log).run(), model.declaration());
  require_absorption(graph, model.declaration());
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  log.info(fmt::format("explored {} vertices and {} edges in {:.1f} ms", graph.vertex_count(),
                       graph.edge_count(), took.count()));
  return graph;
}

}  // namespace phasic
