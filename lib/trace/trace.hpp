// A trace: the symbolic elimination of a graph, recorded once and replayed for any theta. It holds structure
// only - coefficient classes, components, elimination order, fill-in - never a number that depends on theta.
//
// Transient vertices are renumbered to *positions*: components one after another, sinks first, and within a
// component in elimination order. So an edge leads to an earlier component, within its own, or into
// absorption, and one sweep over the positions finds every moment (block triangular form).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "graph/graph.hpp"
#include "store/object.hpp"
#include "trace/error_counts.hpp"
#include "trace/symbolic.hpp"

namespace phasic {

/// What a trace consists of. Row i < n is the row of position i, row n the start's. Columns are positions, or
/// n + a for absorbing vertex number a; ascending within a row.
struct TraceParts {
  TimeKind time = TimeKind::continuous;
  std::uint32_t term_count = 1;
  std::uint32_t absorbing_count = 0;
  StructureHash structure;
  std::vector<double> coefficients;                 ///< classes x terms
  std::vector<std::uint32_t> vertices;              ///< position -> vertex
  std::vector<std::uint32_t> component_offsets{0};  ///< component c is positions [offsets[c], offsets[c + 1])
  std::vector<std::uint32_t> component_patterns;    ///< its pattern; 0 for a component of one state
  std::vector<Pattern> patterns{Pattern{}};         ///< number 0 is the empty one; equal components share one
  Adjacency rows;
  std::vector<ClassId> edge_classes;
  ErrorCounts error_counts;  ///< of all the above
};

class Trace {
 public:
  /// Checks all that a replay relies on, counts errors, and seals it. Throws FormatError.
  static Trace make(TraceParts parts);
  /// The same from an object. Throws FormatError.
  static Trace decode(const Object& object);

  [[nodiscard]] TimeKind time() const { return parts_.time; }
  [[nodiscard]] const StructureHash& structure_hash() const { return parts_.structure; }
  [[nodiscard]] std::size_t transient_count() const { return parts_.vertices.size(); }
  [[nodiscard]] std::size_t absorbing_count() const { return parts_.absorbing_count; }
  [[nodiscard]] std::size_t term_count() const { return parts_.term_count; }
  [[nodiscard]] std::size_t class_count() const { return parts_.coefficients.size() / parts_.term_count; }
  [[nodiscard]] std::span<const double> coefficients(ClassId edge_class) const {
    return std::span(parts_.coefficients)
        .subspan(std::size_t{edge_class} * parts_.term_count, parts_.term_count);
  }
  [[nodiscard]] std::span<const std::uint32_t> vertices() const { return parts_.vertices; }
  [[nodiscard]] std::size_t component_count() const { return parts_.component_patterns.size(); }
  [[nodiscard]] std::span<const std::uint32_t> component_offsets() const { return parts_.component_offsets; }
  /// Nothing for a component of one state: it has no fill-in.
  [[nodiscard]] const Pattern* pattern(std::size_t component) const {
    const std::uint32_t number = parts_.component_patterns[component];
    return number == 0 ? nullptr : &parts_.patterns[number];
  }
  /// Distinct patterns of components of several states.
  [[nodiscard]] std::size_t pattern_count() const { return parts_.patterns.size() - 1; }
  [[nodiscard]] std::size_t largest_component() const;
  [[nodiscard]] const Adjacency& rows() const { return parts_.rows; }
  [[nodiscard]] std::span<const ClassId> edge_classes() const { return parts_.edge_classes; }
  /// Multiply-adds of one mean at one theta, from theta to the answer; divisions are counted apart.
  [[nodiscard]] std::uint64_t multiply_add_count() const;
  [[nodiscard]] std::uint64_t division_count() const;
  /// The structural part of the error bound, counted from what the trace holds.
  [[nodiscard]] const ErrorCounts& error_counts() const { return parts_.error_counts; }

  [[nodiscard]] const Object& object() const { return object_; }
  [[nodiscard]] const ObjectHash& hash() const { return object_.hash(); }

 private:
  Trace(TraceParts parts, Object object) : parts_(std::move(parts)), object_(std::move(object)) {}
  TraceParts parts_;
  Object object_;
};

}  // namespace phasic
