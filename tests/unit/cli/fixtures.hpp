// What the tests of this room share: a directory of their own, a store in it, objects to send around.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/file.hpp"
#include "store/object.hpp"
#include "store/store.hpp"
#include "support/scratch_directory.hpp"

namespace phasic::testing_support {

/// An object whose content is `content`: two contents, two keys.
inline Object object_of(ObjectType type, std::string_view content) {
  ObjectBuilder builder(type, 1);
  builder.add_text("content", content);
  return std::move(builder).seal();
}

inline Store store_in(const std::filesystem::path& directory, const Log& log,
                      CacheMode mode = CacheMode::read_write) {
  StoreSettings settings;
  settings.mode = mode;
  settings.directory = directory;
  settings.sync_files = false;
  return Store(std::move(settings), log);
}

inline std::string text_of(const Object& object) {
  return std::string(as_text(object.bytes()));
}

/// A pipe's reading end that holds `text` and then ends.
inline Descriptor pipe_with(std::string_view text) {
  int ends[2];
  if (::pipe(ends) != 0) std::abort();
  Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  // Tests stay below a pipe's capacity of 64 KiB.
  if (write_fully(writing.get(), as_bytes(text)) != 0) std::abort();
  return reading;
}

/// While it lives, standard input reads from `descriptor`.
class StandardInput {
 public:
  explicit StandardInput(Descriptor descriptor) : saved_(::dup(STDIN_FILENO)) {
    ::dup2(descriptor.get(), STDIN_FILENO);
  }
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;
  ~StandardInput() { ::dup2(saved_.get(), STDIN_FILENO); }

 private:
  Descriptor saved_;
};

/// The complaint that `call` throws, with its code; fails the test if it throws none.
struct Caught {
  int code = 0;
  std::string line;
  std::vector<std::string> details;
};
template <class Call>
Caught caught_from(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return {static_cast<int>(error.code()), error.what(), error.complaint().details};
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

}  // namespace phasic::testing_support
