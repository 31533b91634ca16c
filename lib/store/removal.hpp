// Removing files of ours on request: whole layers, or one object with the records that lead to it. Records go
// before objects, so that no reader is led to what is about to vanish.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "store/inventory.hpp"
#include "store/prune.hpp"
#include "store/tree.hpp"

namespace phasic {

struct RemovalResult {
  FileTally removed;
  std::uint64_t temporaries_removed = 0;
  std::uint64_t failure_count = 0;
  std::string first_failure;  ///< `path: reason`
};

/// Called with the path of each file that was removed.
using ToldOfRemoval = std::function<void(const std::string& path)>;

/// Objects, records and unfinished writes of the layers; directories, CACHEDIR.TAG and VERSION stay. Whoever
/// was writing writes once more.
RemovalResult clear(const Tree& tree, std::span<const Layer> layers, const ToldOfRemoval& told);

/// One object and all records that lead to it.
RemovalResult remove_object(const Tree& tree, Layer layer, const ObjectHash& hash, const ToldOfRemoval& told);

}  // namespace phasic
