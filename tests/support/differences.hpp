// Derivatives by central differences, extrapolated (Richardson 1911; Romberg's scheme): an oracle that knows
// nothing but values.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace phasic::test {

/// The derivatives of several functions of one number, `of(x)` being their values, with x moved by at most a
/// relative `reach`. About 1e-10 relative to the values where these have full accuracy and little curvature.
template <class Function>
std::vector<double> differences(double x, Function of, double reach = 0.125) {
  constexpr std::size_t levels = 6;
  std::vector<std::vector<std::vector<double>>> table;  // by halving, by extrapolation, by function
  for (std::size_t level = 0; level < levels; ++level) {
    const double h = x * reach / std::exp2(static_cast<double>(level));
    const std::vector<double> above = of(x + h);
    const std::vector<double> below = of(x - h);
    auto& row = table.emplace_back(1);
    for (std::size_t i = 0; i < above.size(); ++i)
      row[0].push_back((above[i] - below[i]) / ((x + h) - (x - h)));
    for (std::size_t k = 1; k <= level; ++k) {
      const double power = std::exp2(2.0 * static_cast<double>(k));
      auto& better = row.emplace_back();
      for (std::size_t i = 0; i < above.size(); ++i)
        better.push_back((power * row[k - 1][i] - table[level - 1][k - 1][i]) / (power - 1));
    }
  }
  return table.back().back();
}

}  // namespace phasic::test
