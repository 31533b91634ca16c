// What phasic-moments is asked for: the command line as it is given, and what it means.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/distribution_request.hpp"
#include "cli/table.hpp"
#include "moments/precision.hpp"
#include "moments/question.hpp"
#include "moments/statistic.hpp"
#include "replay/simd.hpp"

namespace phasic {

enum class BadRows { fail, mark };  ///< whether a bad row makes the run exit 65 at its end

struct MomentsOptions {
  std::vector<std::string> inputs;  ///< keys and files; none: standard input
  std::optional<std::string> theta;
  std::string theta_file;
  std::vector<std::string> grid;  ///< name=lo:hi:count[:log] or name=value
  bool mean = false;
  bool variance = false;
  bool standard_deviation = false;
  bool skewness = false;
  bool kurtosis = false;
  std::optional<std::string> moments;  ///< --moments K
  std::optional<std::string> central;  ///< --central K
  bool covariance = false;
  bool correlation = false;
  bool gradient = false;
  bool atom = false;
  bool sojourn = false;
  bool visits = false;
  bool from_every_state = false;
  bool absorption = false;
  std::vector<std::string> rewards;  ///< NAME, @FILE or count:PROPERTY
  DistributionOptions distribution;
  std::string precision;                 ///< --precision, PHASIC_PRECISION
  std::optional<std::string> tolerance;  ///< --tolerance TOL
  std::optional<std::string> digits;     ///< --digits N
  bool error_bounds = false;
  std::string bad_rows;  ///< fail or mark
  std::string output;    ///< -o FILE, or empty
  unsigned jobs = 1;     ///< threads for the rows of a file
  bool json = false;
  bool tsv = false;
  bool rebuild = false;  ///< record traces anew
};

/// The part of the options that needs no graph to be understood.
struct MomentsRequest {
  TableForm form = TableForm::text;
  Rows rows = Rows::start;
  std::vector<Statistic> statistics;  ///< in the order of the columns, not yet of any reward
  DistributionRequest distribution;
  Precision precision;
  Simd simd = Simd::baseline;
  BadRows bad_rows = BadRows::fail;
};

/// Reads PHASIC_PRECISION and PHASIC_SIMD where there is no flag. Throws UsageError for what cannot be read
/// or contradicts itself.
MomentsRequest resolve_request(const MomentsOptions& options);

}  // namespace phasic
