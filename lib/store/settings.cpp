#include "store/settings.hpp"

#include <sys/stat.h>

#include <array>
#include <cstdlib>

#include "base/error.hpp"

namespace phasic {

namespace {

constexpr std::array<std::pair<std::string_view, CacheMode>, 5> modes{{{"off", CacheMode::off},
                                                                       {"ro", CacheMode::read_only},
                                                                       {"rw", CacheMode::read_write},
                                                                       {"refresh", CacheMode::refresh},
                                                                       {"verify", CacheMode::verify}}};

// An empty variable is one that is not set.
std::filesystem::path path_from(const char* variable) {
  const char* value = std::getenv(variable);
  return value == nullptr ? "" : value;
}

std::filesystem::path default_directory() {
  const std::filesystem::path home = path_from("HOME");
  if (home.empty()) {
    throw UsageError(
        {"", "no directory for the cache: HOME is not set", "set PHASIC_CACHE_DIR, or PHASIC_CACHE=off", {}});
  }
  return home / ".phasic_cache";
}

}  // namespace

std::optional<CacheMode> parse_cache_mode(std::string_view text) {
  for (const auto& [name, mode] : modes) {
    if (name == text) return mode;
  }
  return std::nullopt;
}

std::string_view name_of(CacheMode mode) {
  for (const auto& [name, named] : modes) {
    if (named == mode) return name;
  }
  return "unknown";
}

CacheDirectory find_cache_directory(const std::filesystem::path& from_flag) {
  if (!from_flag.empty()) return {from_flag, "--cache-dir"};
  if (auto path = path_from("PHASIC_CACHE_DIR"); !path.empty()) return {std::move(path), "PHASIC_CACHE_DIR"};
  const auto xdg = path_from("XDG_CACHE_HOME");
  if (!xdg.empty() && path_from("HOME").empty()) return {xdg / "phasic", "XDG_CACHE_HOME"};
  auto ours = default_directory();
  struct stat status {};
  if (!xdg.empty()) {
    if (::stat(ours.c_str(), &status) == 0) return {std::move(ours), "~/.phasic_cache exists"};
    return {xdg / "phasic", "XDG_CACHE_HOME"};
  }
  return {std::move(ours), "default"};
}

}  // namespace phasic
