#include "replay/formula_step.hpp"

#include <cmath>

namespace phasic {

namespace {

void apply_logistic(mpfr_ptr out, mpfr_srcptr x) {
  mpfr_neg(out, x, MPFR_RNDN);
  mpfr_exp(out, out, MPFR_RNDN);
  mpfr_add_ui(out, out, 1, MPFR_RNDN);
  mpfr_ui_div(out, 1, out, MPFR_RNDN);
}

}  // namespace

double step_of(Operation operation, const double* x) {
  using enum Operation;
  switch (operation) {
    case add:
      return x[0] + x[1];
    case subtract:
      return x[0] - x[1];
    case multiply:
      return x[0] * x[1];
    case divide:
      return x[0] / x[1];
    case power:
      return std::pow(x[0], x[1]);
    case negate:
      return -x[0];
    case exponential:
      return std::exp(x[0]);
    case logarithm:
      return std::log(x[0]);
    case square_root:
      return std::sqrt(x[0]);
    case logistic:
      return 1 / (1 + std::exp(-x[0]));
    case minimum:
      return std::fmin(x[0], x[1]);
    case maximum:
      return std::fmax(x[0], x[1]);
    case select_less:
      return x[0] < x[1] ? x[2] : x[3];
    case select_less_equal:
      return x[0] <= x[1] ? x[2] : x[3];
    case select_equal:
      return x[0] == x[1] ? x[2] : x[3];
    case constant:
    case parameter:
      break;
  }
  return std::nan("");
}

void step_of(Operation operation, Mpfr& result, const mpfr_srcptr* x) {
  const mpfr_ptr out = result.get();
  using enum Operation;
  switch (operation) {
    case add:
      mpfr_add(out, x[0], x[1], MPFR_RNDN);
      return;
    case subtract:
      mpfr_sub(out, x[0], x[1], MPFR_RNDN);
      return;
    case multiply:
      mpfr_mul(out, x[0], x[1], MPFR_RNDN);
      return;
    case divide:
      mpfr_div(out, x[0], x[1], MPFR_RNDN);
      return;
    case power:
      mpfr_pow(out, x[0], x[1], MPFR_RNDN);
      return;
    case negate:
      mpfr_neg(out, x[0], MPFR_RNDN);
      return;
    case exponential:
      mpfr_exp(out, x[0], MPFR_RNDN);
      return;
    case logarithm:
      mpfr_log(out, x[0], MPFR_RNDN);
      return;
    case square_root:
      mpfr_sqrt(out, x[0], MPFR_RNDN);
      return;
    case logistic:
      apply_logistic(out, x[0]);
      return;
    case minimum:
      mpfr_min(out, x[0], x[1], MPFR_RNDN);
      return;
    case maximum:
      mpfr_max(out, x[0], x[1], MPFR_RNDN);
      return;
    case select_less:
      mpfr_set(out, mpfr_less_p(x[0], x[1]) ? x[2] : x[3], MPFR_RNDN);
      return;
    case select_less_equal:
      mpfr_set(out, mpfr_lessequal_p(x[0], x[1]) ? x[2] : x[3], MPFR_RNDN);
      return;
    case select_equal:
      mpfr_set(out, mpfr_equal_p(x[0], x[1]) ? x[2] : x[3], MPFR_RNDN);
      return;
    case constant:
    case parameter:
      break;
  }
  mpfr_set_nan(out);
}

}  // namespace phasic
