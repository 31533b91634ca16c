// What phasic-moments does: graphs and thetas in, a row of statistics out for each pair of them.
#pragma once

#include "base/log.hpp"
#include "cli/exit.hpp"
#include "cli/moments_request.hpp"
#include "store/store.hpp"

namespace phasic {

/// Prints the answers. Returns bad_data at the end if a row was bad (unless --bad-rows mark).
ExitCode moments(const MomentsOptions& options, Store& store, const Log& log);

}  // namespace phasic
