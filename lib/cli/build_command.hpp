// What phasic-build does: model file and parameters to a graph, from the cache where it is there.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/graph_request.hpp"
#include "model/limits.hpp"
#include "store/store.hpp"

namespace phasic {

/// The limits as given on the command line; empty texts leave the default.
struct LimitTexts {
  std::string instructions;
  std::string memory;
  std::string vertices;
  std::string seconds;
};
/// Throws UsageError for what is no number. Memory may carry a unit: 512MiB, 2GiB.
Limits resolve_limits(const LimitTexts& texts);

struct BuildOptions {
  std::string model;                    ///< path of the model file
  std::vector<std::string> parameters;  ///< `name=value`, in order
  LimitTexts limits;
  std::string compile;  ///< --compile as given, or empty
  /// How many threads may explore; asked only where something is explored, since the answer takes a while.
  std::function<unsigned()> jobs = [] { return 1U; };
  AnswerOptions answer;
};

/// Builds or finds the graph, or one for each value of a range, the last range fastest, and writes them as
/// items. Answers `no` only for --lookup, where one is missing. Throws whatever is
/// wrong; InternalError where mode verify finds a difference.
ExitCode build(const BuildOptions& options, Store& store, const Log& log);

/// Prints what --help-model asks for; runs the file's top level only. Answers `no` where the model is written
/// in C++, --lookup is given and its code is not cached.
ExitCode describe_model(const BuildOptions& options, Store& store, const Log& log);

}  // namespace phasic
