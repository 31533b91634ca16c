// Amounts as people write them on a command line: sizes and spans of time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace phasic {

/// Bytes: `5GiB`, `100MB`, `1.5G`, or a plain number. All units are powers of 1024, as in the Python library.
std::optional<std::uint64_t> parse_size(std::string_view text);

/// Nanoseconds: `30` (days), `4w`, `12h`, `90m`, `10s`.
std::optional<std::int64_t> parse_span(std::string_view text);

/// `34.5 MB` (1,048,576 bytes each).
std::string megabytes_text(std::uint64_t bytes);
/// A number of things: `1 entry`, `12 entries`.
std::string count_text(std::uint64_t count, std::string_view singular, std::string_view plural);

/// `2026-11-24T11:15:03Z` from nanoseconds since 1970.
std::string time_text(std::int64_t nanoseconds);

}  // namespace phasic
