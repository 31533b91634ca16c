// What phasic-moments is asked about a distribution: the command line as it is given, and what it means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/theta.hpp"
#include "moments/ask.hpp"
#include "moments/written.hpp"

namespace phasic {

/// Lists and ranges of numbers: `1,2,5` or `0.1:10:100:log`.
struct DistributionOptions {
  std::optional<std::string> density;
  std::optional<std::string> distribution;
  std::optional<std::string> survival;
  std::optional<std::string> quantile;
  std::optional<std::string> laplace;
  std::optional<std::string> state_probabilities;
  std::optional<std::string> state_times;
  std::optional<std::string> samples;
  std::optional<std::string> seed;
};

struct DistributionRequest {
  std::vector<Ask> asks;  ///< columns of a row per theta, not yet of any reward
  Derivatives derivatives = Derivatives::none;
  std::vector<Written> state_probabilities;  ///< columns of a row per vertex: at these times
  std::vector<Written> state_times;          ///< the same: until these times
  std::uint64_t samples = 0;                 ///< rows of a sample each
  std::uint64_t seed = 1;

  [[nodiscard]] bool is_by_state() const { return !state_probabilities.empty() || !state_times.empty(); }
  /// Rows of another kind than one per theta.
  [[nodiscard]] bool has_other_rows() const { return is_by_state() || samples > 0; }
  [[nodiscard]] bool is_empty() const { return asks.empty() && !has_other_rows(); }
};

/// Throws UsageError for what cannot be read, a negative time or point, a probability outside (0, 1), which
/// one that doubles round to 1 is where decimals are dropped.
DistributionRequest resolve_distribution(const DistributionOptions& options, Decimals decimals);

}  // namespace phasic
