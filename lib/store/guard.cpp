#include "store/guard.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include "base/number_text.hpp"
#include "store/publication.hpp"
#include "store/reading.hpp"

namespace phasic {

namespace {

constexpr std::size_t longest_version_file = 64;

// What VERSION states; nothing where it is missing or torn, which a layout of ours is without it.
std::optional<std::uint64_t> stated_version(int root) {
  const FileContent content = read_small_file(root, std::string(version_file), longest_version_file);
  if (content.outcome != ReadOutcome::read) return std::nullopt;
  std::string_view text = as_text(content.bytes);
  if (!text.ends_with('\n')) return std::nullopt;
  text.remove_suffix(1);
  return parse_unsigned(text);
}

int make_unless_present(const OpenDirectory& root, std::string_view name, std::string_view text, Sync sync) {
  if (is_present(root.descriptor.get(), std::string(name), text.size())) return 0;
  return publish_by_rename(root, std::string(name), as_bytes(text), sync);
}

}  // namespace

bool is_usable(const OpenDirectory& directory, Layer layer, const StoreSettings& settings) {
  return directory.trust == Trust::ours || (settings.trust_others && layer != Layer::compiled);
}

std::string why_foreign(const OpenDirectory& directory) {
  const bool is_itself = directory.foreign_path == directory.path;
  const struct stat& status = directory.foreign_status;
  if (status.st_uid != ::geteuid() && status.st_uid != 0) {
    return fmt::format("{} belongs to user {}", is_itself ? "it" : directory.foreign_path.string(),
                       status.st_uid);
  }
  return fmt::format("others may write {} (mode {:04o})",
                     is_itself ? "there" : "to " + directory.foreign_path.string(), status.st_mode & 07777U);
}

std::optional<Complaint> reason_to_refuse(const OpenDirectory& root, const StoreSettings& settings) {
  if (root.trust == Trust::foreign && !settings.trust_others) {
    return Complaint{root.path.string(),
                     why_foreign(root),
                     "chmod go-w it if it is yours, or set PHASIC_TRUST_CACHE=1",
                     {}};
  }
  return reason_not_known(root);
}

std::optional<Complaint> reason_not_known(const OpenDirectory& root) {
  const auto version = stated_version(root.descriptor.get());
  if (!version || *version <= layout_version) return std::nullopt;
  return Complaint{root.path.string(),
                   fmt::format("its layout is version {}, this phasic knows {}", *version, layout_version),
                   "use a newer phasic, or another --cache-dir",
                   {}};
}

int mark_as_cache(const OpenDirectory& root, const StoreSettings& settings) {
  const Sync sync = settings.sync_files ? Sync::yes : Sync::no;
  if (const int error = make_unless_present(root, tag_file, tag_text(), sync)) return error;
  return make_unless_present(root, version_file, fmt::format("{}\n", layout_version), sync);
}

}  // namespace phasic
