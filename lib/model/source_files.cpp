#include "model/source_files.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "base/file.hpp"

namespace phasic {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_file = std::size_t{64} << 20;

std::string identity_of(const std::string& path) {
  std::error_code error;
  const fs::path canonical = fs::canonical(path, error);
  return error ? "" : canonical.string();
}

// A pipe or device would be read to an end that may never come, and once only.
void require_regular(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    throw InputError({path, "is no regular file", "include takes a file of Lua text", {}});
  }
}

}  // namespace

SourceFiles::SourceFiles(std::string path, std::string text) {
  std::string identity = identity_of(path);
  files_.push_back({std::move(path), "", std::move(text), std::move(identity)});
}

std::string SourceFiles::text_of(SourcePlace place) const {
  const std::string& path = files_[place.file].path;
  return place.line > 0 ? fmt::format("{}:{}", path, place.line) : path;
}

std::size_t SourceFiles::find_or_read(std::size_t from, std::string_view written) {
  const fs::path relative(written);
  if (written.empty() || relative.is_absolute()) {
    throw InputError({"",
                      fmt::format("include of '{}'", written),
                      "name a file by its path from the including file's directory",
                      {}});
  }
  const std::string path = (fs::path(files_[from].path).parent_path() / relative).string();
  const auto by_path = std::ranges::find(files_, path, &SourceFile::path);
  if (by_path != files_.end()) return static_cast<std::size_t>(by_path - files_.begin());
  const std::string identity = identity_of(path);
  const auto by_identity = std::ranges::find(files_, identity, &SourceFile::identity);
  if (!identity.empty() && by_identity != files_.end()) {
    return static_cast<std::size_t>(by_identity - files_.begin());
  }
  require_regular(path);
  std::string text = read_text_file(path, largest_file);
  std::string name = (fs::path(files_[from].name).parent_path() / relative).lexically_normal().string();
  files_.push_back({path, std::move(name), std::move(text), identity});
  return files_.size() - 1;
}

}  // namespace phasic
