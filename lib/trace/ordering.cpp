#include "trace/ordering.hpp"

#include <amd.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>

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

Ordering best_ordering(const Adjacency& component) {
  Ordering best;
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  const auto consider = [&](OrderingMethod method, std::vector<std::uint32_t> order) {
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
