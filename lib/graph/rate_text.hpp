// Rates as formulas that a person reads: `3 coalescence + 2`, `1 - p`.
#pragma once

#include <span>
#include <string>

#include "graph/terms.hpp"

namespace phasic {

/// The name of a term (at least 1) among all terms.
const std::string& name_of_term(const Terms& terms, std::size_t term);

/// How numbers are written: as the shortest decimals that read back, or short, as `short_number` does.
enum class NumberStyle { exact, readable };

/// For pictures: `0.25`, `2/3`, else six digits.
std::string short_number(double number);

/// One coefficient per term, those that are 0 left out; `0` where all are. The constant comes last, or first
/// where the rest begins with a minus.
std::string rate_text(const Terms& terms, std::span<const double> coefficients,
                      NumberStyle style = NumberStyle::exact);

}  // namespace phasic
