#include "base/digest.hpp"

#include <gtest/gtest.h>

namespace phasic {
namespace {

std::string digest_of(std::string_view text) {
  return to_hex(sha256(as_bytes(text)));
}

// The examples of FIPS 180-4, as NIST publishes them.
TEST(Sha256Digest, GivesTheValuesOfTheStandard) {
  EXPECT_EQ(digest_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(digest_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(digest_of(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Digest, DoesNotDependOnHowTheBytesAreFed) {
  const std::string text(1000, 'x');
  Sha256 hash;
  for (std::size_t begin = 0, step = 1; begin < text.size(); begin += step, step = step * 2 % 97 + 1) {
    hash.feed(as_bytes(std::string_view(text).substr(begin, step)));
  }
  EXPECT_EQ(to_hex(hash.finish()), digest_of(text));
}

TEST(Sha256Digest, FeedsNumbersAsEightLittleEndianBytes) {
  EXPECT_EQ(to_hex(Sha256().feed_number(0x0102030405060708).finish()),
            digest_of("\x08\x07\x06\x05\x04\x03\x02\x01"));
}

TEST(Sha256Digest, TellsTextsApartThatJoinToTheSame) {
  EXPECT_NE(to_hex(Sha256().feed_text("ab").feed_text("c").finish()),
            to_hex(Sha256().feed_text("a").feed_text("bc").finish()));
}

TEST(Hex, ReadsBackWhatItWrites) {
  const DigestBytes bytes = sha256(as_bytes("abc"));
  EXPECT_EQ(parse_hex(to_hex(bytes)), bytes);
}

TEST(Hex, TakesExactly64LowerCaseDigits) {
  const std::string digits = digest_of("abc");
  EXPECT_EQ(parse_hex(digits.substr(1)), std::nullopt);
  EXPECT_EQ(parse_hex(digits + "0"), std::nullopt);
  for (const char wrong : {'B', 'g', '-', ' '}) {
    std::string text = digits;
    text[0] = wrong;
    EXPECT_EQ(parse_hex(text), std::nullopt) << text;
    text = digits;
    text[63] = wrong;
    EXPECT_EQ(parse_hex(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_hex(""), std::nullopt);
}

TEST(Hex, AbbreviatesToEightDigits) {
  EXPECT_EQ(abbreviated(ObjectHash{sha256(as_bytes("abc"))}), "ba7816bf…");
}

}  // namespace
}  // namespace phasic
