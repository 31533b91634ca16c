// A directory for the time being that nobody else can look into, with all that is in it gone at the end.
#pragma once

#include <filesystem>

namespace phasic {

class PrivateDirectory {
 public:
  /// Makes `phasic-XXXXXX`, mode 0700, in $TMPDIR, or in /tmp where that is not set or cannot be used, where
  /// the system cleans up after what was killed. Throws IoError.
  PrivateDirectory();
  PrivateDirectory(const PrivateDirectory&) = delete;
  PrivateDirectory& operator=(const PrivateDirectory&) = delete;
  ~PrivateDirectory();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace phasic
