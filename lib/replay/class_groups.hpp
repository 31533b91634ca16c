// A trace's edges by column and coefficient class. What enters a state by edges of one class is the class
// weight times a sum, and a derivative by the class weights needs that sum, too, not each edge. Rows whose
// edges have the same classes are of one kind.
#pragma once

#include <cstdint>
#include <vector>

#include "trace/trace.hpp"

namespace phasic {

struct ClassGroups {
  /// Edges of one class that lead to one position.
  struct Group {
    ClassId edge_class;
    std::uint32_t end;  ///< of its part of `rows`, which begins where that of the last group ends
  };
  struct ByColumn {
    std::vector<std::uint32_t> offsets{0};  ///< groups of position j are [offsets[j], offsets[j + 1])
    std::vector<Group> groups;              ///< classes ascending
    std::vector<std::uint32_t> rows;        ///< where the edges come from, ascending
    [[nodiscard]] std::uint32_t begin(std::uint32_t group) const {
      return group == 0 ? 0 : groups[group - 1].end;
    }
  };
  ByColumn entering;  ///< edges from later components
  ByColumn inner;     ///< edges within a component

  /// How many edges of a class a row has, those into absorption included.
  struct Count {
    ClassId edge_class;
    double edges;
  };
  std::vector<std::uint32_t> kinds;  ///< by position
  std::vector<std::uint32_t> kind_offsets{
      0};  ///< counts of kind k are [kind_offsets[k], kind_offsets[k + 1])
  std::vector<Count> counts;
  [[nodiscard]] std::size_t kind_count() const { return kind_offsets.size() - 1; }
};

/// Of all rows but the start's.
ClassGroups group_by_class(const Trace& trace);

}  // namespace phasic
