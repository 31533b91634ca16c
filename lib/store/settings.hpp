// How the cache is to be used, and where it is.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace phasic {

/// off: nothing is touched; ro: hits only, no writes, no touches; rw: the default; refresh: no hits, results
/// stored; verify: results are made anew and compared.
enum class CacheMode { off, read_only, read_write, refresh, verify };
std::optional<CacheMode> parse_cache_mode(std::string_view text);
std::string_view name_of(CacheMode mode);

struct StoreSettings {
  CacheMode mode = CacheMode::read_write;
  std::filesystem::path directory;           ///< empty: found by the rule of find_cache_directory()
  std::filesystem::path compiled_directory;  ///< PHASIC_COMPILED_DIR; empty: compiled/ in the directory
  bool trust_others = false;                 ///< PHASIC_TRUST_CACHE=1
  bool sync_files = true;                    ///< PHASIC_CACHE_FSYNC=0 waives fsync
  bool keep_corrupt = false;                 ///< PHASIC_KEEP_CORRUPT=1
};

/// Where the cache is and which rule said so ("--cache-dir", "PHASIC_CACHE_DIR", "~/.phasic_cache exists",
/// "XDG_CACHE_HOME", "default").
struct CacheDirectory {
  std::filesystem::path path;
  std::string source;
};
/// $PHASIC_CACHE_DIR, else ~/.phasic_cache if it exists, else $XDG_CACHE_HOME/phasic if set, else
/// ~/.phasic_cache. Only the second rule stats anything. Throws UsageError where there is no home either.
CacheDirectory find_cache_directory(const std::filesystem::path& from_flag);

}  // namespace phasic
