// A graph in the formats of other programs: phasic-cache show --format.
#pragma once

#include <optional>
#include <string>

#include "base/text_sink.hpp"
#include "graph/graph.hpp"

namespace phasic {

/// As the command line gives it.
struct GraphOutputOptions {
  std::string format;                ///< json, mtx, initial, tra, lab or dot
  std::optional<std::string> theta;  ///< --theta VALUES
  std::string max_vertices;          ///< --max-vertices: of a picture; empty: 200; 0: no limit
};

/// Writes the graph in one piece after another. Throws UsageError for an unknown format, and where theta is
/// missing or not asked for; InputError for a theta that is wrong for the graph, and what the format cannot
/// hold; LimitError for a picture of too many vertices.
void write_graph(const Graph& graph, const GraphOutputOptions& options, const TextSink& sink);

}  // namespace phasic
