// PHASIC_STATS_LOG=FILE: a line of JSON for each run of a tool, what the cache was asked and how it answered.
// Hundreds of jobs may append to one file: a line is one write(2).
#pragma once

#include <functional>
#include <string>

#include "base/error.hpp"
#include "base/log.hpp"
#include "store/store.hpp"

namespace phasic {

/// Runs a tool's body and appends what came of it, also where it throws. `store` is null where the tool has
/// none. A line that cannot be written is one warning; the run's outcome stays what it is.
ExitCode reported(const Log& log, const Store* store, const std::function<ExitCode()>& body);

}  // namespace phasic
