#include "graph/formula_text.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/spelling.hpp"

namespace phasic {

namespace {

using Node = FormulaRecorder::Node;
constexpr int deepest = 200;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool continues_name(char c) {
  return begins_name(c) || is_digit(c) || c == '.';
}

/// What two constants come to; nothing for an operation that is left to theta's time.
std::optional<double> folded(Operation operation, double x, double y) {
  switch (operation) {
    case Operation::add:
      return x + y;
    case Operation::subtract:
      return x - y;
    case Operation::multiply:
      return x * y;
    case Operation::divide:
      return x / y;
    case Operation::power:
      return std::pow(x, y);
    default:
      return std::nullopt;
  }
}

/// Descends through one text; `depth` bounds the descent.
class Parser {
 public:
  Parser(std::string_view text, const std::string& where, std::span<const std::string> parameters,
         const std::unordered_map<std::string_view, std::uint32_t>& index, FormulaRecorder& recorder)
      : text_(text), where_(where), parameters_(parameters), index_(index), recorder_(recorder) {}

  Node read() {
    const Node value = sum(0);
    if (peek() != '\0') reject(fmt::format("'{}' is out of place", text_.substr(place_, 1)));
    return value;
  }

 private:
  [[noreturn]] void reject(const std::string& what, std::string remedy = "") const {
    throw InputError({where_, fmt::format("in the formula '{}': {}", shown(), what), std::move(remedy), {}});
  }

  // Formulas of machines may be long.
  [[nodiscard]] std::string shown() const {
    constexpr std::size_t most = 60;
    return text_.size() <= most ? std::string(text_) : std::string(text_.substr(0, most)) + "…";
  }

  char peek() {
    while (place_ < text_.size() && (text_[place_] == ' ' || text_[place_] == '\t')) ++place_;
    return place_ < text_.size() ? text_[place_] : '\0';
  }

  bool take(char wanted) {
    if (peek() != wanted) return false;
    ++place_;
    return true;
  }

  void require(char wanted) {
    if (!take(wanted)) reject(fmt::format("there is no '{}' where one must be", wanted));
  }

  Node constant(double value) {
    if (!std::isfinite(value)) reject("a constant comes to no finite number");
    return recorder_.constant(value);
  }

  Node apply(Operation operation, Node left, Node right) {
    const FormulaNode& x = recorder_[left];
    const FormulaNode& y = recorder_[right];
    if (x.operation == Operation::constant && y.operation == Operation::constant) {
      if (const auto value = folded(operation, x.value, y.value)) return constant(*value);
    }
    return recorder_.apply(operation, {left, right});
  }

  Node sum(int depth) {
    if (depth > deepest) reject("it is more than 200 parentheses or signs deep");
    Node value = product(depth);
    for (;;) {
      if (take('+'))
        value = apply(Operation::add, value, product(depth));
      else if (take('-'))
        value = apply(Operation::subtract, value, product(depth));
      else
        return value;
    }
  }

  Node product(int depth) {
    Node value = signed_power(depth);
    for (;;) {
      if (take('*'))
        value = apply(Operation::multiply, value, signed_power(depth));
      else if (take('/'))
        value = apply(Operation::divide, value, signed_power(depth));
      else
        return value;
    }
  }

  Node signed_power(int depth) {
    if (depth > deepest) reject("it is more than 200 parentheses or signs deep");
    if (take('+')) return signed_power(depth + 1);
    if (!take('-')) return power(depth);
    const Node value = signed_power(depth + 1);
    const FormulaNode& node = recorder_[value];
    return node.operation == Operation::constant ? constant(-node.value)
                                                 : recorder_.apply(Operation::negate, {value});
  }

  Node power(int depth) {
    const Node base = operand(depth);
    return take('^') ? apply(Operation::power, base, signed_power(depth + 1)) : base;
  }

  Node operand(int depth) {
    const char next = peek();
    if (is_digit(next) || next == '.') return number();
    if (begins_name(next)) return named(depth);
    if (take('(')) {
      const Node value = sum(depth + 1);
      require(')');
      return value;
    }
    if (next == '\0') reject("it ends where a number, a parameter or '(' must be");
    reject(fmt::format("'{}' is out of place", next),
           "formulas are made of numbers, parameters, + - * / ^ and ()");
  }

  Node number() {
    const std::size_t begin = place_;
    const auto digits = [&] {
      while (place_ < text_.size() && is_digit(text_[place_])) ++place_;
    };
    digits();
    if (place_ < text_.size() && text_[place_] == '.') ++place_;
    digits();
    if (place_ < text_.size() && (text_[place_] == 'e' || text_[place_] == 'E')) {
      std::size_t exponent = place_ + 1;
      if (exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-')) ++exponent;
      if (exponent < text_.size() && is_digit(text_[exponent])) {
        place_ = exponent;
        digits();
      }
    }
    const std::string_view written = text_.substr(begin, place_ - begin);
    const auto value = parse_double(written);
    if (!value) reject(fmt::format("'{}' is no finite number", written));
    return recorder_.constant(*value);
  }

  Node named(int depth) {
    const std::size_t begin = place_;
    while (place_ < text_.size() && continues_name(text_[place_])) ++place_;
    const std::string_view name = text_.substr(begin, place_ - begin);
    if (const auto found = index_.find(name); found != index_.end())
      return recorder_.parameter(found->second);
    if (peek() == '(') return call(name, depth);
    const auto meant = nearest_spelling(name, parameters_);
    reject(fmt::format("there is no parameter '{}'", name),
           meant ? fmt::format("did you mean '{}'?", *meant)
                 : fmt::format("parameters are {}",
                               parameters_.empty() ? "none" : fmt::to_string(fmt::join(parameters_, ", "))));
  }

  Node call(std::string_view name, int depth) {
    constexpr std::array<std::pair<std::string_view, Operation>, 6> functions{
        {{"exp", Operation::exponential},
         {"log", Operation::logarithm},
         {"sqrt", Operation::square_root},
         {"logistic", Operation::logistic},
         {"min", Operation::minimum},
         {"max", Operation::maximum}}};
    for (const auto& [known, operation] : functions) {
      if (known != name) continue;
      require('(');
      Node value = sum(depth + 1);
      if (operation == Operation::minimum || operation == Operation::maximum) {
        while (take(',')) value = recorder_.apply(operation, {value, sum(depth + 1)});
      } else {
        value = recorder_.apply(operation, {value});
      }
      require(')');
      return value;
    }
    reject(fmt::format("there is no function '{}'", name),
           "functions are exp, log, sqrt, logistic, min, max");
  }

  std::string_view text_;
  const std::string& where_;
  std::span<const std::string> parameters_;
  const std::unordered_map<std::string_view, std::uint32_t>& index_;
  FormulaRecorder& recorder_;
  std::size_t place_ = 0;
};

}  // namespace

FormulaReader::FormulaReader(std::span<const std::string> parameters) : parameters_(parameters) {
  for (std::uint32_t i = 0; i < parameters.size(); ++i) index_.emplace(parameters[i], i);
}

FormulaRecorder::Node FormulaReader::read(std::string_view text, const std::string& where,
                                          FormulaRecorder& recorder) const {
  return Parser(text, where, parameters_, index_, recorder).read();
}

}  // namespace phasic
