// What the options that all tools share and their environment variables come to. A flag wins over its
// variable, and a variable that is empty is not set.
#pragma once

#include <string>

#include "base/log.hpp"
#include "store/store.hpp"

namespace phasic {

/// Raw texts as given; `resolve_*` checks them.
struct CommonOptions {
  std::string cache;      ///< --cache, PHASIC_CACHE
  std::string cache_dir;  ///< --cache-dir, PHASIC_CACHE_DIR
  std::string log_level;  ///< --log-level, PHASIC_LOG_LEVEL
  std::string jobs;       ///< -j, PHASIC_JOBS, SLURM_CPUS_PER_TASK, OMP_NUM_THREADS
  bool verbose = false;   ///< -v: info
  bool quiet = false;     ///< -q: errors only
};

/// --log-level, else -q, else -v, else PHASIC_LOG_LEVEL, else warning. Throws UsageError for an unknown
/// level.
Log resolve_log(const CommonOptions& options, const std::string& tool);
/// Throws UsageError for an unknown mode, or a variable that is neither 0 nor 1.
StoreSettings resolve_store(const CommonOptions& options);
/// -j, else PHASIC_JOBS: as many as asked for, 1 to 4096, else UsageError. Else SLURM_CPUS_PER_TASK, else
/// OMP_NUM_THREADS, else all processors, capped by `available_processors`. Reads files: call it when needed.
unsigned resolve_jobs(const CommonOptions& options);

}  // namespace phasic
