// The content-addressed store: objects by their hash, records by their request key, under one directory
// that strangers, crashes and other file systems may do anything to. It promises that whatever it returns
// is whole and is what was asked for; everything else is a miss. It knows bytes, nothing of graphs.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/log.hpp"
#include "store/lookups.hpp"
#include "store/object.hpp"
#include "store/record.hpp"
#include "store/settings.hpp"

namespace phasic {

enum class Stored { yes, no };

/// How long a key is looked for. One that a user gives may have been written by another machine a moment ago:
/// on a network file system it is looked for again for two seconds.
enum class Patience { none, network };

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
  /// absent or cannot be trusted (then one warning names the file, and it is removed) or its container is of
  /// a version that this one does not know (then one warning, and it stays). The type's version is for the
  /// caller.
  std::optional<Object> load(Layer layer, const ObjectHash& hash, Patience patience = Patience::none);
  /// Whether that is why `load` has nothing: the object is there and whole, in a container of such a version.
  [[nodiscard]] bool is_of_another_version(Layer layer, const ObjectHash& hash);

  /// The record filed under `key`, whole, of a version that is known, and about this key; nothing else, with
  /// warnings as `load` gives them. In mode refresh always nothing.
  std::optional<Record> find(Layer layer, const RequestKey& key);

  /// Makes the object present, whole. `no` after one warning if it could not be stored, or silently if the
  /// mode does not write and it is not there already.
  Stored publish(Layer layer, const Object& object);
  /// Files the record, replacing one that is there.
  Stored file(const Record& record);

  /// All objects of all layers whose hash starts with `prefix` (8 to 64 hex digits), sorted.
  struct Match {
    Layer layer;
    ObjectHash hash;
  };
  std::vector<Match> matches(std::string_view prefix, Patience patience = Patience::none);

  /// Every readable record of a layer, for --explain and for tracing an object back to its request.
  std::vector<Record> records(Layer layer);

  /// What `find` and `load` were asked so far, where the mode let them ask.
  [[nodiscard]] const std::vector<Lookup>& lookups() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace phasic
