#include "model/expansion_check.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "model/library_host.hpp"
#include "model/rate_sign.hpp"
#include "model/state_text.hpp"

namespace phasic {

namespace {

constexpr std::size_t most_edges = std::size_t{1} << 31;

}  // namespace

struct ExpansionCheck::Context {
  std::span<const std::int32_t> state;
  const phasic_expansion& found;
  const LibraryHost& host;
  const std::string& where;
  Expansion expansion;

  [[noreturn]] void refuse(std::string what, std::string remedy) const {
    throw InputError({where + ": in state " + state_text(state, 0), std::move(what), std::move(remedy), {}});
  }
  [[noreturn]] void refuse_edge(std::size_t edge, std::string what, std::string remedy) const {
    const std::string place = found.places == nullptr ? where : host.text_of(found.places[edge]);
    throw InputError({place + ": in state " + state_text(state, 0), std::move(what), std::move(remedy), {}});
  }
  [[nodiscard]] std::string child_text(std::size_t edge) const {
    return state_text(expansion[edge].child, 0);
  }
};

ExpansionCheck::ExpansionCheck(const Declaration& declaration, const Terms& terms)
    : terms_(terms),
      time_(declaration.time),
      state_length_(declaration.state_length),
      where_(declaration.where) {}

Expansion ExpansionCheck::checked(std::span<const std::int32_t> state, const phasic_expansion& found,
                                  const LibraryHost& host) {
  Context context{state, found, host, where_, {state_length_, terms_.count(), {}, {}, {}}};
  if (found.edge_count == 0) return context.expansion;
  if (found.state_length != state_length_) {
    context.refuse(fmt::format("the model hands over children of {} entries", found.state_length),
                   fmt::format("a state of it has {}", state_length_));
  }
  if (found.term_count != terms_.count()) {
    context.refuse(fmt::format("the model hands over {} coefficients for each edge", found.term_count),
                   fmt::format("it declares {} terms, the constant counted", terms_.count()));
  }
  if (found.edge_count > most_edges || found.child_count > most_edges) {
    context.refuse(
        fmt::format("the model hands over {} edges and {} children", found.edge_count, found.child_count),
        fmt::format("at most {} are allowed", most_edges));
  }
  if (found.children == nullptr || found.coefficients == nullptr) {
    context.refuse("the model hands over edges, and NULL for their children or coefficients",
                   "see phasic/model.h");
  }
  while (found.rows == nullptr && rows_.size() < found.edge_count) {
    rows_.push_back(static_cast<std::uint32_t>(rows_.size()));
  }
  context.expansion.rows = {found.rows == nullptr ? rows_.data() : found.rows, found.edge_count};
  context.expansion.children = {found.children, found.child_count * state_length_};
  context.expansion.coefficients = {found.coefficients, found.edge_count * terms_.count()};

  bool has_nothing = false;
  for (std::size_t edge = 0; edge < found.edge_count; ++edge) {
    switch (look_at(context, edge)) {
      case Edge::sound:
        break;
      case Edge::nothing:
        has_nothing = true;
        break;
      case Edge::suspect:
        require_outweighed(context, edge);
        break;
    }
  }
  return has_nothing ? without_nothing(context) : context.expansion;
}

ExpansionCheck::Edge ExpansionCheck::look_at(const Context& context, std::size_t edge) const {
  if (context.expansion.rows[edge] >= context.found.child_count) {
    context.refuse_edge(edge,
                        fmt::format("edge {} leads to child {} of {}", edge, context.expansion.rows[edge],
                                    context.found.child_count),
                        "rows count from 0");
  }
  const auto [child, coefficients] = context.expansion[edge];
  bool is_nothing = true;
  double excess = 0;  // nan as soon as one is not finite
  for (const double value : coefficients) {
    excess += value - value;
    is_nothing = is_nothing && value == 0;
  }
  if (excess != 0) {
    const auto wrong =
        std::ranges::find_if_not(coefficients, [](double value) { return std::isfinite(value); });
    const auto term = static_cast<std::size_t>(wrong - coefficients.begin());
    const std::string name = term == 0 ? "the constant"
                             : term <= terms_.parameters.size()
                                 ? terms_.parameters[term - 1]
                                 : terms_.derived[term - 1 - terms_.parameters.size()].name;
    context.refuse_edge(edge, fmt::format("the rate of {} is {}", name, shortest_text(*wrong)),
                        "rates are finite numbers");
  }
  if (is_nothing) return Edge::nothing;
  if (time_ != TimeKind::discrete &&
      std::memcmp(child.data(), context.state.data(), child.size_bytes()) == 0) {
    context.refuse_edge(edge, "a transition leads to the state itself", "in continuous time leave it out");
  }
  return is_never_positive(coefficients, terms_.parameters.size()) ? Edge::suspect : Edge::sound;
}

// A suspect is wrong unless other edges to the same child outweigh it.
void ExpansionCheck::require_outweighed(const Context& context, std::size_t edge) const {
  const std::span<const std::int32_t> child = context.expansion[edge].child;
  std::vector<double> sum(terms_.count(), 0.0);
  for (std::size_t other = 0; other < context.expansion.size(); ++other) {
    if (context.expansion.rows[other] >= context.found.child_count)
      continue;  // it is complained about in its turn
    if (!std::ranges::equal(context.expansion[other].child, child)) continue;
    for (std::size_t term = 0; term < sum.size(); ++term)
      sum[term] += context.expansion[other].coefficients[term];
  }
  const bool cancels = std::ranges::all_of(sum, [](double value) { return value == 0; });
  if (!cancels && is_never_positive(sum, terms_.parameters.size())) {
    context.refuse_edge(edge,
                        fmt::format("the rate to {} is negative for every theta", context.child_text(edge)),
                        "rates are at least 0");
  }
}

Expansion ExpansionCheck::without_nothing(const Context& context) {
  std::vector<std::uint32_t> rows;
  coefficients_.clear();
  for (std::size_t edge = 0; edge < context.expansion.size(); ++edge) {
    const std::span<const double> coefficients = context.expansion[edge].coefficients;
    if (std::ranges::all_of(coefficients, [](double value) { return value == 0; })) continue;
    rows.push_back(context.expansion.rows[edge]);
    coefficients_.insert(coefficients_.end(), coefficients.begin(), coefficients.end());
  }
  kept_rows_ = std::move(rows);
  Expansion kept = context.expansion;
  kept.rows = kept_rows_;
  kept.coefficients = coefficients_;
  return kept;
}

}  // namespace phasic
