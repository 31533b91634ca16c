#include "base/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/error.hpp"

namespace phasic {

namespace {

// Reading openssl.cnf would double the cost of a tool's first digest, and nothing in it concerns us.
const EVP_MD* algorithm() {
  static const EVP_MD* const fetched = [] {
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, nullptr);
    return EVP_MD_fetch(nullptr, "SHA256", nullptr);
  }();
  return fetched;
}

void require(int success) {
  if (success != 1) throw InternalError({"", "OpenSSL cannot compute SHA-256", "", {}});
}

}  // namespace

struct Sha256::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_MD_CTX_free(evp); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  require(algorithm() != nullptr ? 1 : 0);
  require(EVP_DigestInit_ex2(context_->evp, algorithm(), nullptr));
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::feed(std::span<const std::byte> bytes) {
  require(EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()));
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
  unsigned length = 0;
  require(EVP_DigestFinal_ex(context_->evp, reinterpret_cast<unsigned char*>(digest.data()), &length));
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
