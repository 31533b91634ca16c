#include "store/inventory.hpp"

#include <fcntl.h>

#include <algorithm>

#include "base/number_text.hpp"
#include "base/temporary_file.hpp"
#include "store/listing.hpp"

namespace phasic {

namespace {

std::optional<struct stat> regular_file(const OpenDirectory& directory, const std::string& name) {
  struct stat status {};
  if (::fstatat(directory.descriptor.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
      !S_ISREG(status.st_mode)) {
    return std::nullopt;
  }
  return status;
}

Temporary temporary_of(std::string_view name, const struct stat& status) {
  return {std::string(name), stamp_of(status.st_mtim), static_cast<std::uint64_t>(status.st_size)};
}

ShardContent list_shard(const OpenDirectory& shard, Layer layer, FileKind kind, std::string_view shard_name) {
  ShardContent content;
  for_each_name(shard.descriptor.get(), [&](std::string_view name) {
    const auto digest = parse_file_name(layer, kind, shard_name, name);
    if (!digest && !is_temporary_name(name)) return;
    const auto status = regular_file(shard, std::string(name));
    if (!status) return;
    if (digest) {
      content.files.push_back(
          {*digest, stamp_of(status->st_mtim), static_cast<std::uint64_t>(status->st_size), layer, kind});
    } else {
      content.temporaries.push_back(temporary_of(name, *status));
    }
  });
  return content;
}

}  // namespace

Stamp stamp_of(const timespec& time) {
  return static_cast<Stamp>(time.tv_sec) * stamp_second + time.tv_nsec;
}

std::uint64_t disk_size(std::uint64_t size) {
  constexpr std::uint64_t block = 4096;
  return (size + block - 1) / block * block;
}

void for_each_shard(const Tree& tree, Layer layer, FileKind kind,
                    const std::function<void(const OpenDirectory&, const ShardContent&)>& visit) {
  const OpenDirectory shards = tree.open_shards(layer, kind, Missing::leave);
  if (!shards.is_open()) return;
  std::vector<std::string> names;
  for_each_name(shards.descriptor.get(), [&](std::string_view name) {
    if (is_shard_name(name)) names.emplace_back(name);
  });
  std::ranges::sort(names);
  for (const std::string& name : names) {
    const OpenDirectory shard = tree.open_shard(layer, kind, name);
    if (shard.is_open()) visit(shard, list_shard(shard, layer, kind, name));
  }
}

std::vector<Temporary> temporaries_in_root(const OpenDirectory& root) {
  std::vector<Temporary> found;
  if (!root.is_open()) return found;
  for_each_name(root.descriptor.get(), [&](std::string_view name) {
    if (!is_temporary_name(name) && !is_prune_name(name)) return;
    if (const auto status = regular_file(root, std::string(name))) {
      found.push_back(temporary_of(name, *status));
    }
  });
  return found;
}

bool is_prune_name(std::string_view name) {
  constexpr std::string_view prefix = ".prune.";
  const std::size_t dot = name.rfind('.');
  return name.starts_with(prefix) && dot > prefix.size() && dot != std::string_view::npos &&
         parse_unsigned(name.substr(dot + 1)).has_value();
}

LayerStock take_stock(const Tree& tree, Layer layer) {
  LayerStock stock;
  stock.layer = layer;
  stock.path = tree.path_of(layer);
  stock.exists = tree.open_shards(layer, FileKind::object, Missing::leave).is_open();
  for (const FileKind kind : {FileKind::object, FileKind::record}) {
    for_each_shard(tree, layer, kind, [&](const OpenDirectory&, const ShardContent& content) {
      stock.unfinished_count += content.temporaries.size();
      (kind == FileKind::object ? stock.object_count : stock.record_count) += content.files.size();
      for (const CacheFile& file : content.files) {
        stock.bytes += disk_size(file.size);
        if (kind == FileKind::record) continue;
        stock.oldest_use = std::min(stock.oldest_use.value_or(file.last_use), file.last_use);
        stock.newest_use = std::max(stock.newest_use.value_or(file.last_use), file.last_use);
      }
    });
  }
  return stock;
}

}  // namespace phasic
