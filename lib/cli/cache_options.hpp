// The options of phasic-cache's larger commands.
#pragma once

#include "cli/cache_commands.hpp"
#include "cli/options.hpp"

namespace phasic {

void add_prune_options(CLI::App& prune, CachePruneOptions& options);

}  // namespace phasic
