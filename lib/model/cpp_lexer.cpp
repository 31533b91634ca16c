#include "model/cpp_lexer.hpp"

#include <algorithm>
#include <array>

namespace phasic {

namespace {

using Kind = CppToken::Kind;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
// Every byte above ASCII: which letters may stand in a name is the compiler's matter.
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80U;
}
bool is_name_part(char c) {
  return is_name_start(c) || is_digit(c);
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r' || c == '\0';
}

// Longest first.
constexpr std::array<std::string_view, 36> long_symbols{
    "%:%:", "<=>", "->*", "...", "<<=", ">>=", "<:", ":>", "<%", "%>", "%:", "##",
    "::",   ".*",  "->",  "++",  "--",  "<<",  ">>", "<=", ">=", "==", "!=", "&&",
    "||",   "+=",  "-=",  "*=",  "/=",  "%=",  "^=", "&=", "|=", "<",  ">",  "#"};

constexpr std::array<std::string_view, 4> string_prefixes{"u8", "u", "U", "L"};

bool is_string_prefix(std::string_view name) {
  return std::ranges::find(string_prefixes, name) != string_prefixes.end();
}
bool is_raw_prefix(std::string_view name) {
  if (!name.ends_with('R')) return false;
  name.remove_suffix(1);
  return name.empty() || is_string_prefix(name);
}

}  // namespace

CppLexer::CppLexer(std::string_view source) : source_(source) {
  if (source_.starts_with(byte_order_mark)) source_.remove_prefix(byte_order_mark.size());
  skip_to(0);
}

// A backslash, blanks that compilers overlook, and the end of the line.
std::size_t CppLexer::after_continuations(std::size_t at) const {
  while (at < source_.size() && source_[at] == '\\') {
    std::size_t end = at + 1;
    while (end < source_.size() && is_blank(source_[end])) ++end;
    if (end >= source_.size() || source_[end] != '\n') return at;
    at = end + 1;
  }
  return at;
}

char CppLexer::peek(std::size_t ahead) const {
  std::size_t at = at_;
  for (; ahead > 0 && at < source_.size(); --ahead) at = after_continuations(at + 1);
  return at < source_.size() ? source_[at] : '\0';
}

