// The fill-in of eliminating a component in a given order: which entries of L and U there will be, and what
// it costs. Pivots are diagonal, so the pattern is known before any number is.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "trace/components.hpp"

namespace phasic {

/// Row patterns of L and U in elimination order; columns are places in that order, ascending. Row i of
/// `lower` holds columns below i, row i of `upper` columns above it.
struct Pattern {
  Adjacency lower;
  Adjacency upper;
  [[nodiscard]] std::size_t size() const { return lower.size(); }
  friend bool operator==(const Pattern&, const Pattern&) = default;
};

/// Multiply-adds of eliminating and of one forward and back solve; divisions are not among them.
std::uint64_t multiply_adds(const Pattern& pattern);
/// Divisions of the same: one for each entry of L, one for each state.
std::uint64_t divisions(const Pattern& pattern);

/// The pattern of eliminating `graph` in `order` (a permutation: order[place] = vertex), or nothing as soon
/// as it costs more than `budget` multiply-adds.
std::optional<Pattern> factor_symbolically(const Adjacency& graph, std::span<const std::uint32_t> order,
                                           std::uint64_t budget);

}  // namespace phasic
