// Option groups that the tools share. CLI11 is used for strings only; every number is read by base/, and
// every option that takes a value takes exactly one.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "store/store.hpp"

namespace phasic {

/// Raw texts as given; `resolve_*` checks them. A flag wins over its environment variable.
struct CommonOptions {
  std::string cache;      ///< --cache, PHASIC_CACHE
  std::string cache_dir;  ///< --cache-dir, PHASIC_CACHE_DIR
  std::string log_level;  ///< --log-level, PHASIC_LOG_LEVEL
  std::string jobs;       ///< -j, PHASIC_JOBS, SLURM_CPUS_PER_TASK, OMP_NUM_THREADS
  bool verbose = false;   ///< -v: info
  bool quiet = false;     ///< -q: errors only
};

/// An app with `--help`, `--version` (`phasic-build 0.1.0`), a one-line description, and `examples` (complete
/// command lines with a comment each) at the end of the help.
std::unique_ptr<CLI::App> make_app(const std::string& name, const std::string& description,
                                   const std::string& examples);

/// Adds an option that takes one text; given twice, the last wins.
CLI::Option* add_text_option(CLI::App& app, const std::string& names, std::string& into,
                             const std::string& placeholder, const std::string& help);
/// Adds an option that takes one text and may be repeated, in order.
CLI::Option* add_repeated_option(CLI::App& app, const std::string& names, std::vector<std::string>& into,
                                 const std::string& placeholder, const std::string& help);

enum class CacheFlags { all, directory_only };  ///< phasic-cache ignores the mode
void add_common_options(CLI::App& app, CommonOptions& options, CacheFlags cache_flags = CacheFlags::all);

/// Parses argv. Prints help or version and returns an exit code where one was asked for.
/// Throws UsageError for what CLI11 refuses, naming the nearest option of a misspelt one.
std::optional<ExitCode> parse_command_line(CLI::App& app, int argc, const char* const* argv);

/// Throws UsageError for an unknown level or mode, or a number of jobs that is not in 1..4096.
Log resolve_log(const CommonOptions& options, const std::string& tool);
StoreSettings resolve_store(const CommonOptions& options);
/// -j, else PHASIC_JOBS, SLURM_CPUS_PER_TASK, OMP_NUM_THREADS, else all; capped by affinity and cgroup
/// cpu.max.
unsigned resolve_jobs(const CommonOptions& options);

}  // namespace phasic
