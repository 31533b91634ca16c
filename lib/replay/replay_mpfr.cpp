#include <algorithm>

#include "replay/arithmetic.hpp"
#include "replay/replay.hpp"

namespace phasic {

namespace {

#include "replay/elimination-inl.hpp"

}  // namespace

std::unique_ptr<Replay<Mpfr>> make_replay(const Trace& trace, mpfr_prec_t bits) {
  return std::make_unique<Elimination<Mpfr>>(trace, Mpfr(bits));
}

}  // namespace phasic
