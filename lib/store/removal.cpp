#include "store/removal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "store/audit.hpp"

namespace phasic {

namespace {

enum class Removed { yes, no };

Removed unlink(const OpenDirectory& directory, const std::string& name, RemovalResult& result,
               const ToldOfRemoval& told) {
  if (::unlinkat(directory.descriptor.get(), name.c_str(), 0) == 0) {
    told((directory.path / name).string());
    return Removed::yes;
  }
  if (errno != ENOENT && result.failure_count++ == 0) {
    result.first_failure = (directory.path / name).string() + ": " + error_text(errno);
  }
  return Removed::no;
}

void unlink(const OpenDirectory& shard, const CacheFile& file, RemovalResult& result,
            const ToldOfRemoval& told) {
  if (unlink(shard, file_name(file.place()), result, told) == Removed::yes) result.removed.add(file);
}

}  // namespace

RemovalResult clear(const Tree& tree, std::span<const Layer> layers, const ToldOfRemoval& told) {
  RemovalResult result;
  for (const FileKind kind : {FileKind::record, FileKind::object}) {
    for (const Layer layer : layers) {
      for_each_shard(tree, layer, kind, [&](const OpenDirectory& shard, const ShardContent& content) {
        for (const CacheFile& file : content.files) unlink(shard, file, result, told);
        for (const Temporary& temporary : content.temporaries) {
          if (unlink(shard, temporary.name, result, told) == Removed::yes) ++result.temporaries_removed;
        }
      });
    }
  }
  return result;
}

RemovalResult remove_object(const Tree& tree, Layer layer, const ObjectHash& hash,
                            const ToldOfRemoval& told) {
  RemovalResult result;
  for_each_shard(tree, layer, FileKind::record, [&](const OpenDirectory& shard, const ShardContent& content) {
    for (const CacheFile& file : content.files) {
      const auto record = read_record(shard, file.place());
      if (record && record->object == hash) unlink(shard, file, result, told);
    }
  });
  const Place place = place_of(layer, hash);
  const OpenDirectory shard = tree.open_shard(place, Missing::leave);
  struct stat status {};
  if (shard.is_open() &&
      ::fstatat(shard.descriptor.get(), file_name(place).c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
    unlink(shard,
           {hash.bytes, stamp_of(status.st_mtim), static_cast<std::uint64_t>(status.st_size), layer,
            FileKind::object},
           result, told);
  }
  return result;
}

}  // namespace phasic
