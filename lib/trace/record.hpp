// From a graph to its trace, and the key under which a trace is found again.
#pragma once

#include <vector>

#include "graph/graph.hpp"
#include "store/record.hpp"
#include "trace/trace.hpp"

namespace phasic {

/// How much is tried: today every ordering that is worth it. Part of a trace's request key.
struct RecordOptions {};

/// Eliminates the graph symbolically. Depends on its structure alone: graphs with equal structure hashes have
/// equal traces, byte for byte.
Trace record(const Graph& graph, const RecordOptions& options = {});

/// The parts of a trace's request: structure, options, algorithm and format versions.
std::vector<RequestPart> trace_request(const StructureHash& structure, const RecordOptions& options = {});

}  // namespace phasic
