#include "store/reading.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <stdexcept>

#include "base/error.hpp"

namespace phasic {

namespace {

struct OpenedFile {
  Descriptor file;
  std::uint64_t size = 0;
};

std::string_view what_it_is(mode_t mode) {
  if (S_ISLNK(mode)) return "a symbolic link";
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

FileContent& fail(FileContent& content, int error) {
  content.outcome = error == ENOENT ? ReadOutcome::absent : ReadOutcome::failed;
  content.error = error;
  content.why = error_text(error);
  return content;
}

FileContent& reject(FileContent& content, ReadOutcome outcome, std::string why) {
  content.outcome = outcome;
  content.why = std::move(why);
  return content;
}

// To open a device can have effects and to open a pipe can wait for ever: look first, and make sure after
// opening that it still is what was seen.
OpenedFile open_regular(int directory, const std::string& name, FileContent& content) {
  struct stat seen {};
  struct stat opened {};
  if (::fstatat(directory, name.c_str(), &seen, AT_SYMLINK_NOFOLLOW) != 0) {
    fail(content, errno);
    return {};
  }
  if (!S_ISREG(seen.st_mode)) {
    reject(content, ReadOutcome::not_regular, std::string(what_it_is(seen.st_mode)) + " lies in its place");
    return {};
  }
  constexpr int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  Descriptor file(::openat(directory, name.c_str(), flags));
  if (!file.is_open() || ::fstat(file.get(), &opened) != 0) {
    fail(content, errno);
    return {};
  }
  if (!S_ISREG(opened.st_mode)) {
    reject(content, ReadOutcome::not_regular, "something else lies in its place");
    return {};
  }
  content.identity = identity_of(opened);
  content.status = opened;
  return {std::move(file), static_cast<std::uint64_t>(opened.st_size)};
}

constexpr int ended_early = -1;

// Fills `into` from `offset` on. Returns 0, errno's value, or `ended_early`.
int read_at(int file, std::uint64_t offset, std::span<std::byte> into) {
  while (!into.empty()) {
    const ssize_t count = ::pread(file, into.data(), into.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) return ended_early;
    offset += static_cast<std::uint64_t>(count);
    into = into.subspan(static_cast<std::size_t>(count));
  }
  return 0;
}

void read_all(const OpenedFile& opened, FileContent& content) {
  try {
    content.bytes.resize(static_cast<std::size_t>(opened.size));
  } catch (const std::bad_alloc&) {
    fail(content, ENOMEM);
    return;
  } catch (const std::length_error&) {
    fail(content, ENOMEM);
    return;
  }
  const int error = read_at(opened.file.get(), 0, content.bytes);
  if (error == 0) {
    content.outcome = ReadOutcome::read;
  } else if (error == ended_early) {
    reject(content, ReadOutcome::malformed, "truncated while it was read");
  } else {
    fail(content, error);
  }
}

// What is wrong with the ends of an object's file, or nothing.
std::string check_ends(std::span<const std::byte> head, std::span<const std::byte> trailer,
                       std::uint64_t size, const Place& place) {
  const ObjectHeader header = parse_object_header(head);
  if (header.total_length != size) {
    return "truncated or overlong: " + std::to_string(size) + " bytes where its header states " +
           std::to_string(header.total_length);
  }
  if (header.type != type_of(place.layer)) {
    return "a " + std::string(name_of(header.type)) + " lies in its place";
  }
  if (!std::ranges::equal(trailer, place.name)) return "its trailer is not its name";
  return "";
}

}  // namespace

FileIdentity identity_of(const struct stat& status) {
  return {status.st_ino, status.st_mtim};
}

bool is_same_file(const FileIdentity& one, const FileIdentity& other) {
  return one.inode == other.inode && one.modified.tv_sec == other.modified.tv_sec &&
         one.modified.tv_nsec == other.modified.tv_nsec;
}

FileContent read_object_file(int directory, const Place& place) {
  FileContent content;
  const OpenedFile opened = open_regular(directory, file_name(place), content);
  if (!opened.file.is_open()) return content;
  if (opened.size < object_header_size + digest_size) {
    return std::move(reject(content, ReadOutcome::malformed,
                            "truncated: " + std::to_string(opened.size) + " bytes are no object"));
  }
  std::array<std::byte, object_header_size> head{};
  DigestBytes trailer{};
  int error = read_at(opened.file.get(), 0, head);
  if (error == 0) error = read_at(opened.file.get(), opened.size - digest_size, trailer);
  if (error > 0) return std::move(fail(content, error));
  try {
    std::string why =
        error == ended_early ? "truncated while it was read" : check_ends(head, trailer, opened.size, place);
    if (!why.empty()) return std::move(reject(content, ReadOutcome::malformed, std::move(why)));
  } catch (const FormatError& format_error) {
    return std::move(reject(content, ReadOutcome::unknown_format, format_error.complaint().what));
  }
  read_all(opened, content);
  return content;
}

FileContent read_small_file(int directory, const std::string& name, std::size_t max_size) {
  FileContent content;
  const OpenedFile opened = open_regular(directory, name, content);
  if (!opened.file.is_open()) return content;
  if (opened.size > max_size) {
    return std::move(reject(content, ReadOutcome::malformed,
                            "overlong: " + std::to_string(opened.size) + " bytes where at most " +
                                std::to_string(max_size) + " are expected"));
  }
  read_all(opened, content);
  return content;
}

bool is_whole_by_name(int directory, const Place& place) {
  FileContent content;
  const OpenedFile opened = open_regular(directory, file_name(place), content);
  if (!opened.file.is_open() || opened.size < digest_size) return false;
  // A hole of a terabyte is not read to find out that it is none.
  DigestBytes trailer{};
  if (read_at(opened.file.get(), opened.size - digest_size, trailer) != 0 || trailer != place.name)
    return false;
  Sha256 digest;
  Buffer piece(std::size_t{1} << 16U);
  for (std::uint64_t done = 0, end = opened.size - digest_size; done < end;) {
    const auto part =
        std::span(piece).first(static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), end - done)));
    if (read_at(opened.file.get(), done, part) != 0) return false;
    digest.feed(part);
    done += part.size();
  }
  return digest.finish() == place.name;
}

}  // namespace phasic
