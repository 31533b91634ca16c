// The tokens of a Lua file. A model's request key is made from them, so that comments, white space, line
// breaks and the file's name do not count, and a changed constant, name or default does.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/digest.hpp"

namespace phasic {

enum class TokenKind : std::uint8_t { name, number, string, symbol };

struct Token {
  TokenKind kind{};
  std::string_view text;  ///< as written, quotes included; points into the source
  std::uint32_t line = 1;
};

/// Splits a source where Lua does. Never fails: what Lua would refuse becomes some token, and Lua says so.
std::vector<Token> lua_tokens(std::string_view source);

/// A digest of the token stream: equal exactly if both files say the same.
DigestBytes token_digest(std::string_view source);

}  // namespace phasic
