#include "moments/written.hpp"

namespace phasic {

Enclosure enclosed(const Written& written, mpfr_prec_t bits) {
  if (written.decimal.empty()) return {bits, written.number};
  Enclosure result(bits);
  mpfr_strtofr(result.low.get(), written.decimal.c_str(), nullptr, 10, MPFR_RNDD);
  mpfr_strtofr(result.high.get(), written.decimal.c_str(), nullptr, 10, MPFR_RNDU);
  return result;
}

WholePart whole_part(const Written& written) {
  // The largest double has 1024 bits before its point, and a decimal is further from the next whole number
  // than its last digit says.
  const auto bits = static_cast<mpfr_prec_t>(1100 + 4 * written.decimal.size());
  const Enclosure number = enclosed(written, bits);
  WholePart whole{number.low, is_exact(number) && mpfr_integer_p(number.low.get()) != 0};
  mpfr_floor(whole.number.get(), whole.number.get());
  return whole;
}

}  // namespace phasic
