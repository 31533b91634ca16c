#include "model/cpp_sources.hpp"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/error.hpp"
#include "base/file.hpp"

namespace phasic {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_file = std::size_t{64} << 20U;
constexpr std::size_t most_files = 1000;

std::vector<std::int64_t> marks_of(const struct stat& status) {
  const auto mark = [](auto number) { return static_cast<std::int64_t>(number); };
  return {mark(status.st_dev),         mark(status.st_ino),          mark(status.st_size),
          mark(status.st_mtim.tv_sec), mark(status.st_mtim.tv_nsec), mark(status.st_ctim.tv_sec),
          mark(status.st_ctim.tv_nsec)};
}

FileVersion version_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {path, {}};
  return {path, marks_of(status)};
}

// A pipe or device would be read once by us and once more by the compiler.
void require_regular(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    throw InputError({path, "is no regular file", "a model and what it includes are files of C++", {}});
  }
}

// The directory without links, which decides what further includes mean, and the name in it.
std::string identity_of(const std::string& path) {
  std::error_code error;
  const fs::path directory = fs::path(path).parent_path();
  const fs::path canonical = fs::canonical(directory.empty() ? "." : directory, error);
  return (error ? directory : canonical) / fs::path(path).filename();
}

/// A file that was read, its digest to be made once all are known.
struct ReadFile {
  std::string text;
  CppTokens tokens;
};

class Reader {
 public:
  CppSources read(const std::string& path) && {
    add(path, "");
    for (std::size_t i = 0; i < sources_.files.size(); ++i) follow(i);
    const bool makes_text = std::ranges::any_of(
        read_, [](const ReadFile& file) { return file.tokens.makes_text == CppTokens::MakesText::yes; });
    const auto makes = makes_text ? CppTokens::MakesText::yes : CppTokens::MakesText::no;
    for (std::size_t i = 0; i < read_.size(); ++i) {
      sources_.files[i].digest = cpp_digest(read_[i].text, read_[i].tokens, makes);
    }
    add_names_of_places();
    return std::move(sources_);
  }

 private:
  void add(const std::string& path, std::string name) {
    if (!seen_.insert(identity_of(path)).second) return;
    if (sources_.files.size() == most_files) {
      throw LimitError({path, fmt::format("is one file more than {}", most_files), "include fewer", {}});
    }
    require_regular(path);
    sources_.versions.push_back(version_of(path));
    std::string text = read_text_file(path, largest_file);
    CppTokens tokens = cpp_tokens(text);
    for (const CppFault& fault : tokens.faults) {
      throw InputError({fmt::format("{}:{}", path, fault.line), fault.what, fault.remedy, {}});
    }
    sources_.files.push_back({path, std::move(name), {}});
    read_.push_back({std::move(text), std::move(tokens)});
  }

  void follow(std::size_t number) {
    const std::vector<CppInclude> includes = read_[number].tokens.includes;
    for (const CppInclude& include : includes) {
      const fs::path path = fs::path(sources_.files[number].path).parent_path() / include.name;
      std::error_code error;
      if (fs::exists(path, error)) {
        const fs::path name = fs::path(sources_.files[number].name).parent_path() / include.name;
        add(path.string(), name.lexically_normal().string());
      } else {
        sources_.versions.push_back({path.string(), {}});
        sources_.absent.push_back(
            fmt::format("{}:{}: \"{}\"", sources_.files[number].path, include.line, include.name));
      }
    }
  }

  // A file that sees where it stands sees its own name, and others' names may be in its sight.
  void add_names_of_places() {
    for (std::size_t i = 0; i < read_.size(); ++i) {
      if (read_[i].tokens.sees != CppTokens::Sees::places) continue;
      Sha256 digest;
      digest.feed(sources_.files[i].digest).feed_text(fs::path(sources_.files[0].path).filename().string());
      sources_.files[i].digest = digest.finish();
    }
  }

  CppSources sources_;
  std::vector<ReadFile> read_;  // of each file
  std::set<std::string> seen_;
};

}  // namespace

CppSources read_cpp_sources(const std::string& path) {
  return Reader().read(path);
}

std::vector<RequestPart> parts_of(const CppSources& sources) {
  std::vector<RequestPart> parts;
  for (const CppSource& file : sources.files) {
    parts.push_back({parts.empty() ? "code" : "include " + file.name, to_hex(file.digest)});
  }
  return parts;
}

std::string first_changed_file(const CppSources& sources) {
  for (const FileVersion& version : sources.versions) {
    if (version_of(version.path).marks != version.marks) return version.path;
  }
  return "";
}

}  // namespace phasic
