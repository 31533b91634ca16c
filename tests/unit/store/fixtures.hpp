// What the tests of this room share: a directory of their own, objects and records, a log that is kept.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "store/layout.hpp"
#include "store/object.hpp"
#include "store/record.hpp"
#include "store/store.hpp"
#include "support/scratch_directory.hpp"

namespace phasic::testing_support {

/// Nothing is forbidden to root: for its scope, root owns nothing below `directory` and is user 65534
/// instead.
class Unprivileged {
 public:
  explicit Unprivileged(const std::filesystem::path& directory) : was_root_(::geteuid() == 0) {
    if (!was_root_) return;
    give_away(directory);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
      give_away(entry.path());
    if (::seteuid(nobody) != 0) std::abort();
  }
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;
  ~Unprivileged() {
    if (was_root_ && ::seteuid(0) != 0) std::abort();
  }

 private:
  static constexpr uid_t nobody = 65534;
  static void give_away(const std::filesystem::path& path) {
    if (::lchown(path.c_str(), nobody, nobody) != 0) std::abort();
  }
  bool was_root_;
};

/// A log whose lines can be looked at.
class KeptLog {
 public:
  explicit KeptLog(LogLevel level = LogLevel::warning) : file_(std::tmpfile()), log_("test", level, file_) {}
  KeptLog(const KeptLog&) = delete;
  KeptLog& operator=(const KeptLog&) = delete;
  ~KeptLog() { std::fclose(file_); }
  [[nodiscard]] const Log& log() const { return log_; }
  [[nodiscard]] std::string text() const {
    std::fflush(file_);
    std::string text(static_cast<std::size_t>(std::ftell(file_)), '\0');
    std::rewind(file_);
    const std::size_t count = std::fread(text.data(), 1, text.size(), file_);
    text.resize(count);
    std::fseek(file_, 0, SEEK_END);
    return text;
  }
  [[nodiscard]] std::size_t line_count() const {
    const std::string all = text();
    return static_cast<std::size_t>(std::count(all.begin(), all.end(), '\n'));
  }

 private:
  std::FILE* file_;
  Log log_;
};

inline Object object_of(std::string_view content, ObjectType type = ObjectType::graph) {
  ObjectBuilder builder(type, 1);
  builder.add_text("content", content);
  return std::move(builder).seal();
}

inline Record record_of(std::string_view request, const Object& object, Layer layer = Layer::graphs) {
  Record record;
  record.parts = {{"code", std::string(request)}, {"param n", "integer 6"}};
  record.request = request_key("test", record.parts);
  record.layer = layer;
  record.object = object.hash();
  record.length = object.bytes().size();
  record.provenance = {{"model", "/home/a model.lua"}, {"host", "node01"}};
  return record;
}

inline Store store_in(const std::filesystem::path& directory, const KeptLog& log,
                      CacheMode mode = CacheMode::read_write) {
  StoreSettings settings;
  settings.mode = mode;
  settings.directory = directory;
  settings.sync_files = false;
  return {std::move(settings), log.log()};
}

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}
inline void write_text(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

/// Every path below, relative, sorted.
inline std::vector<std::string> all_files(const std::filesystem::path& root) {
  std::vector<std::string> files;
  if (!std::filesystem::exists(root)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_directory() || entry.is_symlink()) {
      files.push_back(std::filesystem::relative(entry.path(), root).string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

inline std::filesystem::path path_in(const std::filesystem::path& root, const Place& place) {
  return root / relative_path(place);
}

/// Makes a file look as if it was last used that long ago.
inline void age(const std::filesystem::path& path, std::chrono::seconds seconds) {
  const timespec past{std::time(nullptr) - seconds.count(), 0};
  const timespec times[2] = {past, past};
  if (::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0) std::abort();
}
inline std::time_t modified(const std::filesystem::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 ? status.st_mtim.tv_sec : -1;
}

}  // namespace phasic::testing_support
