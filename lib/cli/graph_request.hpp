// A request for a graph, whatever makes it: a model file, or a file in another program's format. The cache
// answers where it holds the graph; else the graph is made, once, and kept. Nothing here knows how.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/items.hpp"
#include "cli/provenance.hpp"
#include "graph/graph.hpp"
#include "store/record.hpp"
#include "store/store.hpp"

namespace phasic {

/// Whether the cache may answer, and whether anything else may.
enum class BuildMode {
  cached_or_built,
  cached_only,  ///< --lookup: nothing is made; prints the key or answers no
  built,        ///< --rebuild: whatever is cached
};
enum class Explain { no, yes };

/// What is asked of a request, and where the answer goes.
struct AnswerOptions {
  BuildMode mode = BuildMode::cached_or_built;
  Explain explain = Explain::no;
  bool key = false;    ///< --key: key lines only
  std::string output;  ///< -o FILE, or empty
};

struct GraphRequest {
  std::string where;               ///< the file as the user names it, for messages
  std::string source;              ///< the file as records name it
  std::vector<RequestPart> parts;  ///< everything that decides the graph
  Provenance provenance;           ///< filed with the graph, before what made it, where and when
  std::function<Graph()> make;     ///< called at most once
  /// Called with a graph that is stored before its key is written; may be empty.
  std::function<void(const Object&)> before_key{};
};

/// The absolute path of a file, without a look at what is there.
std::string path_in_records(const std::string& path);

/// The writer that the options ask for. Throws UsageError for --key with -o, and where the output is the
/// file `source` itself.
ItemWriter make_writer(const AnswerOptions& options, const std::string& source);

/// Finds or makes the graph and writes it as an item. Answers `no` only for --lookup, where it is missing.
/// Throws InternalError where mode verify finds a difference, and whatever `make` throws.
ExitCode answer(const GraphRequest& request, const AnswerOptions& options, Store& store, const Log& log,
                ItemWriter& writer);

}  // namespace phasic
