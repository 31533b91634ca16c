// What the commands of phasic-cache share: layers and keys from the command line, and when a directory is not
// to be worked on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/cache_commands.hpp"
#include "store/layout.hpp"

namespace phasic {

/// All layers where none is named. Throws UsageError for a name that is none.
std::vector<Layer> resolve_layers(const std::vector<std::string>& names);

/// Throws MissingError if the directory must not be used: strangers may write there, or its layout is newer.
void require_usable(const CacheSite& site);
/// Throws MissingError if the directory's layout is newer than what we know.
void require_known_layout(const CacheSite& site);

/// The object that a key or an unambiguous prefix of it means; it is there. Throws UsageError for what is no
/// key, MissingError if there is none, InputError if there are several, which the details name.
Store::Match resolve_object(const CacheSite& site, std::string_view key);

}  // namespace phasic
