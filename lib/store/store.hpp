// The content-addressed store: objects by their hash, records by their request key, under one directory
// that strangers, crashes and other file systems may do anything to. It promises that whatever it returns
// is whole and is what was asked for; everything else is a miss. It knows bytes, nothing of graphs.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/log.hpp"
#include "store/object.hpp"
#include "store/record.hpp"

namespace phasic {

/// off: nothing is touched; ro: hits only, no writes, no touches; rw: the default; refresh: no hits, results
/// stored; verify: results are made anew and compared.
enum class CacheMode { off, read_only, read_write, refresh, verify };
std::optional<CacheMode> parse_cache_mode(std::string_view text);
std::string_view name_of(CacheMode mode);

struct StoreSettings {
  CacheMode mode = CacheMode::read_write;
  std::filesystem::path directory;  ///< empty: found by the rule of cache_directory()
  bool trust_others = false;        ///< PHASIC_TRUST_CACHE=1
  bool sync_files = true;           ///< PHASIC_CACHE_FSYNC=0 waives fsync
  bool keep_corrupt = false;        ///< PHASIC_KEEP_CORRUPT=1
};

/// Where the cache is and which rule said so ("--cache-dir", "PHASIC_CACHE_DIR", "~/.phasic_cache exists"
/// ...).
struct CacheDirectory {
  std::filesystem::path path;
  std::string source;
};
/// $PHASIC_CACHE_DIR, else ~/.phasic_cache if it exists, else $XDG_CACHE_HOME/phasic if set, else
/// ~/.phasic_cache. Only the second rule stats anything.
CacheDirectory find_cache_directory(const std::filesystem::path& from_flag);

enum class Stored { yes, no };

class Store {
 public:
  /// Touches the file system only when the first call needs it; never when the mode is off. A directory that
  /// is missing is made by the first write. One that cannot be used (newer layout, strangers may write) turns
  /// the store off with one warning.
  Store(StoreSettings settings, const Log& log);
  ~Store();
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;

  [[nodiscard]] CacheMode mode() const;
  /// Whether keys can be resolved here at all: false when the mode is off or the directory was refused.
  [[nodiscard]] bool is_on();

  /// The object, read, verified and of this layer's type; a hit refreshes its time of use. Nothing if it is
  /// absent or cannot be trusted (then one warning names the file, and it is removed).
  std::optional<Object> load(Layer layer, const ObjectHash& hash);

  /// The record filed under `key`, whole and about this key; nothing else. In mode refresh always nothing.
  std::optional<Record> find(Layer layer, const RequestKey& key);

  /// Makes the object present. `no` after one warning if it could not be stored, or silently if the mode
  /// does not write.
  Stored publish(Layer layer, const Object& object);
  /// Files the record, replacing one that is there.
  Stored file(const Record& record);

  /// All objects of all layers whose hash starts with `prefix` (8 to 64 hex digits), sorted.
  struct Match {
    Layer layer;
    ObjectHash hash;
  };
  std::vector<Match> matches(std::string_view prefix);

  /// Every readable record of a layer, for --explain and for tracing an object back to its request.
  std::vector<Record> records(Layer layer);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace phasic
