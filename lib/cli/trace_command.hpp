// What phasic-trace does, and phasic-moments when it needs a trace: find the trace of a graph in the cache,
// or record it and keep it.
#pragma once

#include <string>
#include <vector>

#include "base/log.hpp"
#include "cli/items.hpp"
#include "graph/graph.hpp"
#include "store/store.hpp"
#include "trace/trace.hpp"

namespace phasic {

enum class Recording {
  where_missing,
  always,  ///< --rebuild
  never,   ///< --check
};

struct FoundTrace {
  Trace trace;
  Stored stored = Stored::no;
};

/// The whole, matching trace in the cache; nothing if there is none or hits are not wanted.
std::optional<Trace> find_trace(const Graph& graph, Store& store, const Log& log);

/// The trace in the cache, else the one that came down the pipe behind the graph, else a new one, which is
/// kept. Throws InternalError where mode verify finds a difference.
FoundTrace obtain_trace(const Graph& graph, ItemReader& reader, Recording recording, Store& store,
                        const Log& log);

/// Stores a graph that came as an object, so that its key can be passed on.
Stored keep_graph(const GraphItem& item, Store& store);

struct TraceOptions {
  std::vector<std::string> inputs;  ///< keys and files; none: standard input
  bool key = false;                 ///< --key: key lines only
  bool check = false;               ///< --check: print the keys of graphs whose trace is stored
  bool rebuild = false;
  bool explain = false;  ///< --explain: say why a trace was not found
  std::string output;    ///< -o FILE, or empty
};

/// Makes sure that every graph's trace is stored, and passes the graphs on. Answers `no` where --check finds
/// one without.
ExitCode trace(const TraceOptions& options, Store& store, const Log& log);

}  // namespace phasic
