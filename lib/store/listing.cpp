#include "store/listing.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <memory>

namespace phasic {

void for_each_name(int directory, const std::function<void(std::string_view)>& visit) {
  // A descriptor of its own, for closedir takes it and the position is shared by duplicates.
  const int own = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (own < 0) return;
  const auto close = [](DIR* stream) { ::closedir(stream); };
  const std::unique_ptr<DIR, decltype(close)> stream(::fdopendir(own), close);
  if (!stream) {
    ::close(own);
    return;
  }
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name(entry->d_name);
    if (name != "." && name != "..") visit(name);
  }
}

}  // namespace phasic
