#include "store/publication.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

namespace phasic {

namespace {

constexpr mode_t private_mode = 0600;

// New files take over who of the group may read and write.
mode_t mode_in(const OpenDirectory& directory) {
  return private_mode | (directory.group_bits & (S_IRGRP | S_IWGRP));
}

void fill(TemporaryFile& temporary, const OpenDirectory& directory, std::span<const std::byte> bytes,
          Sync sync) {
  if (const mode_t mode = mode_in(directory); mode != private_mode) temporary.set_mode(mode);
  temporary.write(bytes);
  temporary.finish(sync);
}

}  // namespace

bool is_present(int directory, const std::string& name, std::uint64_t length) {
  struct stat status {};
  return ::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
         static_cast<std::uint64_t>(status.st_size) == length;
}

int publish_object(const OpenDirectory& shard, const Place& place, std::span<const std::byte> bytes,
                   IfPresent if_present, Sync sync) {
  const int directory = shard.descriptor.get();
  const std::string name = file_name(place);
  TemporaryFile temporary(directory, private_mode);
  fill(temporary, shard, bytes, sync);
  if (temporary.error() != 0) return temporary.error();
  if (if_present == IfPresent::keep) {
    const int error = temporary.link_to(name);
    if (error == 0) return 0;
    if (error == EEXIST && is_present(directory, name, bytes.size())) return 0;
  }
  return temporary.rename_to(name);
}

int publish_by_rename(const OpenDirectory& directory, const std::string& name,
                      std::span<const std::byte> bytes, Sync sync) {
  TemporaryFile temporary(directory.descriptor.get(), private_mode);
  fill(temporary, directory, bytes, sync);
  return temporary.rename_to(name);
}

void refresh_time_of_use(int directory, const std::string& name) {
  constexpr std::time_t fresh_for = 600;
  struct stat status {};
  if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return;
  const std::time_t now = std::time(nullptr);
  if (status.st_mtim.tv_sec > now - fresh_for && status.st_mtim.tv_sec < now + fresh_for) return;
  // Both times "now": whoever may write may do this, and the clock is the file server's.
  ::utimensat(directory, name.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
}

}  // namespace phasic
