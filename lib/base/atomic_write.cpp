// write_file_atomically of base/file.hpp.
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary_file.hpp"

namespace phasic {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, int error) {
  throw StoreError({path.string(), "cannot write: " + error_text(error), "", {}});
}

void write_in_place(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  if (!file.is_open()) fail(path, errno);
  if (const int error = write_fully(file.get(), bytes)) fail(path, error);
  if (const int error = file.close()) fail(path, error);
}

// A link stays a link: what it points to is replaced.
std::filesystem::path without_links(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_symlink(path, error)) return path;
  auto resolved = std::filesystem::weakly_canonical(path, error);
  return error ? path : resolved;
}

}  // namespace

void write_file_atomically(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  struct stat old {};
  const bool exists = ::stat(path.c_str(), &old) == 0;
  if (exists && S_ISDIR(old.st_mode)) fail(path, EISDIR);
  if (exists && !S_ISREG(old.st_mode)) return write_in_place(path, bytes);

  const std::filesystem::path target = without_links(path);
  if (!target.has_filename()) fail(path, EISDIR);
  const auto parent = target.has_parent_path() ? target.parent_path() : std::filesystem::path(".");
  const Descriptor directory(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open()) fail(path, errno);
  TemporaryFile temporary(directory.get(), 0666);
  if (exists) temporary.set_mode(old.st_mode & 07777U);
  temporary.write(bytes);
  temporary.finish(Sync::yes);
  if (const int error = temporary.rename_to(target.filename().string())) fail(path, error);
}

}  // namespace phasic
