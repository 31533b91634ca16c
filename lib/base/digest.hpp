// SHA-256 (OpenSSL's) and the identities made from it. Each identity is a type of its own: a request
// key cannot be handed to a function that wants an object hash.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace phasic {

inline constexpr std::size_t digest_size = 32;
using DigestBytes = std::array<std::byte, digest_size>;

/// 32 bytes that identify something of the kind `Tag`.
template <class Tag>
struct Digest {
  DigestBytes bytes{};
  friend auto operator<=>(const Digest&, const Digest&) = default;
};

/// What came out: SHA-256 of an object's bytes but its trailer. Names the file, travels on pipes.
using ObjectHash = Digest<struct ObjectHashTag>;
/// What was asked: everything that decides the outcome, before it is known. Never taken from users.
using RequestKey = Digest<struct RequestKeyTag>;
/// What of a graph decides its trace: start weights, edges, coefficients, kind of time.
using StructureHash = Digest<struct StructureHashTag>;

/// 64 lower-case hex digits.
std::string to_hex(const DigestBytes& bytes);
template <class Tag>
std::string to_hex(const Digest<Tag>& digest) {
  return to_hex(digest.bytes);
}
/// The first eight digits and an ellipsis, as log lines show a key: `7d8de784…`.
std::string abbreviated(const ObjectHash& hash);

/// The digest that `text` spells: exactly 64 lower-case hex digits, else nothing.
std::optional<DigestBytes> parse_hex(std::string_view text);

/// Incremental SHA-256. Numbers are fed as little-endian bytes and text with its length before it, so that
/// no two sequences of feeds give the same stream.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  Sha256& feed(std::span<const std::byte> bytes);
  Sha256& feed_number(std::uint64_t number);
  Sha256& feed_text(std::string_view text);
  /// The digest of all that was fed; the object is spent afterwards.
  DigestBytes finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

DigestBytes sha256(std::span<const std::byte> bytes);

}  // namespace phasic
