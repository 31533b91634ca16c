// The values of a DRN file: numbers, fractions, rational functions of the parameters, and placeholders for
// any of these. Equal texts are read once; what is not linear in the parameters becomes a derived term.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "graph/coefficients.hpp"
#include "graph/formula_text.hpp"
#include "graph/terms.hpp"

namespace phasic {

class DrnValues {
 public:
  using Number = std::uint32_t;

  DrnValues() : reader_({}) {}
  /// Before the first value is read. Throws InputError at `where` for names that are given twice.
  void set_parameters(std::vector<std::string> parameters, const std::string& where);
  /// `$name` stands for `text` from now on. Throws InputError at `where` if it does so already.
  void add_placeholder(std::string_view name, std::string_view text, const std::string& where);

  /// The number of a value. Throws InputError at `where`, LimitError for more than 4096 derived terms.
  Number read(std::string_view text, const std::string& where);
  /// Its constant, if that is all of it.
  [[nodiscard]] std::optional<double> constant(Number value) const;

  /// All parameters, and a derived term `f1`, `f2` ... for each part that is not linear.
  [[nodiscard]] const Terms& terms() const { return terms_; }
  /// Interns each value's coefficients; row i of the result is value i's.
  [[nodiscard]] std::vector<std::uint32_t> intern_in(CoefficientTable& table) const;

 private:
  struct Value {
    double constant = 0;
    std::vector<std::pair<std::uint32_t, double>> parameters;
    std::vector<std::pair<std::uint32_t, double>> derived;
  };
  Value value_of(std::string_view text, const std::string& where);
  std::uint32_t derived_index(std::vector<FormulaNode> formula, const std::string& where);
  std::string free_name() const;

  Terms terms_;
  FormulaReader reader_;
  std::unordered_map<std::string, Number> known_;  // by text
  std::unordered_map<std::string, Number> placeholders_;
  std::unordered_map<std::string, std::uint32_t> formulas_;  // derived terms, by the bytes of their formula
  std::vector<Value> values_;
};

}  // namespace phasic
