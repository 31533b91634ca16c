// Which names in the cache's directory are ours, and where each file lies. A file is ours only if its name
// *and* its place are of this form; whatever else lies there is neither counted nor removed.
//
//   CACHEDIR.TAG  VERSION
//   <layer>/ab/<64 hex digits>.phg|.pht|.phc     objects, sharded by the first byte of their hash
//   <layer>/index/ab/<64 hex digits>             records, sharded by the first byte of their request key
//   <dir of the target>/.tmp.HOST.PID.RANDOM     unfinished writes
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "store/object.hpp"
#include "store/record.hpp"

namespace phasic {

inline constexpr unsigned layout_version = 1;
inline constexpr std::string_view version_file = "VERSION";
inline constexpr std::string_view tag_file = "CACHEDIR.TAG";
/// What the standard for cache directories asks for, so that backup tools skip the directory.
std::string_view tag_text();

inline constexpr std::array<Layer, 3> all_layers{Layer::graphs, Layer::traces, Layer::compiled};
std::optional<Layer> parse_layer(std::string_view text);
/// The type of the objects of a layer.
ObjectType type_of(Layer layer);

enum class FileKind { object, record };

/// Which file of ours: its name is the object hash or the request key.
struct Place {
  Layer layer = Layer::graphs;
  FileKind kind = FileKind::object;
  DigestBytes name{};
};
Place place_of(Layer layer, const ObjectHash& hash);
Place place_of(Layer layer, const RequestKey& key);

/// `ab`
std::string shard_of(const DigestBytes& name);
bool is_shard_name(std::string_view name);

/// `abcdef....phg`, or the 64 digits alone for a record.
std::string file_name(const Place& place);
/// The digest that a file's name states, if the name is of our form and belongs into this shard.
std::optional<DigestBytes> parse_file_name(Layer layer, FileKind kind, std::string_view shard,
                                           std::string_view name);

/// `graphs/ab/abcdef....phg`, for messages and sorting.
std::string relative_path(const Place& place);

}  // namespace phasic
