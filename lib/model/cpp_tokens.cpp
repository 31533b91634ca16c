#include "model/cpp_tokens.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "model/cpp_lexer.hpp"

namespace phasic {

namespace {

using Kind = CppToken::Kind;

constexpr std::array<std::string_view, 9> place_names{
    "__LINE__",       "__FILE__",         "__BASE_FILE__",
    "__FILE_NAME__",  "source_location",  "__builtin_LINE",
    "__builtin_FILE", "__builtin_COLUMN", "__builtin_source_location"};
constexpr std::array<std::string_view, 3> clock_names{"__DATE__", "__TIME__", "__TIMESTAMP__"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view text) {
  return std::ranges::find(names, text) != names.end();
}

class Reader {
 public:
  explicit Reader(std::string_view source) : lexer_(source) {}

  CppTokens read() && {
    while (auto token = may_name_file() ? lexer_.next_file_name() : lexer_.next()) take(*token);
    return std::move(tokens_);
  }

 private:
  // Of this directive; the start itself is not counted.
  [[nodiscard]] bool is_directive(std::string_view name) const { return in_directive_ && directive_ == name; }
  [[nodiscard]] bool is_include() const {
    return is_directive("include") || is_directive("import") || is_directive("include_next");
  }
  [[nodiscard]] bool may_name_file() const { return (is_include() && number_ == 1) || asks_for_file_ == 2; }

  void take(const CppToken& token) {
    keep(token);
    if (token.kind == Kind::start || token.kind == Kind::end) {
      in_directive_ = token.kind == Kind::start;
      directive_.clear();
      number_ = 0;
      asks_for_file_ = 0;
      return;
    }
    if (in_directive_ && number_ == 0) directive_ = token.text;
    if (token.kind == Kind::name) look_at_name(token);
    if (in_directive_) look_at_directive(token);
    ++number_;
  }

  void keep(const CppToken& token) {
    tokens_.stream += static_cast<char>(token.kind);
    // `#define F (x)` and `#define F(x)` are two things.
    if (is_directive("define") && number_ == 2 && token.text == "(" && token.blank == CppToken::Blank::before)
      tokens_.stream += ' ';
    tokens_.stream += fmt::format("{} {}", token.text.size(), token.text);
    tokens_.blanks += static_cast<char>(token.blank);
  }

  void look_at_name(const CppToken& token) {
    if (is_one_of(place_names, token.text)) tokens_.sees = CppTokens::Sees::places;
    if (is_one_of(clock_names, token.text)) {
      complain(token, fmt::format("{} makes the model depend on when it is compiled", token.text),
               "write what it stands for");
    }
  }

  void look_at_directive(const CppToken& token) {
    if (is_directive("define") && number_ > 0 && (token.text == "#" || token.text == "%:")) {
      tokens_.makes_text = CppTokens::MakesText::yes;
    }
    if (is_directive("embed") && number_ == 0) {
      complain(token, "#embed of a file that is no part of the model's key", "include its numbers as C++");
    }
    if (is_include() && number_ == 1) look_at_file_name(token);
    if (is_directive("include_next") && number_ == 1 && token.text.starts_with('"')) {
      complain(token, "#include_next with quotes depends on where the file lies", "use #include");
    }
    if (asks_for_file_ == 2 && token.text.starts_with('"')) include(token);
    asks_for_file_ = token.text == "__has_include" ? 1 : token.text == "(" && asks_for_file_ == 1 ? 2 : 0;
  }

  void look_at_file_name(const CppToken& token) {
    if (token.text.starts_with('"')) {
      include(token);
    } else if (!token.text.starts_with('<')) {
      complain(token, fmt::format("#{} of what {} stands for", directive_, token.text),
               "write the file's name in quotes, or in <>");
    }
  }

  void include(const CppToken& token) {
    std::string_view name = std::string_view(token.text).substr(1);
    name.remove_suffix(name.ends_with('"') ? 1 : 0);
    tokens_.includes.push_back({std::string(name), token.line});
  }

  void complain(const CppToken& token, std::string what, std::string remedy) {
    tokens_.faults.push_back({token.line, std::move(what), std::move(remedy)});
  }

  CppLexer lexer_;
  CppTokens tokens_;
  bool in_directive_ = false;
  std::string directive_;   // its name
  std::size_t number_ = 0;  // how many of its tokens came
  int asks_for_file_ = 0;   // 1 after __has_include, 2 after its parenthesis
};

}  // namespace

CppTokens cpp_tokens(std::string_view source) {
  return Reader(source).read();
}

DigestBytes cpp_digest(std::string_view source, const CppTokens& tokens, CppTokens::MakesText makes_text) {
  Sha256 digest;
  if (tokens.sees == CppTokens::Sees::places) {
    digest.feed_text("bytes").feed_text(source);
    return digest.finish();
  }
  digest.feed_text(tokens.stream);
  if (makes_text == CppTokens::MakesText::yes) digest.feed_text(tokens.blanks);
  return digest.finish();
}

}  // namespace phasic
