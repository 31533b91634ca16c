// Files by descriptor: owned, interrupted calls repeated, short reads and writes continued.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "base/bytes.hpp"

namespace phasic {

/// An open file descriptor, closed at the end of its scope.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int descriptor) noexcept : descriptor_(descriptor) {}
  Descriptor(Descriptor&& other) noexcept : descriptor_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  [[nodiscard]] int get() const noexcept { return descriptor_; }
  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
  int release() noexcept;
  /// Closes now and returns errno's value, 0 if all went well: some file systems report a full quota here.
  int close() noexcept;

 private:
  int descriptor_ = -1;
};

/// Reads up to `into.size()` bytes; fewer only at the end of the file. Throws IoError naming `where`.
std::size_t read_fully(int descriptor, std::span<std::byte> into, const std::string& where);

/// Writes everything. Returns 0, or errno's value where it stopped.
int write_fully(int descriptor, std::span<const std::byte> bytes) noexcept;

/// A whole file, or everything up to the end of a pipe. Throws MissingError if it cannot be opened (saying
/// why), LimitError beyond `max_size`, IoError on a read error.
std::string read_text_file(const std::filesystem::path& path, std::size_t max_size);

/// Everything up to the end of an open file or pipe. Throws LimitError beyond `max_size`, IoError.
std::string read_text(int descriptor, const std::string& where, std::size_t max_size);

/// Replaces `path` at once: a temporary beside it, fsync, rename. A pipe or device is written to as it is.
/// Throws StoreError; then the old file is as it was.
void write_file_atomically(const std::filesystem::path& path, std::span<const std::byte> bytes);

}  // namespace phasic
