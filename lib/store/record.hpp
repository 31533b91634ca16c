// An index record: the answer "this request came out as that object", with where it came from. A record
// repeats the key under which it is filed, so a record in another's place is noticed and is a miss.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.hpp"

namespace phasic {

/// The layers of the cache, in the order in which they are listed.
enum class Layer { graphs, traces, compiled };
std::string_view name_of(Layer layer);

/// One part of a request ("code", "param n", "format"): `value` is shown by --explain where it is short
/// text (a parameter's value), else it is a digest in hex.
struct RequestPart {
  std::string name;
  std::string value;
  friend bool operator==(const RequestPart&, const RequestPart&) = default;
};

struct Record {
  RequestKey request;
  Layer layer = Layer::graphs;
  ObjectHash object;
  std::uint64_t length = 0;  ///< of the object, in bytes
  std::vector<RequestPart> parts;
  /// Where it came from, in the order shown: model, parameters, tool, host, time, graph ...
  std::vector<std::pair<std::string, std::string>> provenance;
};

/// The key of a request: SHA-256 over `domain` ("graph", "trace") and all parts, names and values.
RequestKey request_key(std::string_view domain, std::span<const RequestPart> parts);

std::string encode(const Record& record);
/// Throws FormatError unless the text is exactly what `encode` writes, checksum included.
Record decode_record(std::string_view text);

/// Whether the text ends with the checksum of what comes before it: a record that is whole, though it may be
/// of a format that this version does not know.
bool has_valid_checksum(std::string_view text);

}  // namespace phasic
