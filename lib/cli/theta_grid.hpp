// Thetas on a grid: every combination of the values given for each parameter.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/theta.hpp"

namespace phasic {

/// The last axis varies fastest. Parameters without an axis take their value from `rest` (`name=value,...`).
class ThetaGrid final : public ThetaSource {
 public:
  /// `axes` are `name=lo:hi:count`, evenly spaced with both ends exact, `name=lo:hi:count:log`, evenly spaced
  /// in the logarithm, or `name=value`. Throws UsageError for what cannot be read (a count of 0, a logarithm
  /// of what is not positive), InputError for an unknown, repeated or missing parameter.
  ThetaGrid(const Terms& terms, const std::vector<std::string>& axes, std::string_view rest);

  std::optional<ThetaRow> next() override;
  [[nodiscard]] bool has_more_here() const override { return next_ < total_; }
  [[nodiscard]] std::uint64_t total() const override { return total_; }

 private:
  struct Axis {
    std::size_t parameter;
    std::vector<double> values;
  };
  std::vector<double> fixed_;  // by parameter
  std::vector<Axis> axes_;
  std::uint64_t next_ = 0;
  std::uint64_t total_ = 1;
};

}  // namespace phasic
