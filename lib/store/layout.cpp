#include "store/layout.hpp"

#include <algorithm>

namespace phasic {

namespace {

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

std::string_view extension_of(Layer layer, FileKind kind) {
  if (kind == FileKind::record) return "";
  switch (layer) {
    case Layer::graphs:
      return ".phg";
    case Layer::traces:
      return ".pht";
    case Layer::compiled:
      return ".phc";
  }
  return "";
}

}  // namespace

std::string_view tag_text() {
  return "Signature: 8a477f597d28d172789f06886806bc55\n"
         "# This directory is a cache of phasic. Losing it costs time only.\n"
         "# For information about cache directory tags see https://bford.info/cachedir/\n";
}

std::optional<Layer> parse_layer(std::string_view text) {
  const auto* found = std::ranges::find(all_layers, text, [](Layer layer) { return name_of(layer); });
  if (found == all_layers.end()) return std::nullopt;
  return *found;
}

ObjectType type_of(Layer layer) {
  switch (layer) {
    case Layer::graphs:
      return ObjectType::graph;
    case Layer::traces:
      return ObjectType::trace;
    case Layer::compiled:
      return ObjectType::compiled;
  }
  return ObjectType::graph;
}

Place place_of(Layer layer, const ObjectHash& hash) {
  return {layer, FileKind::object, hash.bytes};
}
Place place_of(Layer layer, const RequestKey& key) {
  return {layer, FileKind::record, key.bytes};
}

std::string shard_of(const DigestBytes& name) {
  return to_hex(name).substr(0, 2);
}

bool is_shard_name(std::string_view name) {
  return name.size() == 2 && std::ranges::all_of(name, is_hex_digit);
}

std::string file_name(const Place& place) {
  std::string name = to_hex(place.name);
  name += extension_of(place.layer, place.kind);
  return name;
}

std::optional<DigestBytes> parse_file_name(Layer layer, FileKind kind, std::string_view shard,
                                           std::string_view name) {
  const std::string_view extension = extension_of(layer, kind);
  if (name.size() != 2 * digest_size + extension.size() || !name.ends_with(extension) ||
      !name.starts_with(shard)) {
    return std::nullopt;
  }
  return parse_hex(name.substr(0, 2 * digest_size));
}

std::string relative_path(const Place& place) {
  std::string path(name_of(place.layer));
  path += place.kind == FileKind::record ? "/index/" : "/";
  path += shard_of(place.name);
  path += '/';
  path += file_name(place);
  return path;
}

}  // namespace phasic
