// The order in which a component's states are eliminated. No method wins everywhere, so several are tried
// and the cheapest result is kept; ties go to the one tried first, so the choice is reproducible.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "trace/components.hpp"
#include "trace/symbolic.hpp"

namespace phasic {

enum class OrderingMethod { natural, amd, markowitz };
std::string_view name_of(OrderingMethod method);

/// A component's elimination order, its fill-in, and how it was found.
struct Ordering {
  OrderingMethod method = OrderingMethod::natural;
  std::vector<std::uint32_t> order;  ///< order[place] = vertex of the component
  Pattern pattern;
};

/// Approximate minimum degree on the symmetrised pattern (Amestoy, Davis, Duff 1996; SuiteSparse AMD).
std::vector<std::uint32_t> amd_order(const Adjacency& component);

/// Diagonal Markowitz: the next vertex is one whose in-degree times out-degree is least in what remains
/// (Markowitz 1957), the smallest such. Sees the directions that AMD symmetrises away.
std::vector<std::uint32_t> markowitz_order(const Adjacency& component);

/// The same elimination, so that what is eliminated on the way to a vertex comes right before it: a postorder
/// of the elimination tree of the symmetrised pattern (Liu 1990), children in the order they had. Fill-in is
/// the same; rows of like pattern stand side by side.
std::vector<std::uint32_t> postordered(const Adjacency& component, std::span<const std::uint32_t> order);

/// The cheapest of all methods that are worth trying for a component of this size, postordered.
Ordering best_ordering(const Adjacency& component);

}  // namespace phasic
