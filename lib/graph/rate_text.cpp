#include "graph/rate_text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/number_text.hpp"

namespace phasic {

namespace {

void append(std::string& text, double coefficient, const std::string& name, NumberStyle style) {
  if (coefficient == 0) return;
  const bool is_negative = coefficient < 0;
  text += text.empty() ? (is_negative ? "-" : "") : (is_negative ? " - " : " + ");
  const double size = std::fabs(coefficient);
  if (name.empty() || size != 1)
    text += style == NumberStyle::exact ? shortest_text(size) : short_number(size);
  if (!name.empty()) text += (size != 1 ? " " : "") + name;
}

}  // namespace

const std::string& name_of_term(const Terms& terms, std::size_t term) {
  const std::size_t parameters = terms.parameters.size();
  return term <= parameters ? terms.parameters[term - 1] : terms.derived[term - 1 - parameters].name;
}

std::string short_number(double number) {
  constexpr std::size_t longest = 6;
  constexpr int largest_denominator = 99;
  std::string text = shortest_text(number);
  if (text.size() <= longest) return text;
  for (int denominator = 3; denominator <= largest_denominator; ++denominator) {
    const double numerator = std::round(number * denominator);
    if (std::fabs(numerator) < 1000 && numerator / denominator == number) {
      return fmt::format("{}/{}", numerator, denominator);
    }
  }
  return fmt::format("{:.6g}", number);
}

std::string rate_text(const Terms& terms, std::span<const double> coefficients, NumberStyle style) {
  const auto first =
      std::find_if(coefficients.begin() + 1, coefficients.end(), [](double c) { return c != 0; });
  const bool constant_leads = first != coefficients.end() && *first < 0 && coefficients[0] > 0;
  std::string text;
  if (constant_leads) append(text, coefficients[0], "", style);
  for (std::size_t t = 1; t < coefficients.size(); ++t)
    append(text, coefficients[t], name_of_term(terms, t), style);
  if (!constant_leads) append(text, coefficients[0], "", style);
  return text.empty() ? "0" : text;
}

}  // namespace phasic
