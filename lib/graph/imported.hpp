// What a reader of another program's format hands back, and how it becomes a graph. Every reader is a
// function of a text: it opens no file, and what a text claims of its size is never believed before the text
// is there.
//
// Vertices keep the order of the file, transient ones before absorbing ones, unless they have states and no
// two are equal: then the order is canonical, as if a model had been explored.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/graph.hpp"

namespace phasic {

struct Imported {
  GraphParts parts;
  std::vector<std::string> names;  ///< of the states, as the file calls them; or none
  std::string noun = "vertex";     ///< without names, state s is `noun first+s` in messages
  std::uint64_t first = 1;
  std::vector<std::string> notes;  ///< what of the file was left out, for the log
};

/// Transitions in any order, to be brought into rows.
class EdgeList {
 public:
  /// `coefficients` is a row of the table that the edges belong to.
  void add(std::uint32_t from, std::uint32_t to, std::uint32_t coefficients) {
    from_.push_back(from);
    edges_.push_back({to, coefficients});
  }
  [[nodiscard]] std::size_t size() const { return edges_.size(); }
  /// Fills in row offsets and transitions; every edge's ends are below `parts.state_count`.
  void move_into(GraphParts& parts) &&;

 private:
  std::vector<std::uint32_t> from_;
  std::vector<GraphParts::Transition> edges_;
};

/// Throws LimitError where this many rewards take more than 2 GiB. Call it before they are allocated: a file
/// names a reward, or a vertex, in a few bytes.
void require_room_for_rewards(std::size_t rewards, std::size_t states, const std::string& where);

/// `as_given`, or `canonical` where the states are there and distinct.
GraphParts::Order order_of(const GraphParts& parts);

/// Makes the graph. Throws InputError as `make_graph` does, for names that are no text or given twice, and
/// for a vertex that can be reached and from which absorption cannot, naming `where` and the vertex as the
/// file does.
Graph make_imported_graph(Imported imported, const std::string& where);

}  // namespace phasic
