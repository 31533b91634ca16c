#include "moments/theta.hpp"

namespace phasic {

std::vector<Tracked<double>> tracked_theta(const Theta& theta, double) {
  std::vector<Tracked<double>> result;
  for (const double number : theta.numbers) {
    result.emplace_back(number);
    if (!theta.decimals.empty()) result.back().scale = magnitude_of(number);
  }
  return result;
}

std::vector<Tracked<Mpfr>> tracked_theta(const Theta& theta, const Mpfr& zero) {
  std::vector<Tracked<Mpfr>> result;
  for (std::size_t p = 0; p < theta.numbers.size(); ++p) {
    Mpfr number(zero.bits(), theta.numbers[p]);
    Mpfr scale = no_error(number);
    if (!theta.decimals.empty() &&
        mpfr_strtofr(number.get(), theta.decimals[p].c_str(), nullptr, 10, MPFR_RNDN) != 0) {
      scale = magnitude_of(number);
    }
    result.emplace_back(std::move(number), std::move(scale));
  }
  return result;
}

}  // namespace phasic
