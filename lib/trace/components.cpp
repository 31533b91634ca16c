#include "trace/components.hpp"

#include <algorithm>
#include <limits>

namespace phasic {

namespace {

constexpr std::uint32_t unseen = std::numeric_limits<std::uint32_t>::max();

class Tarjan {
 public:
  explicit Tarjan(const Adjacency& graph)
      : graph_(graph), index_(graph.size(), unseen), low_(graph.size(), 0), on_stack_(graph.size(), false) {}

  Components run() {
    for (std::uint32_t root = 0; root < graph_.size(); ++root) {
      if (index_[root] == unseen) visit(root);
    }
    return std::move(components_);
  }

 private:
  struct Frame {
    std::uint32_t vertex;
    std::uint32_t next_edge;
  };

  void enter(std::uint32_t vertex) {
    index_[vertex] = low_[vertex] = next_index_++;
    stack_.push_back(vertex);
    on_stack_[vertex] = true;
    path_.push_back({vertex, graph_.offsets[vertex]});
  }

  void visit(std::uint32_t root) {
    enter(root);
    while (!path_.empty()) {
      Frame& frame = path_.back();
      const std::uint32_t vertex = frame.vertex;
      if (frame.next_edge < graph_.offsets[vertex + 1]) {
        const std::uint32_t target = graph_.targets[frame.next_edge++];
        if (index_[target] == unseen)
          enter(target);
        else if (on_stack_[target])
          low_[vertex] = std::min(low_[vertex], index_[target]);
        continue;
      }
      path_.pop_back();
      if (!path_.empty()) {
        std::uint32_t& parent_low = low_[path_.back().vertex];
        parent_low = std::min(parent_low, low_[vertex]);
      }
      if (low_[vertex] == index_[vertex]) emit(vertex);
    }
  }

  void emit(std::uint32_t root) {
    const std::size_t first = components_.members.size();
    std::uint32_t member = unseen;
    do {
      member = stack_.back();
      stack_.pop_back();
      on_stack_[member] = false;
      components_.members.push_back(member);
    } while (member != root);
    std::sort(components_.members.begin() + static_cast<std::ptrdiff_t>(first), components_.members.end());
    components_.offsets.push_back(static_cast<std::uint32_t>(components_.members.size()));
  }

  const Adjacency& graph_;
  std::uint32_t next_index_ = 0;
  std::vector<std::uint32_t> index_;
  std::vector<std::uint32_t> low_;
  std::vector<bool> on_stack_;
  std::vector<std::uint32_t> stack_;
  std::vector<Frame> path_;
  Components components_;
};

}  // namespace

Adjacency transient_edges(const Graph& graph) {
  Adjacency result;
  for (VertexId v = 1; v <= graph.transient_count(); ++v) {
    for (std::uint32_t e = graph.row_offsets()[v]; e < graph.row_offsets()[v + 1]; ++e) {
      if (graph.is_transient(graph.targets()[e])) result.targets.push_back(graph.targets()[e] - 1);
    }
    result.offsets.push_back(static_cast<std::uint32_t>(result.targets.size()));
  }
  return result;
}

Components strongly_connected_components(const Adjacency& graph) {
  return Tarjan(graph).run();
}

}  // namespace phasic
