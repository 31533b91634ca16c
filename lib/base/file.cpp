#include "base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/error.hpp"

namespace phasic {

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = other.release();
  }
  return *this;
}

Descriptor::~Descriptor() {
  close();
}

int Descriptor::release() noexcept {
  return std::exchange(descriptor_, -1);
}

int Descriptor::close() noexcept {
  if (descriptor_ < 0) return 0;
  // On Linux the descriptor is gone even when close reports EINTR.
  return ::close(release()) == 0 || errno == EINTR ? 0 : errno;
}

std::size_t read_fully(int descriptor, std::span<std::byte> into, const std::string& where) {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t count = ::read(descriptor, into.data() + done, into.size() - done);
    if (count > 0) {
      done += static_cast<std::size_t>(count);
    } else if (count == 0) {
      break;
    } else if (errno != EINTR) {
      throw IoError({where, "cannot read: " + error_text(errno), "", {}});
    }
  }
  return done;
}

int write_fully(int descriptor, std::span<const std::byte> bytes) noexcept {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

namespace {

[[noreturn]] void refuse_length(const std::string& where, std::size_t max_size) {
  throw LimitError({where, "longer than " + std::to_string(max_size) + " bytes", "", {}});
}

}  // namespace

std::string read_text(int descriptor, const std::string& where, std::size_t max_size) {
  constexpr std::size_t step = std::size_t{1} << 16U;
  std::string text;
  for (;;) {
    const std::size_t before = text.size();
    text.resize(before + step);
    const std::size_t count =
        read_fully(descriptor, std::as_writable_bytes(std::span(text.data() + before, step)), where);
    text.resize(before + count);
    if (text.size() > max_size) refuse_length(where, max_size);
    if (count < step) return text;
  }
}

std::string read_text_file(const std::filesystem::path& path, std::size_t max_size) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) {
    throw MissingError(
        {path.empty() ? "''" : path.string(), "cannot open: " + error_text(errno), "check the name", {}});
  }
  struct stat status {};
  if (::fstat(file.get(), &status) == 0 && S_ISDIR(status.st_mode)) {
    throw MissingError({path.string(), "is a directory", "give a file", {}});
  }
  // Not after as much has been read: a hole of a terabyte takes no room on a disk.
  if (S_ISREG(status.st_mode) && static_cast<std::uint64_t>(status.st_size) > max_size) {
    refuse_length(path.string(), max_size);
  }
  return read_text(file.get(), path.string(), max_size);
}

}  // namespace phasic
