// Where one token of a C++ file ends and the next begins. Lines that end in a backslash are one with the
// next everywhere but in raw strings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace phasic {

struct CppToken {
  /// `start` is the # that begins a directive, `end` the end of its line, which has no text.
  enum class Kind : char { name = 'n', number = '0', string = '"', symbol = 's', start = '#', end = 'e' };
  Kind kind{};
  std::string text;  ///< as written, but for lines that are continued
  std::uint32_t line = 1;
  enum class Blank : char { none = '0', before = '1' } blank = Blank::none;
};

class CppLexer {
 public:
  explicit CppLexer(std::string_view source);

  std::optional<CppToken> next();
  /// The same where a directive may name a file: `"x"` without escapes, `<x>` as one string.
  std::optional<CppToken> next_file_name();

 private:
  [[nodiscard]] std::size_t after_continuations(std::size_t at) const;
  [[nodiscard]] char peek(std::size_t ahead = 0) const;
  [[nodiscard]] bool at_end() const { return at_ >= source_.size(); }
  char advance();
  void skip_to(std::size_t at);

  std::optional<CppToken> begin_token();
  void skip_block_comment();
  void take(CppToken& token, std::size_t count);
  void take_rest(CppToken& token);
  void take_name(CppToken& token);
  void take_number(CppToken& token);
  void take_quoted(CppToken& token);
  bool take_raw(CppToken& token);
  void take_symbol(CppToken& token);

  std::string_view source_;
  std::size_t at_ = 0;  // never at a continued line's backslash
  std::uint32_t line_ = 1;
  enum class Place { line_start, line, directive } place_ = Place::line_start;
};

}  // namespace phasic
