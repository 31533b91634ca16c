// A theta that is asked: its numbers, or the decimals that were written for them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "replay/tracked.hpp"

namespace phasic {

/// With `decimals` (as many as numbers, each a decimal that `parse_double` takes) theta is what these say, to
/// whatever digit; without, it is the numbers, which are exact. Views: what is viewed outlives it.
struct Theta {
  std::span<const double> numbers;
  std::span<const std::string> decimals = {};

  Theta() = default;
  // A theta is written as its numbers in most places.
  Theta(std::span<const double> of) : numbers(of) {}     // NOLINT(google-explicit-constructor)
  Theta(const std::vector<double>& of) : numbers(of) {}  // NOLINT(google-explicit-constructor)
  Theta(std::span<const double> of, std::span<const std::string> written) : numbers(of), decimals(written) {}
};

/// As numbers like `zero`; a decimal is rounded once.
std::vector<Tracked<double>> tracked_theta(const Theta& theta, double zero);
std::vector<Tracked<Mpfr>> tracked_theta(const Theta& theta, const Mpfr& zero);

}  // namespace phasic
