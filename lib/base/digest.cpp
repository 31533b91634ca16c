#include "base/digest.hpp"

// The plain functions, which OpenSSL 3 marks as deprecated: they are the same code at the same speed, but EVP
// fetches its algorithm from a provider, and that costs 0.5 ms at the first digest and 4 MB in each tool.
#define OPENSSL_API_COMPAT 10101
#include <openssl/sha.h>

#include "base/error.hpp"

namespace phasic {

namespace {

void require(int success) {
  if (success != 1) throw InternalError({"", "OpenSSL cannot compute SHA-256", "", {}});
}

}  // namespace

struct Sha256::Context {
  SHA256_CTX state{};
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  require(SHA256_Init(&context_->state));
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::feed(std::span<const std::byte> bytes) {
  require(SHA256_Update(&context_->state, bytes.data(), bytes.size()));
  return *this;
}

Sha256& Sha256::feed_number(std::uint64_t number) {
  std::array<std::byte, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(number >> (8 * i));
  return feed(bytes);
}

Sha256& Sha256::feed_text(std::string_view text) {
  return feed_number(text.size()).feed(as_bytes(text));
}

DigestBytes Sha256::finish() {
  DigestBytes digest{};
  require(SHA256_Final(reinterpret_cast<unsigned char*>(digest.data()), &context_->state));
  return digest;
}

DigestBytes sha256(std::span<const std::byte> bytes) {
  return Sha256().feed(bytes).finish();
}

std::string to_hex(const DigestBytes& bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * digest_size);
  for (const std::byte byte : bytes) {
    const auto value = std::to_integer<unsigned>(byte);
    text += digits[value >> 4U];
    text += digits[value & 15U];
  }
  return text;
}

std::string abbreviated(const ObjectHash& hash) {
  return to_hex(hash).substr(0, 8) + "…";
}

std::optional<DigestBytes> parse_hex(std::string_view text) {
  if (text.size() != 2 * digest_size) return std::nullopt;
  const auto value = [](char digit) -> int {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    return -1;
  };
  DigestBytes bytes{};
  for (std::size_t i = 0; i < digest_size; ++i) {
    const int high = value(text[2 * i]);
    const int low = value(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[i] = static_cast<std::byte>(16 * high + low);
  }
  return bytes;
}

}  // namespace phasic
