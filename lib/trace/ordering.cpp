#include "trace/ordering.hpp"

#include <amd.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>
#include <utility>

#include "base/error.hpp"

namespace phasic {

namespace {

// Markowitz keeps the remaining graph explicitly, fill and all; beyond this many states AMD alone is tried.
constexpr std::size_t markowitz_limit = 4096;

/// The graph that is left: successors and predecessors of every vertex, as sorted vectors.
class RemainingGraph {
 public:
  explicit RemainingGraph(const Adjacency& graph) : successors_(graph.size()), predecessors_(graph.size()) {
    for (std::uint32_t v = 0; v < graph.size(); ++v) {
      for (const std::uint32_t target : graph[v]) {
        if (target == v) continue;
        successors_[v].push_back(target);
        predecessors_[target].push_back(v);
      }
    }
    for (auto& list : successors_) std::ranges::sort(list);
    for (std::uint32_t v = 0; v < graph.size(); ++v) queue_.emplace(cost(v), v);
  }

  /// Removes the cheapest vertex, joining its predecessors to its successors.
  std::uint32_t eliminate_cheapest() {
    const std::uint32_t vertex = queue_.begin()->second;
    queue_.erase(queue_.begin());
    for (const std::uint32_t v : predecessors_[vertex]) queue_.erase({cost(v), v});
    for (const std::uint32_t v : successors_[vertex]) queue_.erase({cost(v), v});
    for (const std::uint32_t from : predecessors_[vertex]) {
      replace(successors_[from], vertex, successors_[vertex], from);
    }
    for (const std::uint32_t to : successors_[vertex]) {
      replace(predecessors_[to], vertex, predecessors_[vertex], to);
    }
    for (const std::uint32_t v : predecessors_[vertex]) queue_.emplace(cost(v), v);
    for (const std::uint32_t v : successors_[vertex]) queue_.emplace(cost(v), v);
    return vertex;
  }

 private:
  [[nodiscard]] std::uint64_t cost(std::uint32_t vertex) const {
    return std::uint64_t{successors_[vertex].size()} * predecessors_[vertex].size();
  }

  // list := (list without `gone`) united with (others without `self`)
  void replace(std::vector<std::uint32_t>& list, std::uint32_t gone, const std::vector<std::uint32_t>& others,
               std::uint32_t self) {
    merged_.clear();
    std::ranges::set_union(list, others, std::back_inserter(merged_));
    std::erase_if(merged_, [&](std::uint32_t v) { return v == gone || v == self; });
    list = merged_;
  }

  std::vector<std::vector<std::uint32_t>> successors_;
  std::vector<std::vector<std::uint32_t>> predecessors_;
  std::set<std::pair<std::uint64_t, std::uint32_t>> queue_;
  std::vector<std::uint32_t> merged_;
};

/// By place in the order: the first later one that eliminating it links it with, or the size for a root.
std::vector<std::uint32_t> elimination_tree(const Adjacency& component,
                                            std::span<const std::uint32_t> order) {
  const auto size = static_cast<std::uint32_t>(order.size());
  std::vector<std::uint32_t> place(size);
  for (std::uint32_t i = 0; i < size; ++i) place[order[i]] = i;
  std::vector<std::vector<std::uint32_t>> earlier(size);  // neighbours, either way
  for (std::uint32_t v = 0; v < size; ++v) {
    for (const std::uint32_t target : component[v])
      earlier[std::max(place[v], place[target])].push_back(std::min(place[v], place[target]));
  }
  std::vector<std::uint32_t> parent(size, size);
  std::vector<std::uint32_t> top(size, size);  // a shortcut to the root of the tree so far
  for (std::uint32_t i = 0; i < size; ++i) {
    for (std::uint32_t k : earlier[i]) {
      while (k != i && k != size) {
        const std::uint32_t next = top[k];
        top[k] = i;
        if (next == size) parent[k] = i;
        k = next;
      }
    }
  }
  return parent;
}

std::vector<std::uint32_t> natural_order(std::size_t size) {
  std::vector<std::uint32_t> order(size);
  std::iota(order.begin(), order.end(), 0U);
  return order;
}

}  // namespace

std::string_view name_of(OrderingMethod method) {
  switch (method) {
    case OrderingMethod::natural:
      return "natural";
    case OrderingMethod::amd:
      return "AMD";
    case OrderingMethod::markowitz:
      return "Markowitz";
  }
  return "";
}

std::vector<std::uint32_t> amd_order(const Adjacency& component) {
  if (component.targets.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw LimitError({"", "a component has more than 2^31 edges", "", {}});
  }
  const auto n = static_cast<int>(component.size());
  const std::vector<int> offsets(component.offsets.begin(), component.offsets.end());
  const std::vector<int> targets(component.targets.begin(), component.targets.end());
  std::vector<int> order(component.size());
  const int outcome = ::amd_order(n, offsets.data(), targets.data(), order.data(), nullptr, nullptr);
  if (outcome != AMD_OK && outcome != AMD_OK_BUT_JUMBLED) {
    throw InternalError({"", "AMD cannot order a component (code " + std::to_string(outcome) + ")", "", {}});
  }
  return {order.begin(), order.end()};
}

std::vector<std::uint32_t> markowitz_order(const Adjacency& component) {
  RemainingGraph remaining(component);
  std::vector<std::uint32_t> order(component.size());
  for (auto& vertex : order) vertex = remaining.eliminate_cheapest();
  return order;
}

std::vector<std::uint32_t> postordered(const Adjacency& component, std::span<const std::uint32_t> order) {
  const auto size = static_cast<std::uint32_t>(order.size());
  const std::vector<std::uint32_t> parent = elimination_tree(component, order);
  // Children as linked lists; the roots are those of the size.
  std::vector<std::uint32_t> first_child(size + std::size_t{1}, size);
  std::vector<std::uint32_t> next_sibling(size, size);
  for (std::uint32_t i = size; i-- > 0;) next_sibling[i] = std::exchange(first_child[parent[i]], i);
  std::vector<std::uint32_t> result;
  result.reserve(size);
  std::vector<std::uint32_t> path{size};
  while (!path.empty()) {
    const std::uint32_t at = path.back();
    if (const std::uint32_t child = first_child[at]; child != size) {
      first_child[at] = next_sibling[child];
      path.push_back(child);
      continue;
    }
    if (at != size) result.push_back(order[at]);
    path.pop_back();
  }
  return result;
}

Ordering best_ordering(const Adjacency& component) {
  Ordering best;
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  const auto consider = [&](OrderingMethod method, const std::vector<std::uint32_t>& found) {
    std::vector<std::uint32_t> order = postordered(component, found);
    auto pattern = factor_symbolically(component, order, least);
    if (!pattern) return;
    const std::uint64_t cost = multiply_adds(*pattern);
    if (cost >= least) return;
    least = cost;
    best = {method, std::move(order), std::move(*pattern)};
  };
  consider(OrderingMethod::amd, amd_order(component));
  if (component.size() <= markowitz_limit) consider(OrderingMethod::markowitz, markowitz_order(component));
  consider(OrderingMethod::natural, natural_order(component.size()));
  return best;
}

}  // namespace phasic
