// What is in the cache, told from names and inodes alone: no entry is opened. Only files whose name and place
// are of our form are seen; the Python library's, and whatever else lies in the directory, is not.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/layout.hpp"
#include "store/tree.hpp"

namespace phasic {

/// Nanoseconds since 1970, by the clock of the file server.
using Stamp = std::int64_t;
inline constexpr Stamp stamp_second = 1'000'000'000;
Stamp stamp_of(const timespec& time);

/// An object or a record. Its last use is its modification time.
struct CacheFile {
  DigestBytes name{};
  Stamp last_use = 0;
  std::uint64_t size = 0;  ///< st_size
  Layer layer = Layer::graphs;
  FileKind kind = FileKind::object;
  [[nodiscard]] Place place() const { return {layer, kind, name}; }
};

/// What a file takes on disk: st_size rounded up to 4 KiB.
std::uint64_t disk_size(std::uint64_t size);

/// An unfinished write, or what a killed prune left in the root.
struct Temporary {
  std::string name;
  Stamp last_use = 0;
  std::uint64_t size = 0;
};

/// What lies in one directory, by names and inodes.
struct ShardContent {
  std::vector<CacheFile> files;
  std::vector<Temporary> temporaries;
};
/// All shards of a kind in a layer, in the order of their names. Each is listed before it is visited, so its
/// files may be removed meanwhile.
void for_each_shard(
    const Tree& tree, Layer layer, FileKind kind,
    const std::function<void(const OpenDirectory& shard, const ShardContent& content)>& visit);

/// Unfinished writes of CACHEDIR.TAG and VERSION, and `.prune.HOST.PID` of prunes.
std::vector<Temporary> temporaries_in_root(const OpenDirectory& root);
/// Whether a name is `.prune.HOST.PID`.
bool is_prune_name(std::string_view name);

/// One layer in numbers.
struct LayerStock {
  Layer layer = Layer::graphs;
  std::filesystem::path path;
  bool exists = false;
  std::uint64_t object_count = 0;
  std::uint64_t record_count = 0;
  std::uint64_t unfinished_count = 0;
  std::uint64_t bytes = 0;          ///< of objects and records, by `disk_size`
  std::optional<Stamp> oldest_use;  ///< of objects
  std::optional<Stamp> newest_use;
};
LayerStock take_stock(const Tree& tree, Layer layer);

}  // namespace phasic
