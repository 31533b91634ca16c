#include "model/formula_slips.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <vector>

#include "model/tokens.hpp"

namespace phasic {

namespace {

template <std::size_t count>
using Words = std::array<std::string_view, count>;

constexpr Words<22> keywords{"and",    "break",    "do",   "else", "elseif", "end",  "false", "for",
                             "goto",   "function", "if",   "in",   "local",  "nil",  "not",   "or",
                             "repeat", "return",   "then", "true", "until",  "while"};
constexpr Words<7> arithmetic{"+", "-", "*", "/", "^", "%", "//"};
constexpr Words<6> comparisons{"==", "~=", "<", "<=", ">", ">="};
constexpr Words<5> conditions{"if", "elseif", "while", "until", "not"};
constexpr Words<7> recorded{"exp", "log", "sqrt", "logistic", "min", "max", "select"};
constexpr Words<3> openers{"(", "[", "{"};
constexpr Words<3> closers{")", "]", "}"};

template <std::size_t count>
bool is_among(const Words<count>& words, std::string_view text) {
  return std::ranges::find(words, text) != words.end();
}

// A part of the tokens, as positions: begin, and one behind the end.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

class Code {
 public:
  explicit Code(std::string_view source) : tokens_(lua_tokens(source)) {}

  // The function in these lines, from the word itself to its end.
  [[nodiscard]] std::optional<Range> find_function(std::string_view name, std::uint32_t first_line,
                                                   std::uint32_t last_line) const {
    std::vector<Range> found;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].line != first_line || text(i) != "function") continue;
      const std::size_t end = end_of_block(i);
      if (end < tokens_.size() && tokens_[end].line == last_line) found.push_back({i, end});
    }
    if (found.size() > 1)
      std::erase_if(found, [&](Range range) { return !is_argument_of(range.begin, name); });
    return found.size() == 1 ? std::optional(found.front()) : std::nullopt;
  }

  [[nodiscard]] std::optional<FormulaSlip> slip_in(Range function) {
    std::size_t at = function.begin;
    while (at < function.end && text(at) != "(") ++at;
    if (at + 1 >= function.end) return std::nullopt;
    argument_ = text(at + 1);
    body_ = {at + 2, function.end};
    if (!is_word(at + 1) || is_argument_renamed()) return std::nullopt;
    for (std::size_t i = body_.begin; i < body_.end; ++i) {
      if (const std::string_view outcome = silent_outcome(i); !outcome.empty()) {
        return FormulaSlip{
            tokens_[i].line,
            fmt::format("a formula is recorded once, before theta is known, so '{}' here is {}", text(i),
                        outcome)};
      }
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] std::string_view text(std::size_t i) const {
    return i < tokens_.size() && tokens_[i].kind != TokenKind::string ? tokens_[i].text : std::string_view();
  }
  [[nodiscard]] bool is_word(std::size_t i) const {
    return tokens_[i].kind == TokenKind::name && !is_among(keywords, tokens_[i].text);
  }

  [[nodiscard]] std::size_t end_of_block(std::size_t begin) const {
    int depth = 0;
    for (std::size_t i = begin; i < tokens_.size(); ++i) {
      const std::string_view word = text(i);
      if (word == "function" || word == "if" || word == "do" || word == "repeat") ++depth;
      if ((word == "end" || word == "until") && --depth == 0) return i;
    }
    return tokens_.size();
  }

  // Whether it stands in derived("name", function ...
  [[nodiscard]] bool is_argument_of(std::size_t function, std::string_view name) const {
    if (function < 4 || text(function - 1) != "," || text(function - 4) != "derived") return false;
    const std::string_view quoted = tokens_[function - 2].text;
    return quoted.size() == name.size() + 2 && quoted.substr(1, name.size()) == name;
  }

  // Then it may stand for something else.
  [[nodiscard]] bool is_argument_renamed() const {
    for (std::size_t i = body_.begin; i < body_.end; ++i) {
      if (text(i) == "function") return true;
      if (text(i) != argument_) continue;
      const std::string_view before = text(i - 1);
      if (before == "local" || before == "for" || text(i + 1) == "=" || text(i + 1) == ",") return true;
    }
    return false;
  }

  // What Lua makes of the condition at this token, if it is a silent one on a formula.
  [[nodiscard]] std::string_view silent_outcome(std::size_t i) const {
    const std::string_view word = text(i);
    if (word == "==" || word == "~=") {
      // For two symbols Lua asks us, and is refused.
      if (is_formula(operand_before(i)) == is_formula(operand_after(i))) return "";
      return word == "==" ? "always false" : "always true";
    }
    if (is_among(conditions, word)) {
      const Range operand = operand_after(i);
      if (!is_formula(operand) || is_among(comparisons, text(operand.end))) return "";
      return word == "not" ? "always false" : "always true";
    }
    if (word == "and") {
      const Range operand = operand_before(i);
      if (is_formula(operand) && !is_among(comparisons, text(operand.begin - 1))) return "always true";
    }
    return "";
  }

  // The arithmetic expression that ends before a token. What begins an expression is no part of one.
  [[nodiscard]] Range operand_before(std::size_t end) const {
    std::size_t begin = end;
    while (begin > body_.begin) {
      const std::size_t i = begin - 1;
      if (is_among(closers, text(i)))
        begin = opener_of(i);
      else if (is_word(i) || is_value(i) || is_joint(i) || is_among(arithmetic, text(i)))
        begin = i;
      else
        break;
    }
    return {begin, end};
  }

  [[nodiscard]] Range operand_after(std::size_t i) const {
    const std::size_t begin = i + 1;
    std::size_t end = begin;
    bool is_complete = false;
    while (end < body_.end) {
      const std::string_view word = text(end);
      if (is_joint(end) || is_among(arithmetic, word)) {
        is_complete = false;
        ++end;
      } else if (word == "(" || (word == "[" && is_complete)) {
        is_complete = true;
        end = std::min(closer_of(end) + 1, body_.end);
      } else if (!is_complete && (is_word(end) || is_value(end))) {
        is_complete = true;
        ++end;
      } else {
        break;
      }
    }
    return {begin, end};
  }

  [[nodiscard]] bool is_value(std::size_t i) const {
    return tokens_[i].kind == TokenKind::number || tokens_[i].kind == TokenKind::string;
  }
  [[nodiscard]] bool is_joint(std::size_t i) const { return text(i) == "." || text(i) == ":"; }

  [[nodiscard]] std::size_t opener_of(std::size_t closer) const {
    int depth = 0;
    for (std::size_t i = closer; i > body_.begin; --i) {
      if (is_among(closers, text(i))) ++depth;
      if (is_among(openers, text(i)) && --depth == 0) return i;
    }
    return body_.begin;
  }
  [[nodiscard]] std::size_t closer_of(std::size_t opener) const {
    int depth = 0;
    for (std::size_t i = opener; i < body_.end; ++i) {
      if (is_among(openers, text(i))) ++depth;
      if (is_among(closers, text(i)) && --depth == 0) return i;
    }
    return body_.end;
  }

  // Whether a symbol is computed with. What other functions and tables make of one is not known.
  [[nodiscard]] bool is_formula(Range operand) const {
    for (std::size_t i = operand.begin; i < operand.end; ++i) {
      const std::string_view before = text(i - 1);
      const bool follows_word = i > operand.begin && is_word(i - 1);
      if (text(i) == argument_ && before != "." && before != ":" &&
          (text(i + 1) == "." || text(i + 1) == "[")) {
        return true;
      }
      const bool is_unknown_call = text(i) == "(" && follows_word && !is_among(recorded, before);
      if (is_unknown_call || text(i) == "[" || text(i) == "{") i = closer_of(i);
    }
    return false;
  }

  std::vector<Token> tokens_;
  std::string_view argument_;
  Range body_;
};

}  // namespace

std::optional<FormulaSlip> find_formula_slip(std::string_view source, std::string_view name,
                                             std::uint32_t first_line, std::uint32_t last_line) {
  Code code(source);
  const auto function = code.find_function(name, first_line, last_line);
  return function ? code.slip_in(*function) : std::nullopt;
}

}  // namespace phasic
