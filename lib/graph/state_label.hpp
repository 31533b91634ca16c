// States as people read them in pictures: `(2, 0, 1)`, or, where a state has many entries, what it has of
// each kind: `2×(1,0)  1×(0,3)`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/graph.hpp"

namespace phasic {

class StateLabels {
 public:
  /// The graph must stay where it is.
  explicit StateLabels(const Graph& graph);

  /// Of a vertex behind the start. `\n` stands between lines.
  [[nodiscard]] std::string operator[](VertexId vertex) const;
  /// How to read the labels: `(left, right)`, `size = 1, 2, 3`, `count×(loc1,loc2)`; empty where there is
  /// nothing to say.
  [[nodiscard]] std::string key() const;

 private:
  [[nodiscard]] bool is_short() const;
  [[nodiscard]] std::string entry_text(std::int32_t count, std::size_t index) const;

  const Graph& graph_;
  enum class Kind { plain, values, slot };
  /// What an index of the state stands for: `(1,0)` for things with these values, or the name of a slot.
  struct Meaning {
    Kind kind = Kind::plain;
    std::string text;
  };
  std::vector<Meaning> meanings_;
  std::vector<std::string> value_names_;  // of the properties that are no slots
};

}  // namespace phasic