void CppLexer::skip_to(std::size_t at) {
  at = std::min(at, source_.size());
  const std::size_t end = after_continuations(at);
  line_ += static_cast<std::uint32_t>(std::count(source_.begin() + static_cast<std::ptrdiff_t>(at_),
                                                 source_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
  at_ = end;
}

char CppLexer::advance() {
  const char c = source_[at_];
  skip_to(at_ + 1);
  return c;
}

// Past blanks and comments, to where a token starts; or the end of a directive.
std::optional<CppToken> CppLexer::begin_token() {
  CppToken token;
  while (!at_end()) {
    const char c = peek();
    if (c == '\n' && place_ == Place::directive) {
      token.kind = Kind::end;
      token.line = line_;
      place_ = Place::line_start;
      advance();
      return token;
    }
    if (c == '\n') {
      place_ = Place::line_start;
      advance();
    } else if (is_blank(c)) {
      advance();
    } else if (c == '/' && peek(1) == '/') {
      while (!at_end() && peek() != '\n') advance();
    } else if (c == '/' && peek(1) == '*') {
      skip_block_comment();
    } else {
      token.line = line_;
      return token;
    }
    token.blank = CppToken::Blank::before;
  }
  if (place_ != Place::directive) return std::nullopt;
  place_ = Place::line;
  token.kind = Kind::end;
  token.line = line_;
  return token;
}

void CppLexer::skip_block_comment() {
  advance();
  advance();
  while (!at_end() && !(peek() == '*' && peek(1) == '/')) advance();
  for (int i = 0; i < 2 && !at_end(); ++i) advance();
}

std::optional<CppToken> CppLexer::next() {
  auto token = begin_token();
  if (!token || token->kind == Kind::end) return token;
  if (is_name_start(peek())) {
    take_name(*token);
  } else if (is_digit(peek()) || (peek() == '.' && is_digit(peek(1)))) {
    take_number(*token);
  } else if (peek() == '"' || peek() == '\'') {
    take_quoted(*token);
  } else {
    take_symbol(*token);
    const bool is_hash = token->text == "#" || token->text == "%:";
    if (is_hash && place_ == Place::line_start) {
      token->kind = Kind::start;
      place_ = Place::directive;
      return token;
    }
  }
  if (place_ == Place::line_start) place_ = Place::line;
  return token;
}

std::optional<CppToken> CppLexer::next_file_name() {
  const CppLexer before = *this;
  auto token = begin_token();
  const char close = peek() == '"' ? '"' : '>';
  if (!token || token->kind == Kind::end || (peek() != '"' && peek() != '<')) {
    *this = before;
    return next();
  }
  token->kind = Kind::string;
  do {
    take(*token, 1);
  } while (!at_end() && peek() != close && peek() != '\n');
  if (peek() == close) take(*token, 1);
  return token;
}

void CppLexer::take(CppToken& token, std::size_t count) {
  for (; count > 0 && !at_end(); --count) token.text += advance();
}

void CppLexer::take_rest(CppToken& token) {
  while (!at_end() && is_name_part(peek())) take(token, 1);
}

// A prefix belongs to the string that it touches.
void CppLexer::take_name(CppToken& token) {
  token.kind = Kind::name;
  take_rest(token);
  if (peek() == '"' && is_raw_prefix(token.text) && take_raw(token)) return;
  if ((peek() == '"' || peek() == '\'') && is_string_prefix(token.text)) take_quoted(token);
}

// All that could belong to a number, signs of exponents and digit separators included.
void CppLexer::take_number(CppToken& token) {
  token.kind = Kind::number;
  while (!at_end()) {
    const char c = peek();
    const bool separates = c == '\'' && is_name_part(peek(1));
    if (!is_name_part(c) && c != '.' && !separates) return;
    const char lower = static_cast<char>(c | 0x20);
    take(token, separates ? 2 : 1);
    if ((lower == 'e' || lower == 'p') && (peek() == '+' || peek() == '-')) take(token, 1);
  }
}

// With the suffix that touches it.
void CppLexer::take_quoted(CppToken& token) {
  token.kind = Kind::string;
  const char quote = peek();
  take(token, 1);
  while (!at_end() && peek() != quote && peek() != '\n') take(token, peek() == '\\' ? 2 : 1);
  if (peek() != quote) return;
  take(token, 1);
  take_rest(token);
}

// R"delimiter( anything )delimiter", in which a backslash at a line's end is one.
bool CppLexer::take_raw(CppToken& token) {
  constexpr std::size_t longest_delimiter = 16;
  const std::size_t open = source_.find_first_of("()\\ \t\v\f\r\n\"", at_ + 1);
  if (open == std::string_view::npos || source_[open] != '(' || open - at_ - 1 > longest_delimiter) {
    return false;
  }
  std::string closing = ")";
  (closing += source_.substr(at_ + 1, open - at_ - 1)) += '"';
  const std::size_t close = source_.find(closing, open);
  const std::size_t end = close == std::string_view::npos ? source_.size() : close + closing.size();
  token.kind = Kind::string;
  token.text += source_.substr(at_, end - at_);
  skip_to(end);
  take_rest(token);
  return true;
}

void CppLexer::take_symbol(CppToken& token) {
  token.kind = Kind::symbol;
  // <:: is < and ::, unless another : or > follows.
  const bool is_less = peek() == '<' && peek(1) == ':' && peek(2) == ':' && peek(3) != ':' && peek(3) != '>';
  if (is_less) {
    take(token, 1);
    return;
  }
  for (const std::string_view symbol : long_symbols) {
    std::size_t same = 0;
    while (same < symbol.size() && peek(same) == symbol[same]) ++same;
    if (same == symbol.size()) {
      take(token, same);
      return;
    }
  }
  take(token, 1);
}

}  // namespace phasic
