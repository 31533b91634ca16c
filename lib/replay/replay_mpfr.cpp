#include <algorithm>
#include <optional>

#include "replay/arithmetic.hpp"
#include "replay/class_groups.hpp"
#include "replay/replay.hpp"
#include "replay/solver.hpp"

namespace phasic {

namespace {

#include "replay/factors-inl.hpp"
// clang-format off
#include "replay/elimination-inl.hpp"
#include "replay/solver-inl.hpp"
// clang-format on

}  // namespace

std::unique_ptr<Replay<Mpfr>> make_replay(const Trace& trace, mpfr_prec_t bits) {
  return std::make_unique<Elimination<Mpfr>>(trace, Mpfr(bits));
}

std::unique_ptr<Solver<Mpfr>> make_solver(const Trace& trace, mpfr_prec_t bits) {
  return std::make_unique<SingleSolver<Mpfr>>(trace, Mpfr(bits));
}

}  // namespace phasic
