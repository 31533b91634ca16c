// Keeping the cache within limits: what was not used for longest goes first, what is in use stays. Objects
// and records are one queue, ordered by their last use.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/inventory.hpp"
#include "store/tree.hpp"

namespace phasic {

struct PruneLimits {
  std::optional<std::uint64_t> max_bytes;   ///< of objects and records, by `disk_size`
  std::optional<Stamp> max_age;             ///< since the last use
  std::optional<std::uint64_t> max_files;   ///< objects and records
  Stamp min_age = 2 * 3600 * stamp_second;  ///< what was used since is spared, whatever the limits
};

/// Temporaries last written longer ago than this are what a killed process left.
inline constexpr Stamp temporary_lifetime = 24 * 3600 * stamp_second;
/// An hour more than max_age, for clocks that differ.
inline constexpr Stamp age_margin = 3600 * stamp_second;
/// A file that claims to have been used more than this in the future has a wrong stamp.
inline constexpr Stamp future_margin = 24 * 3600 * stamp_second;

/// How many files, and what they take on disk.
struct FileTally {
  std::uint64_t objects = 0;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  void add(const CacheFile& file);
  void subtract(const CacheFile& file);
};

/// What the limits demand of these files, `now` being what it is: the victims, records before objects, and
/// how many would have to go but are in use.
struct PrunePlan {
  std::vector<CacheFile> victims;
  FileTally spared;
};
PrunePlan plan_prune(std::vector<CacheFile> files, const PruneLimits& limits, Stamp now);

enum class DryRun { no, yes };

struct PruneResult {
  enum class Outcome {
    done,
    no_directory,
    another_at_work,
    taken_over,  ///< another prune took the lock after this one stood still for ten minutes
  } outcome = Outcome::done;
  FileTally removed;  ///< or, in a dry run, what would be
  FileTally kept;
  FileTally spared;  ///< of the kept: what the limits demand, but was used lately
  std::uint64_t temporaries_removed = 0;
  std::uint64_t temporary_bytes = 0;
  std::uint64_t failure_count = 0;
  std::string first_failure;  ///< `path: reason`
};

/// Prunes the layers. `told` is called with the path of each file that is (or would be) removed. What could
/// not be removed is counted, never thrown.
PruneResult prune(const Tree& tree, std::span<const Layer> layers, const PruneLimits& limits, DryRun dry_run,
                  const std::function<void(const std::string& path)>& told);

}  // namespace phasic
