// Reading one file of the cache: a regular file only, as many bytes as it has, into aligned memory, never
// mapped. Whether the bytes are what they should be is for `Object::verify` and `decode_record` to say.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <string>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "store/layout.hpp"

namespace phasic {

/// Which version of a file was read, so that only that one is removed.
struct FileIdentity {
  ino_t inode = 0;
  timespec modified{};
};
FileIdentity identity_of(const struct stat& status);
bool is_same_file(const FileIdentity& one, const FileIdentity& other);

enum class ReadOutcome {
  read,            ///< all bytes are there
  absent,          ///< no such file
  failed,          ///< an error of the system: `error` says which
  not_regular,     ///< a link, pipe, device or directory lies in its place; it was not opened
  malformed,       ///< its length or last bytes cannot be right; `why` says what
  unknown_format,  ///< its header is none that we know: damaged, or written by another version
};

struct FileContent {
  ReadOutcome outcome = ReadOutcome::absent;
  Buffer bytes;
  FileIdentity identity;
  struct stat status {};  ///< of the file that was opened
  int error = 0;          ///< errno's value
  std::string why;        ///< in words, for a warning
};

/// Reads an object's file. Type, length and trailer are compared with header and name before anything of the
/// stated length is allocated.
FileContent read_object_file(int directory, const Place& place);

/// Reads a file of at most `max_size` bytes; a longer one is malformed.
FileContent read_small_file(int directory, const std::string& name, std::size_t max_size);

/// Whether a file's bytes up to its last 32 hash to its name: it is whole, even if of a format that this
/// version does not know. Reads it piecewise, and its end first.
bool is_whole_by_name(int directory, const Place& place);

}  // namespace phasic
