// What phasic-cache does: a function per command. They work on the directory whatever the cache's mode;
// those that use what entries say keep to the trust rule, those that only name and remove files need not.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/graph_output.hpp"
#include "store/settings.hpp"
#include "store/store.hpp"
#include "store/tree.hpp"

namespace phasic {

/// Where the commands work.
struct CacheSite {
  StoreSettings settings;
  CacheDirectory directory;
  Tree tree;
  const Log& log;
};
CacheSite make_site(StoreSettings settings, const Log& log);

struct CacheInfoOptions {
  std::vector<std::string> layers;  ///< names; none: all
  bool json = false;
};
/// Prints directory, entries, size, times of use and settings. Opens no entry.
ExitCode cache_info(const CacheSite& site, const CacheInfoOptions& options);

struct CacheListOptions {
  std::vector<std::string> layers;
  bool json = false;
  bool tsv = false;
  std::string sort = "used";  ///< used|size|created
};
/// Prints a line per object: what it holds, how large it is, when it was last used.
ExitCode cache_list(const CacheSite& site, const CacheListOptions& options);

struct CacheShowOptions {
  std::string key;
  bool json = false;
  GraphOutputOptions output;  ///< no format: what the object and its records say
};
/// Prints all that an object and its records say, or a graph in a format of other programs.
ExitCode cache_show(const CacheSite& site, const CacheShowOptions& options);

/// Prints the directory, or the path of an object's file.
ExitCode cache_path(const CacheSite& site, const std::string& key);
/// Writes objects to standard output. Throws StoreError where that is a terminal.
ExitCode cache_cat(const CacheSite& site, const std::vector<std::string>& keys);

/// Reads everything; answers `no` if anything is not whole.
ExitCode cache_verify(const CacheSite& site, const std::vector<std::string>& layers);
/// Removes objects and the records that lead to them; answers `no` if one of the keys is not there.
ExitCode cache_remove(const CacheSite& site, const std::vector<std::string>& keys);
ExitCode cache_clear(const CacheSite& site, const std::vector<std::string>& layers);

struct CachePruneOptions {
  std::vector<std::string> layers;
  std::string max_mb;
  std::string max_size;
  std::string max_age;
  std::string max_files;
  std::string min_age;
  bool dry_run = false;
  bool json = false;
};
/// Throws UsageError without a limit, with one that cannot be read, and for `--max-mb 0`; IoError if a file
/// could not be removed.
ExitCode cache_prune(const CacheSite& site, const CachePruneOptions& options);

struct CacheStatsOptions {
  std::vector<std::string> files;
  bool json = false;
};
/// Sums up what PHASIC_STATS_LOG collected. Lines that are cut short or not ours are counted, with a warning.
/// Throws MissingError for a file that cannot be opened.
ExitCode cache_stats(const CacheSite& site, const CacheStatsOptions& options);

}  // namespace phasic
