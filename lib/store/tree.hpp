// The directories of the cache, opened one by one, never through a link below the root, and judged by who
// may write to them. Nothing is kept open between calls: whoever removes the tree meanwhile does no harm.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "store/layout.hpp"

namespace phasic {

/// `foreign` is a directory that others than its owner may write to, or that belongs to neither us nor root.
enum class Trust { ours, foreign };
Trust trust_in(const struct stat& status);

/// Whether this type of file system (statfs's f_type) is served over a network, where what another machine
/// wrote may be seen late.
bool is_network_file_system(long type);

enum class Missing { leave, make };

/// A directory below the root, or why there is none.
struct OpenDirectory {
  Descriptor descriptor;
  int error = 0;                         ///< errno's value where it could not be opened; ENOENT: not there
  Trust trust = Trust::ours;             ///< foreign as soon as one directory on the way is
  std::filesystem::path foreign_path{};  ///< the first that is, if any
  struct stat foreign_status {};         ///< and what it is like
  std::filesystem::path path;            ///< the one that was opened, or that failed
  mode_t group_bits = 0;                 ///< of the root, with its setgid bit: what new files take over
  [[nodiscard]] bool is_open() const { return descriptor.is_open(); }
};

class Tree {
 public:
  /// `compiled_root` replaces root/compiled where it is not empty.
  Tree(std::filesystem::path root, std::filesystem::path compiled_root);

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  /// Where a layer's objects are: root/graphs.
  [[nodiscard]] std::filesystem::path path_of(Layer layer) const;
  [[nodiscard]] std::filesystem::path path_of(const Place& place) const;

  /// The root; may be reached through links. Made with mode 0700, parents included, where asked for.
  [[nodiscard]] OpenDirectory open_root(Missing missing) const;
  /// The directory in which a layer's shards of this kind lie: `graphs`, `graphs/index`.
  [[nodiscard]] OpenDirectory open_shards(Layer layer, FileKind kind, Missing missing) const;
  /// A shard by its name (`ab`).
  [[nodiscard]] OpenDirectory open_shard(Layer layer, FileKind kind, const std::string& shard) const;
  /// The shard in which the file belongs.
  [[nodiscard]] OpenDirectory open_shard(const Place& place, Missing missing) const;

 private:
  [[nodiscard]] OpenDirectory open_top(const std::filesystem::path& path, Missing missing) const;
  std::filesystem::path root_;
  std::filesystem::path compiled_root_;
};

/// Opens (or makes) `name` in an open directory, without following a link. What it opened or why not replaces
/// `parent`, which is returned.
OpenDirectory descend(OpenDirectory parent, const std::string& name, Missing missing);

}  // namespace phasic
