#include "graph/imported.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <string_view>

#include "base/error.hpp"
#include "base/utf8.hpp"

namespace phasic {

namespace {

std::string name_of(const Imported& imported, std::uint32_t state) {
  if (state < imported.names.size()) return fmt::format("{} '{}'", imported.noun, imported.names[state]);
  return fmt::format("{} {}", imported.noun, imported.first + state);
}

// Names are printed as JSON, typed by users, and kept as texts that end with NUL.
void check_name(const std::string& name, std::string_view what, const std::string& where) {
  const bool is_plain =
      std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7f'; });
  if (!name.empty() && is_plain && is_utf8(name)) return;
  throw InputError(
      {where,
       fmt::format("the name '{}' of a {} is empty, has a control character or is no UTF-8", name, what),
       "rename it",
       {}});
}

void check_names(const GraphParts& parts, const std::string& where) {
  for (const std::string& name : parts.terms.parameters) check_name(name, "parameter", where);
  for (const DerivedTerm& term : parts.terms.derived) check_name(term.name, "derived term", where);
  for (const StateProperty& property : parts.properties) check_name(property.name, "property", where);
  std::set<std::string_view> seen;
  for (const auto& reward : parts.rewards) {
    check_name(reward.name, "reward", where);
    if (!seen.insert(reward.name).second)
      throw InputError({where, fmt::format("two rewards are named '{}'", reward.name), "rename one", {}});
  }
}

// make_graph knows no files.
NumberedGraph numbered(GraphParts parts, const std::string& where) {
  try {
    return make_numbered_graph(std::move(parts));
  } catch (const InputError& error) {
    Complaint complaint = error.complaint();
    complaint.where = complaint.where.empty() ? where : fmt::format("{}: {}", where, complaint.where);
    throw InputError(std::move(complaint));
  }
}

}  // namespace

// A counting sort: the edges of a state keep their order.
void EdgeList::move_into(GraphParts& parts) && {
  parts.row_offsets.assign(parts.state_count + 1, 0);
  for (const std::uint32_t from : from_) ++parts.row_offsets[from + std::size_t{1}];
  std::partial_sum(parts.row_offsets.begin(), parts.row_offsets.end(), parts.row_offsets.begin());
  std::vector<std::uint64_t> next(parts.row_offsets.begin(), parts.row_offsets.end() - 1);
  parts.transitions.resize(edges_.size());
  for (std::size_t e = 0; e < edges_.size(); ++e) parts.transitions[next[from_[e]]++] = edges_[e];
}

void require_room_for_rewards(std::size_t rewards, std::size_t states, const std::string& where) {
  constexpr std::size_t most_values = std::size_t{1} << 28U;
  if (rewards == 0 || states <= most_values / rewards) return;
  throw LimitError({where,
                    fmt::format("{} rewards for {} vertices are too many", rewards, states),
                    "at most 268,435,456 values fit",
                    {}});
}

GraphParts::Order order_of(const GraphParts& parts) {
  if (parts.state_length == 0) return GraphParts::Order::as_given;
  const auto state = [&](std::uint32_t s) {
    return std::span(parts.states).subspan(s * parts.state_length, parts.state_length);
  };
  std::vector<std::uint32_t> order(parts.state_count);
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order,
                    [&](auto a, auto b) { return std::ranges::lexicographical_compare(state(a), state(b)); });
  const auto equal = std::ranges::adjacent_find(
      order, [&](auto a, auto b) { return std::ranges::equal(state(a), state(b)); });
  return equal == order.end() ? GraphParts::Order::canonical : GraphParts::Order::as_given;
}

Graph make_imported_graph(Imported imported, const std::string& where) {
  check_names(imported.parts, where);
  imported.parts.order = order_of(imported.parts);
  NumberedGraph made = numbered(std::move(imported.parts), where);
  if (const auto trapped = find_trapped_vertex(made.graph)) {
    throw InputError({fmt::format("{}: {}", where, name_of(imported, made.states[*trapped - 1])),
                      "absorption cannot be reached from here",
                      "some path from every vertex leads to one without edges",
                      {}});
  }
  return std::move(made.graph);
}

}  // namespace phasic
