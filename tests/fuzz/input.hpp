// What the fuzz targets share. A target is `LLVMFuzzerTestOneInput`: it hands bytes that anybody may have
// written to one reader, and goes on to use what the reader accepts. A refusal is an Error that blames the
// input; all else (a crash, a hang, memory taken on the word of a length, an InternalError) is a defect.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace phasic::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Calls `read`, which may refuse its input but not fail otherwise. Returns whether it did not refuse.
template <class Read>
bool accepts(Read&& read) {
  try {
    read();
    return true;
  } catch (const InternalError&) {
    throw;
  } catch (const Error&) {
    return false;
  }
}

/// A file in memory that holds `text`, to be read from its first byte.
inline Descriptor memory_file(std::string_view text) {
  Descriptor file(::memfd_create("fuzz", MFD_CLOEXEC));
  if (!file.is_open() || write_fully(file.get(), as_bytes(text)) != 0) std::abort();
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

/// By which it can be opened once more.
inline std::string path_of(const Descriptor& file) {
  return "/proc/self/fd/" + std::to_string(file.get());
}

}  // namespace phasic::fuzz
