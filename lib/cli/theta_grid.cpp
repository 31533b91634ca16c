#include "cli/theta_grid.hpp"

#include <fmt/core.h>

#include <limits>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/text.hpp"
#include "cli/value_range.hpp"

namespace phasic {

namespace {

const std::string where = "--grid";
constexpr std::uint64_t most_points = std::uint64_t{1} << 53U;

const std::string remedy = "write name=lo:hi:count, name=lo:hi:count:log or name=value";

[[noreturn]] void refuse(std::string what) {
  throw UsageError({where, std::move(what), remedy, {}});
}

double read_number(std::string_view text) {
  const auto number = parse_double(text);
  if (!number) refuse(fmt::format("'{}' is no number that doubles hold", text));
  return *number;
}

}  // namespace

ThetaGrid::ThetaGrid(const Terms& terms, const std::vector<std::string>& axes, std::string_view rest)
    : fixed_(terms.parameters.size(), std::numeric_limits<double>::quiet_NaN()) {
  std::vector<bool> given(fixed_.size(), false);
  const auto take = [&](std::string_view name, const std::string& from) {
    const std::size_t index = parameter_index(terms, name, from);
    if (given[index])
      throw InputError({from, fmt::format("'{}' is given twice", name), "give each parameter once", {}});
    given[index] = true;
    return index;
  };
  for (const std::string& axis : axes) {
    const std::size_t equals = axis.find('=');
    if (equals == std::string::npos) refuse(fmt::format("'{}' has no name", axis));
    axes_.push_back({take(std::string_view(axis).substr(0, equals), where),
                     read_value_range(std::string_view(axis).substr(equals + 1), where, remedy)});
    total_ *= axes_.back().values.size();
    if (total_ > most_points) refuse("the grid has more than 2^53 points");
  }
  for (const std::string_view part : rest.empty() ? std::vector<std::string_view>{} : split(rest, ',')) {
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) {
      throw UsageError(
          {"--theta", fmt::format("'{}' has no name", part), "beside --grid, write --theta name=value", {}});
    }
    fixed_[take(part.substr(0, equals), "--theta")] = read_number(part.substr(equals + 1));
  }
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (!given[i]) {
      throw InputError({where,
                        fmt::format("'{}' has no value", terms.parameters[i]),
                        fmt::format("give --grid {0}=... or --theta {0}=...", terms.parameters[i]),
                        {}});
    }
  }
}

std::optional<ThetaRow> ThetaGrid::next() {
  if (next_ == total_) return std::nullopt;
  ThetaRow row{fixed_, fmt::format("--grid, point {}", next_ + 1)};
  std::uint64_t rest = next_++;
  for (auto axis = axes_.rbegin(); axis != axes_.rend(); ++axis) {
    row.theta[axis->parameter] = axis->values[rest % axis->values.size()];
    rest /= axis->values.size();
  }
  return row;
}

}  // namespace phasic
