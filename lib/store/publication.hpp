// Making a file of the cache present: under a temporary name beside its target, then at once. A reader sees
// a whole file or none, whoever is killed meanwhile. All return 0 or errno's value.
#pragma once

#include <span>
#include <string>

#include "base/temporary_file.hpp"
#include "store/layout.hpp"
#include "store/tree.hpp"

namespace phasic {

/// Whether a present object may be kept if it has the right length (another writer just made it), or is
/// known to be bad and must go.
enum class IfPresent { keep, replace };

/// Publishes an object's bytes in an open shard: by link, so that the first writer wins; by rename where
/// there are no hard links, or where what is present is not whole.
int publish_object(const OpenDirectory& shard, const Place& place, std::span<const std::byte> bytes,
                   IfPresent if_present, Sync sync);

/// Publishes a small file by rename, replacing what is there.
int publish_by_rename(const OpenDirectory& directory, const std::string& name,
                      std::span<const std::byte> bytes, Sync sync);

/// Whether a regular file of this name and length is there.
bool is_present(int directory, const std::string& name, std::uint64_t length);

/// Sets a file's time of use to now if it is more than ten minutes from it. Failing is no matter: a
/// read-only cache serves as well.
void refresh_time_of_use(int directory, const std::string& name);

}  // namespace phasic
