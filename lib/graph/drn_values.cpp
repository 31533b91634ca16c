#include "graph/drn_values.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "graph/linear_form.hpp"

namespace phasic {

namespace {

constexpr std::size_t most_derived = 4096;

// Equal for equal formulas, and only for those.
std::string key_of(const std::vector<FormulaNode>& formula) {
  std::string key;
  for (const FormulaNode& node : formula) {
    key += fmt::format("{},{},{},{},{},{};", static_cast<std::uint32_t>(node.operation), node.operands[0],
                       node.operands[1], node.operands[2], node.operands[3], shortest_text(node.value));
  }
  return key;
}

}  // namespace

void DrnValues::set_parameters(std::vector<std::string> parameters, const std::string& where) {
  terms_.parameters = std::move(parameters);
  try {
    check(terms_);
  } catch (const InputError& error) {
    throw InputError({where, error.complaint().what, error.complaint().remedy, {}});
  }
  reader_ = FormulaReader(terms_.parameters);
}

void DrnValues::add_placeholder(std::string_view name, std::string_view text, const std::string& where) {
  const Number value = read(text, where);
  if (!placeholders_.emplace(std::string(name), value).second)
    throw InputError(
        {where, fmt::format("the placeholder ${} is there already", name), "define each once", {}});
}

DrnValues::Number DrnValues::read(std::string_view text, const std::string& where) {
  if (text.starts_with('$')) {
    const auto found = placeholders_.find(std::string(text.substr(1)));
    if (found != placeholders_.end()) return found->second;
    throw InputError(
        {where, fmt::format("there is no placeholder '{}'", text), "define it under @placeholders", {}});
  }
  const auto [known, is_new] = known_.try_emplace(std::string(text), static_cast<Number>(values_.size()));
  if (is_new) values_.push_back(value_of(text, where));
  return known->second;
}

DrnValues::Value DrnValues::value_of(std::string_view text, const std::string& where) {
  Value value;
  if (const auto number = parse_double(text)) {
    value.constant = *number;
    return value;
  }
  FormulaRecorder recorder;
  const LinearForm form = linear_form(recorder, reader_.read(text, where, recorder));
  value.constant = form.constant;
  for (const auto& [node, coefficient] : form.parts) {
    if (recorder[node].operation == Operation::parameter)
      value.parameters.emplace_back(recorder[node].operands[0], coefficient);
    else
      value.derived.emplace_back(derived_index(recorder.formula_of(node), where), coefficient);
  }
  const auto is_finite = [](const auto& part) { return std::isfinite(part.second); };
  if (!std::isfinite(value.constant) || !std::ranges::all_of(value.parameters, is_finite) ||
      !std::ranges::all_of(value.derived, is_finite)) {
    throw InputError({where, "a coefficient comes to no finite number", "write it otherwise", {}});
  }
  return value;
}

std::uint32_t DrnValues::derived_index(std::vector<FormulaNode> formula, const std::string& where) {
  const auto [known, is_new] =
      formulas_.try_emplace(key_of(formula), static_cast<std::uint32_t>(terms_.derived.size()));
  if (!is_new) return known->second;
  if (terms_.derived.size() == most_derived) {
    throw LimitError({where,
                      fmt::format("more than {} different formulas that are not linear", most_derived),
                      "export with parameters instantiated",
                      {}});
  }
  terms_.derived.push_back({free_name(), std::move(formula)});
  return known->second;
}

std::string DrnValues::free_name() const {
  std::string name = fmt::format("f{}", terms_.derived.size() + 1);
  while (std::ranges::find(terms_.parameters, name) != terms_.parameters.end()) name += '_';
  return name;
}

std::optional<double> DrnValues::constant(Number value) const {
  const Value& read = values_[value];
  const auto is_zero = [](const auto& part) { return part.second == 0; };
  if (!std::ranges::all_of(read.parameters, is_zero) || !std::ranges::all_of(read.derived, is_zero))
    return std::nullopt;
  return read.constant;
}

std::vector<std::uint32_t> DrnValues::intern_in(CoefficientTable& table) const {
  std::vector<std::uint32_t> rows;
  rows.reserve(values_.size());
  std::vector<double> coefficients(terms_.count());
  for (const Value& value : values_) {
    std::ranges::fill(coefficients, 0.0);
    coefficients[0] = value.constant;
    for (const auto& [index, coefficient] : value.parameters) coefficients[1 + index] += coefficient;
    for (const auto& [index, coefficient] : value.derived)
      coefficients[1 + terms_.parameters.size() + index] += coefficient;
    rows.push_back(table.intern(coefficients));
  }
  return rows;
}

}  // namespace phasic
