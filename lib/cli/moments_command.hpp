// What phasic-moments does: graphs and thetas in, a row of statistics out for each pair of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "cli/table.hpp"
#include "store/store.hpp"

namespace phasic {

enum class BadRows { fail, mark };  ///< whether a bad row makes the run exit 65 at its end

struct MomentsOptions {
  std::vector<std::string> inputs;  ///< keys and files; none: standard input
  std::optional<std::string> theta;
  std::string theta_file;
  std::string moments;    ///< --moments K
  std::string reward;     ///< NAME or @FILE
  std::string precision;  ///< --precision, PHASIC_PRECISION
  std::string bad_rows;   ///< fail or mark
  std::string output;     ///< -o FILE, or empty
  unsigned jobs = 1;      ///< threads for the rows of a file
  bool json = false;
  bool tsv = false;
  bool rebuild = false;  ///< record traces anew
};

/// Prints the answers. Returns bad_data at the end if a row was bad (unless --bad-rows mark).
ExitCode moments(const MomentsOptions& options, Store& store, const Log& log);

}  // namespace phasic
