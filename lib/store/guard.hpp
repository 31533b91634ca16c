// Whether a cache's root may be used at all, and the two files in it that say what it is.
#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "store/settings.hpp"
#include "store/tree.hpp"

namespace phasic {

/// Why a directory is not used: strangers may write to it, or its layout is newer than ours. Nothing if all
/// is well.
std::optional<Complaint> reason_to_refuse(const OpenDirectory& root, const StoreSettings& settings);
/// The same, of the layout alone.
std::optional<Complaint> reason_not_known(const OpenDirectory& root);

/// Whether files of this layer may be used in a directory: its trust rule. Compiled code is loaded from ours
/// only, whatever the settings.
bool is_usable(const OpenDirectory& directory, Layer layer, const StoreSettings& settings);

/// `others may write there (mode 0775)` or `it belongs to user 1234`: what makes a directory foreign; one
/// above it is named.
std::string why_foreign(const OpenDirectory& directory);

/// Makes CACHEDIR.TAG and VERSION where they are not. Returns 0 or errno's value.
int mark_as_cache(const OpenDirectory& root, const StoreSettings& settings);

}  // namespace phasic
