#include "store/tree.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace phasic {

namespace {

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK;
constexpr mode_t private_mode = 0700;

void note(OpenDirectory& opened, Descriptor descriptor, const struct stat& status) {
  if (opened.trust == Trust::ours && trust_in(status) == Trust::foreign) {
    opened.trust = Trust::foreign;
    opened.foreign_path = opened.path;
    opened.foreign_status = status;
  }
  opened.descriptor = std::move(descriptor);
}

// Returns 0 or errno's value; what is there already is no error.
int make_directories(const std::filesystem::path& path) {
  if (path.empty() || ::mkdir(path.c_str(), private_mode) == 0 || errno == EEXIST) return 0;
  const auto parent = path.parent_path();
  if (errno != ENOENT || parent == path) return errno;
  if (const int error = make_directories(parent)) return error;
  return ::mkdir(path.c_str(), private_mode) == 0 || errno == EEXIST ? 0 : errno;
}

// A directory we make takes the root's group bits and setgid, whatever the umask, so that a group's cache
// stays one.
int make_directory(const OpenDirectory& parent, const std::string& name) {
  if (::mkdirat(parent.descriptor.get(), name.c_str(), private_mode) != 0) return errno == EEXIST ? 0 : errno;
  if (parent.group_bits != 0) {
    ::fchmodat(parent.descriptor.get(), name.c_str(), private_mode | parent.group_bits, 0);
  }
  return 0;
}

struct Opening {
  Descriptor descriptor;
  int error = 0;
  struct stat status {};
};

// Opens, and where it is missing and may be made, makes and opens. `make` returns errno's value.
template <class Open, class Make>
Opening open_or_make(Missing missing, Open open, Make make) {
  Opening opening{Descriptor(open())};
  if (!opening.descriptor.is_open()) opening.error = errno;
  if (opening.error == ENOENT && missing == Missing::make) {
    opening.error = make();
    if (opening.error != 0) return opening;
    opening.descriptor = Descriptor(open());
    if (!opening.descriptor.is_open()) opening.error = errno;
  }
  if (opening.error == 0 && ::fstat(opening.descriptor.get(), &opening.status) != 0) opening.error = errno;
  return opening;
}

}  // namespace

Trust trust_in(const struct stat& status) {
  const bool is_strange = status.st_uid != ::geteuid() && status.st_uid != 0;
  const bool others_may_write = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
  return is_strange || others_may_write ? Trust::foreign : Trust::ours;
}

bool is_network_file_system(long type) {
  constexpr std::array<unsigned long, 15> network_types{
      0x6969,      // NFS
      0x517B,      // SMB
      0xFF534D42,  // CIFS
      0xFE534D42,  // SMB2
      0x0BD00BD0,  // Lustre
      0x47504653,  // GPFS
      0x00C36400,  // Ceph
      0x5346414F,  // AFS
      0x19830326,  // BeeGFS
      0x65735546,  // FUSE: sshfs, s3fs, gluster
      0x20030528,  // OrangeFS
      0xAAD7AAEA,  // PanFS
      0x01161970,  // GFS2
      0x7461636F,  // OCFS2
      0x01021997,  // 9P
  };
  return std::ranges::find(network_types, static_cast<unsigned long>(type) & 0xFFFFFFFFUL) !=
         network_types.end();
}

Tree::Tree(std::filesystem::path root, std::filesystem::path compiled_root)
    : root_(std::move(root)), compiled_root_(std::move(compiled_root)) {}

std::filesystem::path Tree::path_of(Layer layer) const {
  if (layer == Layer::compiled && !compiled_root_.empty()) return compiled_root_;
  return root_ / name_of(layer);
}

std::filesystem::path Tree::path_of(const Place& place) const {
  auto path = path_of(place.layer);
  if (place.kind == FileKind::record) path /= "index";
  return path / shard_of(place.name) / file_name(place);
}

OpenDirectory Tree::open_top(const std::filesystem::path& path, Missing missing) const {
  OpenDirectory opened;
  opened.path = path;
  Opening opening = open_or_make(
      missing, [&] { return ::open(path.c_str(), directory_flags); }, [&] { return make_directories(path); });
  opened.error = opening.error;
  if (opened.error != 0) return opened;
  opened.group_bits = opening.status.st_mode & (S_IRWXG | S_ISGID);
  note(opened, std::move(opening.descriptor), opening.status);
  return opened;
}

OpenDirectory Tree::open_root(Missing missing) const {
  return open_top(root_, missing);
}

OpenDirectory Tree::open_shards(Layer layer, FileKind kind, Missing missing) const {
  const bool is_elsewhere = layer == Layer::compiled && !compiled_root_.empty();
  OpenDirectory opened = open_top(is_elsewhere ? compiled_root_ : root_, missing);
  if (!is_elsewhere) opened = descend(std::move(opened), std::string(name_of(layer)), missing);
  if (kind == FileKind::record) opened = descend(std::move(opened), "index", missing);
  return opened;
}

OpenDirectory Tree::open_shard(Layer layer, FileKind kind, const std::string& shard) const {
  return descend(open_shards(layer, kind, Missing::leave), shard, Missing::leave);
}

OpenDirectory Tree::open_shard(const Place& place, Missing missing) const {
  return descend(open_shards(place.layer, place.kind, missing), shard_of(place.name), missing);
}

OpenDirectory descend(OpenDirectory parent, const std::string& name, Missing missing) {
  if (!parent.is_open()) return parent;
  parent.path /= name;
  Opening opening = open_or_make(
      missing, [&] { return ::openat(parent.descriptor.get(), name.c_str(), directory_flags | O_NOFOLLOW); },
      [&] { return make_directory(parent, name); });
  parent.error = opening.error;
  if (parent.error != 0) {
    parent.descriptor = Descriptor();
    return parent;
  }
  note(parent, std::move(opening.descriptor), opening.status);
  return parent;
}

}  // namespace phasic
