// What `phasic-build --from FORMAT` does: a file of another program to a graph, from the cache where it is
// there. The request is the content of the file, wherever it came from.
#pragma once

#include <cstdint>
#include <string>

#include "cli/graph_request.hpp"

namespace phasic {

/// As given on the command line; empty texts were not given.
struct ImportOptions {
  std::string format;               ///< --from edges
  std::string file;                 ///< a path, or - for standard input
  std::string time;                 ///< --time continuous|discrete
  std::string initial;              ///< --initial FILE, for matrices
  std::string target;               ///< --target LABEL, for DRN
  std::uint64_t most_vertices = 0;  ///< --max-vertices; 0 is no limit
  AnswerOptions answer;
};

/// Throws UsageError for an option of imports without --from.
void require_no_import_options(const ImportOptions& options);

/// Reads the file, finds or makes its graph, and writes it as an item. Answers `no` only for --lookup. Throws
/// UsageError for a format that is none, an option that is not this format's, and a terminal; MissingError
/// for a file that is missing or empty; LimitError for too many vertices; whatever the format's reader
/// throws.
ExitCode import_graph(const ImportOptions& options, Store& store, const Log& log);

}  // namespace phasic
