#include "model/tokens.hpp"

#include <array>
#include <optional>

namespace phasic {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name_part(char c) {
  return is_name_start(c) || is_digit(c);
}
bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

constexpr std::array<std::string_view, 11> long_symbols{
    "...", "..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>", "!="};

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  std::optional<Token> next() {
    skip_blanks_and_comments();
    if (at_ >= source_.size()) return std::nullopt;
    const std::size_t begin = at_;
    const std::uint32_t line = line_;
    const TokenKind kind = take();
    return Token{kind, source_.substr(begin, at_ - begin), line};
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }
  void advance() {
    if (source_[at_++] == '\n') ++line_;
  }

  void skip_blanks_and_comments() {
    while (at_ < source_.size()) {
      if (is_space(peek())) {
        advance();
      } else if (peek() == '-' && peek(1) == '-') {
        at_ += 2;
        if (!take_long_bracket()) {
          while (at_ < source_.size() && peek() != '\n' && peek() != '\r') ++at_;
        }
      } else {
        return;
      }
    }
  }

  // [[ ... ]] or [==[ ... ]==]; leaves the position alone if there is none here.
  bool take_long_bracket() {
    if (peek() != '[') return false;
    std::size_t level = 0;
    while (peek(level + 1) == '=') ++level;
    if (peek(level + 1) != '[') return false;
    at_ += level + 2;
    while (at_ < source_.size()) {
      if (peek() == ']' && closes(level)) {
        at_ += level + 2;
        return true;
      }
      advance();
    }
    return true;
  }
  [[nodiscard]] bool closes(std::size_t level) const {
    for (std::size_t i = 1; i <= level; ++i) {
      if (peek(i) != '=') return false;
    }
    return peek(level + 1) == ']';
  }

  TokenKind take() {
    const char c = peek();
    if (is_name_start(c)) {
      while (is_name_part(peek())) ++at_;
      return TokenKind::name;
    }
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      take_number();
      return TokenKind::number;
    }
    if (c == '"' || c == '\'') {
      take_quoted(c);
      return TokenKind::string;
    }
    if (take_long_bracket()) return TokenKind::string;
    for (const std::string_view symbol : long_symbols) {
      if (source_.substr(at_, symbol.size()) == symbol) {
        at_ += symbol.size();
        return TokenKind::symbol;
      }
    }
    advance();
    return TokenKind::symbol;
  }

  // As Lua does: everything that could belong to a numeral, an exponent's sign included.
  void take_number() {
    const bool hexadecimal = peek() == '0' && (peek(1) == 'x' || peek(1) == 'X');
    if (hexadecimal) at_ += 2;
    while (is_name_part(peek()) || peek() == '.') {
      const char lower = static_cast<char>(peek() | 0x20);
      ++at_;
      if (lower == (hexadecimal ? 'p' : 'e') && (peek() == '+' || peek() == '-')) ++at_;
    }
  }

  void take_quoted(char quote) {
    ++at_;
    while (at_ < source_.size() && peek() != quote && peek() != '\n') {
      if (peek() == '\\' && at_ + 1 < source_.size())
        take_escape();
      else
        ++at_;
    }
    if (peek() == quote) ++at_;
  }
  // \z skips the white space that follows it, line breaks included.
  void take_escape() {
    const bool skips = peek(1) == 'z';
    ++at_;
    advance();
    while (skips && is_space(peek())) advance();
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
};

}  // namespace

std::vector<Token> lua_tokens(std::string_view source) {
  std::vector<Token> tokens;
  Lexer lexer(source);
  while (const auto token = lexer.next()) tokens.push_back(*token);
  return tokens;
}

DigestBytes token_digest(std::string_view source) {
  // One block for one digest call: kinds and texts, each text ended by a byte that no token contains unless
  // it is a string, whose length is written out.
  Sha256 digest;
  std::string stream;
  Lexer lexer(source);
  while (const auto token = lexer.next()) {
    stream += static_cast<char>('0' + static_cast<int>(token->kind));
    stream += std::to_string(token->text.size());
    stream += ' ';
    stream += token->text;
  }
  return digest.feed(as_bytes(stream)).finish();
}

}  // namespace phasic
